/** Runs in front of the user whose record cannot be read to its end while they go on. */
import { mkdtempSync, realpathSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { JournalError } from "@deputize/core/journal/JournalError"
import { type RunHandle, Runtime } from "@deputize/core/runtime/Runtime"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import { afterAll } from "vitest"
import { Invocation } from "../../src/command/Invocation.ts"
import { Output } from "../../src/render/Output.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { createInFront } from "../../src/run/CreateInFront.ts"
import { presentOne } from "../../src/run/Deliver.ts"
import { inFront } from "../../src/run/InFront.ts"
import { asked, eventsOf, started } from "../render/Events.ts"
import { agentResult, runResult } from "../render/Results.ts"

const root = realpathSync(mkdtempSync(join(tmpdir(), "deputize-followed-")))
afterAll(() => rmSync(root, { recursive: true }))

const broken = new JournalError({ path: "journal.db", reason: { _tag: "Unavailable", detail: "disk I/O error" } })
const warning = `notes: warning: the run can no longer be shown, and goes on: ${broken.message}\n`

/** Two events of it can be read. */
const unseen = (answer: string): RunHandle => {
  const result = runResult([agentResult({ answer })])
  return {
    run: result.run,
    warnings: [],
    events: Stream.concat(
      Stream.fromIterable(eventsOf([asked("code-reviewer"), started("code-reviewer")])),
      Stream.fail(broken)
    ),
    wait: Effect.succeed(result),
    cancel: Effect.never
  }
}

/** What is written, each text as `channel: text`, and how it ends. */
const shown = <E, R>(
  command: (invocation: Invocation) => Effect.Effect<number, E, R>,
  flags: Readonly<Record<string, ReadonlyArray<string>>>
) =>
  Effect.gen(function* () {
    const texts: Array<string> = []
    const channel = (name: "data" | "notes") => ({
      write: (text: string) => Effect.sync(() => void texts.push(`${name}: ${text}`)),
      style: makeStyle(false, true),
      isTerminal: false,
      canRedraw: false
    })
    const invocation = new Invocation("delegate", ["code-reviewer"], new Map(Object.entries(flags)))
    const ended = yield* command(invocation).pipe(
      Effect.provideService(Output, Output.of({ data: channel("data"), notes: channel("notes") })),
      Effect.result
    )
    return { ended, texts, data: texts.filter((text) => text.startsWith("data: ")).join("") }
  })

const provider = { _tag: "Offline" as const, lines: ["offline"] }

const delegated = (invocation: Invocation) =>
  inFront(
    invocation,
    Effect.succeed(unseen("All is well.\n")),
    { header: { workspace: root, provider: provider.lines, budget: "", team: null, record: "" }, warnings: [] },
    { present: presentOne, out: undefined, streamsAnswer: true }
  ).pipe(Effect.scoped)

describe("a run that can no longer be shown", () => {
  it.effect("goes on, and its answer and its exit code are handed over all the same", () =>
    Effect.gen(function* () {
      const { data, ended, texts } = yield* shown(delegated, {})
      expect({ data, ended }).toStrictEqual({ data: "data: All is well.\n", ended: Result.succeed(0) })
      expect(texts).toContain(warning)
      const json = yield* shown(delegated, { json: [], quiet: [] })
      expect(json.ended).toStrictEqual(Result.succeed(0))
      expect(JSON.parse(json.data.slice("data: ".length)).agents[0].answer).toBe("All is well.\n")
    })
  )

  it.effect("has its result as the last line of its events, and fails since some of them are missing", () =>
    Effect.gen(function* () {
      const { data, ended } = yield* shown(delegated, { "output-format": ["stream-json"] })
      const lines = data.replaceAll("data: ", "").trimEnd().split("\n")
      expect(lines.map((line) => JSON.parse(line)).map(({ seq, type }) => [seq, type])).toStrictEqual([
        [1, "init"],
        [2, "agent_start"],
        [2, "result"]
      ])
      expect(ended).toStrictEqual(Result.fail(broken))
    })
  )

  it.effect("loses no definition that is being written, nor the agent that is run with it", () =>
    Effect.gen(function* () {
      const definition = { name: "licence-checker", goal: "Check the licences", description: "Checks licences" }
      const answers = [JSON.stringify(definition), "All is well.\n"]
      const runtime = Runtime.of({
        start: () => Effect.sync(() => unseen(answers.shift() ?? "")),
        resume: () => Effect.never,
        forecast: () => Effect.never
      })
      const request = {
        workspace: root,
        prompt: "Check the licences",
        allowed: { exec: [], net: [], write: [] },
        limits: { tokens: 40_000 }
      }
      const created = (invocation: Invocation) =>
        createInFront(
          invocation,
          { folder: null, request },
          { provider, record: "", out: undefined, warnings: [] }
        ).pipe(
          Effect.scoped,
          Effect.provide(
            Layer.mergeAll(
              Layer.succeed(Runtime, runtime),
              ConfinedRoot.layer(root),
              AgentLoader.layer({ workspace: root, home: join(root, "nobody") })
            )
          )
        )
      const { data, ended } = yield* shown(created, { json: [] })
      expect(ended).toStrictEqual(Result.succeed(0))
      const { agent, result } = JSON.parse(data.slice("data: ".length))
      expect([agent.name, result.agents[0].answer]).toStrictEqual(["licence-checker", "All is well.\n"])
    })
  )
})
