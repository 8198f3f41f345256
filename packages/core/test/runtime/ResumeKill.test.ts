/**
 * Eight agents at once, each with children, in a process that is killed again and again: what the provider and the folder
 * have seen at the end is what they would have seen without.
 */
import { type ChildProcess, spawn } from "node:child_process"
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { RunId } from "../../src/domain/Ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { SqliteJournal } from "../../src/journal/SqliteJournal.ts"
import type { RunResult } from "../../src/runtime/RunResult.ts"
import { type Answer, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { askedAgain, chargedIn } from "./Resuming.ts"

/** A lead starts two workers, waits for them and writes down what they found; a worker reads a file first. */
const answer = ({ goal, toolOutputs }: Received): Answer => {
  const delayMs = 15
  const done = toolOutputs.length
  if (goal.startsWith("part")) {
    return done === 0
      ? { delayMs, calls: [{ name: "read_file", args: { path: "notes.txt" } }] }
      : { delayMs, text: `found in ${goal}` }
  }
  const parts = ["a", "b"].map((part) => ({
    name: "spawn_agent",
    args: { agent: "worker", goal: `part ${part} of ${goal}` }
  }))
  if (done === 0) return { delayMs, calls: parts }
  if (done === 2) return { delayMs, calls: [{ name: "wait", args: {} }] }
  if (done === 3) {
    const isWhole = ["a", "b"].every((part) =>
      toolOutputs.some(({ text }) => text.includes(`found in part ${part} of ${goal}`))
    )
    const content = `${goal}: ${isWhole ? "both parts" : "not both"}\n`
    return { delayMs, calls: [{ name: "write_file", args: { path: `out/${goal.replace(" ", "-")}.txt`, content } }] }
  }
  return { delayMs, text: `wrote ${goal}` }
}

const makePlace = () => {
  const root = mkdtempSync(join(tmpdir(), "deputize-kill-"))
  const workspace = join(root, "workspace")
  mkdirSync(join(workspace, ".deputize", "agents"), { recursive: true })
  mkdirSync(join(workspace, "out"))
  writeFileSync(join(workspace, "notes.txt"), "notes\n")
  writeFileSync(
    join(workspace, ".deputize", "agents", "worker.md"),
    "---\nname: worker\ndescription: Works\ntools: read_file\n---\nWork.\n"
  )
  return { root, workspace }
}
type Place = ReturnType<typeof makePlace>

interface Running {
  readonly child: ChildProcess
  readonly lines: () => ReadonlyArray<string>
  /** Its exit code; null for one that was killed. */
  readonly ended: Promise<number | null>
}

const begin = ({ root, workspace }: Place, url: string, run?: string): Running => {
  const script = join(import.meta.dirname, "runProcess.ts")
  const asked = [script, root, workspace, url, ...(run === undefined ? [] : [run])]
  const child = spawn(process.execPath, ["--conditions=@deputize/source", ...asked], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  let out = ""
  child.stdout?.on("data", (chunk) => {
    out += chunk
  })
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve))
  return { child, ended, lines: () => out.split("\n").filter((line) => line !== "") }
}

const shown = ({ agents, status }: RunResult) => ({
  status,
  agents: agents.map(({ answer, path, status, turns }) => ({ path, status, answer, turns }))
})

const filesIn = (workspace: string) =>
  readdirSync(join(workspace, "out"))
    .toSorted()
    .map((name) => [name, readFileSync(join(workspace, "out", name), "utf8")])

/** Runs to the end, killed whenever so many requests have come as `kills` says, one after the other. */
const live = (kills: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const place = yield* Effect.acquireRelease(Effect.sync(makePlace), ({ root }) =>
      Effect.sync(() => rmSync(root, { recursive: true, force: true }))
    )
    const pending = [...kills]
    let current: Running | undefined
    const server = yield* providerServer((received) => {
      if (received.index === pending[0]) {
        pending.shift()
        current?.child.kill("SIGKILL")
      }
      return answer(received)
    })
    return yield* Effect.promise(async () => {
      let run: string | undefined
      for (;;) {
        const running = begin(place, server.url, run)
        current = running
        const code = await running.ended
        run ??= running.lines()[0]
        if (code === null) continue
        expect(code).toBe(0)
        const result: RunResult = JSON.parse(running.lines()[1] ?? "")
        return { billed: server.billed.total, files: filesIn(place.workspace), place, result }
      }
    })
  })

describe("a run whose process is killed", () => {
  it.live(
    "again and again, ends as it would have, within its budget, and pays for no answer twice",
    () =>
      Effect.gen(function* () {
        const whole = yield* live([])
        expect(whole.result.status).toBe("completed")
        expect(whole.files.length).toBe(8)
        const killed = yield* live([3, 19, 41, 66])
        expect(shown(killed.result)).toStrictEqual(shown(whole.result))
        expect(killed.files).toStrictEqual(whole.files)
        expect(killed.billed).toBeLessThanOrEqual(killed.result.budget.tokens.used)
        expect(killed.result.budget.tokens.used).toBeLessThanOrEqual(400_000)
        const run = RunId.make(killed.result.run)
        const { events, verified } = yield* Effect.gen(function* () {
          const journal = yield* Journal
          return { events: yield* journal.read(run), verified: yield* journal.verify(run, killed.result.head) }
        }).pipe(Effect.provide(SqliteJournal.layer({ file: join(killed.place.root, "journal.db") })))
        expect(verified.head).toBe(killed.result.head)
        expect(events.filter(({ namespace, type }) => namespace === "run" && type === "Resumed").length).toBe(4)
        expect(askedAgain(events)).toStrictEqual([])
        expect(killed.result.budget.tokens.used).toBe(chargedIn(events))
        const wrote = events.filter(
          ({ body, type }) => type === "Done" && JSON.stringify(body).includes('"changes":[{')
        )
        expect(wrote.length).toBe(8)
      }).pipe(Effect.scoped),
    120_000
  )
})
