/** Sweeping records as dead runtimes leave them; the records are written here, the processes are real. */
import { type ChildProcess, spawn } from "node:child_process"
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { LedgerFolder, type Owner } from "@deputize/core/process/LedgerFolder"
import { Processes } from "@deputize/core/process/Processes"
import { leftovers, sweep } from "@deputize/core/process/ProcessLedger"
import { entryOf, numbering, startTimeOf } from "@deputize/core/process/ProcessTable"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fixture } from "../workspace/fixture.ts"
import { isRunning } from "./looks.ts"

/** Whoever carries it is ended: it must be nobody else's, not even of another run of these tests. */
const runtime = randomBytes(16).toString("hex")

/** A runtime whose number belongs to somebody else by now. */
const dead: Owner = { ...numbering(), pid: process.pid, startTime: "another start", name: "old run" }

/** A ledger with one runtime of `owner`, and what it has on record. */
const ledgerOf = Effect.fnUntraced(function* (owner: Partial<Owner>, entries: Readonly<Record<string, string>>) {
  const { base } = yield* fixture
  const folder = path.join(base, "ledger")
  fs.mkdirSync(path.join(folder, runtime), { recursive: true })
  fs.writeFileSync(path.join(folder, runtime, "owner"), JSON.stringify({ ...dead, ...owner }))
  for (const [name, label] of Object.entries(entries)) fs.writeFileSync(path.join(folder, runtime, name), label)
  return folder
})

/** A process that nobody supervises, in a group of its own. */
const bystander = (env: Readonly<Record<string, string>> = {}) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync((): ChildProcess => spawn("/bin/sleep", ["600"], { detached: true, stdio: "ignore", env })),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    ),
    ({ pid = 0 }) => pid
  )

const ticksOf = (pid: number): string => entryOf(pid)?.ticks ?? ""

describe.runIf(process.platform === "linux")("the ledger of processes", () => {
  it.live("knows a recorded process by its start", () =>
    Effect.gen(function* () {
      const pid = yield* bystander()
      const folder = yield* ledgerOf({}, { [`0000001.${pid}.${ticksOf(pid)}`]: "build/compile attempt 2" })
      const [found] = yield* leftovers(folder)
      expect({ ...found, since: 0 }).toStrictEqual({
        label: "build/compile attempt 2",
        since: 0,
        owner: "old run",
        pids: [pid]
      })
      yield* sweep(folder)
      expect([isRunning(pid), fs.readdirSync(folder)]).toStrictEqual([false, []])
    }).pipe(Effect.scoped)
  )

  it.live("knows a process without a number by its marker", () =>
    Effect.gen(function* () {
      const pid = yield* bystander({ DEPUTIZE_PROCESS: `outer:${runtime}-0000002` })
      const folder = yield* ledgerOf({}, { "0000001": "first", "0000002": "second" })
      const { ended, left } = yield* sweep(folder)
      expect([ended.map(({ label, pids }) => [label, pids]), left]).toStrictEqual([[["second", [pid]]], []])
      expect([isRunning(pid), fs.readdirSync(folder)]).toStrictEqual([false, []])
    }).pipe(Effect.scoped)
  )

  it.live("does not touch a process that has the number of a recorded one, nor its group, and forgets the record", () =>
    Effect.gen(function* () {
      const pid = yield* bystander()
      const folder = yield* ledgerOf({}, { [`0000001.${pid}.${Number(ticksOf(pid)) - 1}`]: "ended long ago" })
      expect([yield* leftovers(folder), yield* sweep(folder)]).toStrictEqual([[], { ended: [], left: [] }])
      expect([isRunning(pid), fs.readdirSync(folder)]).toStrictEqual([true, []])
    }).pipe(Effect.scoped)
  )

  it.live("does not touch the processes of a living owner", () =>
    Effect.gen(function* () {
      const pid = yield* bystander()
      const alive = { startTime: startTimeOf(process.pid) }
      const folder = yield* ledgerOf(alive, { [`0000001.${pid}.${ticksOf(pid)}`]: "at work" })
      expect([yield* leftovers(folder), yield* sweep(folder)]).toStrictEqual([[], { ended: [], left: [] }])
      expect([isRunning(pid), fs.readdirSync(folder)]).toStrictEqual([true, [runtime]])
    }).pipe(Effect.scoped)
  )

  it.live.each<[string, Partial<Owner>, ReadonlyArray<string>]>([
    ["another machine's", { host: "elsewhere", boot: "another" }, [runtime]],
    ["another container's", { namespace: "pid:[1]" }, [runtime]],
    ["an earlier boot's", { boot: "another" }, []],
    ["an unreadable one's", { pid: Number.NaN }, [runtime]]
  ])("does not touch %s", ([, owner, kept]) =>
    Effect.gen(function* () {
      const pid = yield* bystander()
      const folder = yield* ledgerOf(owner, { [`0000001.${pid}.${ticksOf(pid)}`]: "not ours" })
      expect(yield* sweep(folder)).toStrictEqual({ ended: [], left: [] })
      expect([isRunning(pid), fs.readdirSync(folder)]).toStrictEqual([true, kept])
    }).pipe(Effect.scoped)
  )

  it.live("forgets after a month what it cannot judge", () =>
    Effect.gen(function* () {
      const folder = yield* ledgerOf({ host: "elsewhere" }, { "0000001": "not ours" })
      const longAgo = Date.now() / 1000 - 31 * 24 * 3600
      fs.utimesSync(path.join(folder, runtime), longAgo, longAgo)
      yield* leftovers(folder)
      expect(fs.readdirSync(folder)).toStrictEqual([])
    }).pipe(Effect.scoped)
  )

  it.live("is empty where there is no folder, and where other things are in it", () =>
    Effect.gen(function* () {
      const { base } = yield* fixture
      fs.mkdirSync(path.join(base, ".0123456789abcdef0123456789abcdef"))
      fs.writeFileSync(path.join(base, "notes"), "")
      const names = fs.readdirSync(base)
      expect([yield* leftovers(path.join(base, "none")), yield* leftovers(base)]).toStrictEqual([[], []])
      yield* sweep(base)
      expect(fs.readdirSync(base)).toStrictEqual(names)
    }).pipe(Effect.scoped)
  )

  it("holds a process's label before the process is there, then its number and start, then nothing", () =>
    Effect.gen(function* () {
      const { base } = yield* fixture
      const ledger = new LedgerFolder(base, "run")
      const names = () => fs.readdirSync(ledger.path).sort()
      const entry = ledger.begin("lint")
      expect([names(), fs.readFileSync(path.join(ledger.path, "0000001"), "utf8")]).toStrictEqual([
        ["0000001", "owner"],
        "lint"
      ])
      entry.started(process.pid)
      expect(names()).toStrictEqual([`0000001.${process.pid}.${ticksOf(process.pid)}`, "owner"])
      ledger.close()
      expect(names().length).toBe(2)
      entry.forget()
      ledger.close()
      expect(fs.existsSync(ledger.path)).toBe(false)
    }).pipe(Effect.scoped, Effect.runPromise))

  it.live("is swept before a runtime starts anything", () =>
    Effect.gen(function* () {
      const pid = yield* bystander()
      const folder = yield* ledgerOf({}, { [`0000001.${pid}.${ticksOf(pid)}`]: "left" })
      const isLeft = Effect.sync(() => isRunning(pid)).pipe(Effect.provide(Processes.layer({ folder, owner: "next" })))
      expect(yield* isLeft).toBe(false)
    }).pipe(Effect.scoped)
  )

  it.live("does not keep processes from running where it cannot be written", () =>
    Effect.gen(function* () {
      const { base } = yield* fixture
      fs.writeFileSync(path.join(base, "file"), "")
      const ended = yield* Effect.gen(function* () {
        const { start } = yield* Processes
        const running = yield* start({
          command: "/bin/sh",
          args: ["-c", "exit 5"],
          cwd: base,
          env: {},
          label: "unrecorded",
          output: () => {}
        })
        return yield* running.ended
      }).pipe(Effect.scoped, Effect.provide(Processes.layer({ folder: path.join(base, "file", "no"), owner: "run" })))
      expect(ended).toStrictEqual({ _tag: "Exited", code: 5 })
    }).pipe(Effect.scoped)
  )
})
