/** What becomes of processes whose runtime is killed. Each test kills a runtime of its own. */
import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import * as path from "node:path"
import { leftovers, sweep } from "@deputize/core/process/ProcessLedger"
import { entryOf } from "@deputize/core/process/ProcessTable"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fixture } from "../workspace/fixture.ts"
import { childrenOf, commandOf, eventually, eventuallyGone, isRunning, pidsIn } from "./looks.ts"

/** A runtime that supervises these scripts, once they have written `count` numbers to `$PIDS`. */
const runtimeOf = Effect.fnUntraced(function* (count: number, scripts: ReadonlyArray<string>, elsewhere?: string) {
  const { base } = yield* fixture
  const [ledger, list] = [elsewhere ?? path.join(base, "ledger"), path.join(base, "pids")]
  const runtime = yield* Effect.acquireRelease(
    Effect.sync(() =>
      spawn(
        process.execPath,
        ["--conditions=@deputize/source", path.join(import.meta.dirname, "runtime.ts"), ledger, list, ...scripts],
        { stdio: ["pipe", "pipe", "inherit"], detached: true }
      )
    ),
    (runtime) => Effect.sync(() => runtime.kill("SIGKILL"))
  )
  yield* Effect.promise(() => once(runtime.stdout, "data"))
  const pids = yield* pidsIn(list, count)
  const pid = runtime.pid ?? 0
  return { runtime, pid, guardian: guardianOf(pid), ledger, pids }
})

const guardianOf = (runtime: number): number | undefined =>
  childrenOf(runtime).find((pid) => commandOf(pid).includes("deputize-guardian"))

const kill = (runtime: ChildProcess, pid: number) =>
  Effect.promise(async () => {
    const gone = once(runtime, "exit")
    process.kill(pid, "SIGKILL")
    await gone
  })

/** As on a busy machine: it runs for a tenth of the time. */
const starved = (pid: number) => {
  const signal = (name: NodeJS.Signals) => Effect.ignore(Effect.try(() => process.kill(pid, name)))
  const turn = Effect.andThen(
    Effect.ensuring(Effect.andThen(signal("SIGSTOP"), Effect.sleep(360)), signal("SIGCONT")),
    Effect.sleep(40)
  )
  return Effect.forkScoped(Effect.repeat(turn, { while: () => isRunning(pid) }))
}

const within = (ms: number) => (gone: Effect.Effect<unknown>) =>
  Effect.map(Effect.timeoutOption(gone, ms), (result) => result._tag === "Some")

const folderIsEmpty = (folder: string) => eventually(() => (fs.readdirSync(folder).length === 0 ? true : undefined))

/** Leads a group of its own, and has ended; its parent does not ask how. */
const unreaped = Effect.gen(function* () {
  const parent = yield* Effect.acquireRelease(
    Effect.sync(() => spawn("/bin/sh", ["-c", "setsid true & exec sleep 600"], { stdio: "ignore" })),
    (parent) => Effect.sync(() => parent.kill("SIGKILL"))
  )
  return yield* eventually(() => {
    const entry = childrenOf(parent.pid ?? 0).map(entryOf)[0]
    return entry?.state === "Z" && entry.group === entry.pid ? entry : undefined
  })
})

const plain = "echo $$ >> $PIDS; exec sleep 600"
const stubborn = "trap '' TERM HUP INT; echo $$ >> $PIDS; while :; do sleep 600; done"
const inGroup = "sh -c 'echo $$ >> $PIDS; exec sleep 600' & wait"
const escaped = "setsid -f sh -c 'echo $$ >> $PIDS; exec sleep 600'; exec sleep 600"
/** Neither marker nor session; only its group tells whose it is. */
const nameless = "env -i /bin/sh -c 'echo $$ >> $0; exec sleep 600' $PIDS & wait"

describe.runIf(process.platform === "linux")("when a runtime is killed", () => {
  it.live("all that it started is gone within two seconds, and so are guardian and record", () =>
    Effect.gen(function* () {
      const {
        guardian = 0,
        ledger,
        pid,
        pids,
        runtime
      } = yield* runtimeOf(5, [plain, stubborn, inGroup, escaped, nameless])
      yield* kill(runtime, pid)
      expect(yield* eventuallyGone(pids).pipe(within(2_000))).toBe(true)
      yield* eventuallyGone([guardian])
      expect(fs.readdirSync(ledger)).toStrictEqual([])
    }).pipe(Effect.scoped)
  )

  it.live("the same where its guardian gets little time to work", () =>
    Effect.gen(function* () {
      const { guardian = 0, ledger, pid, pids, runtime } = yield* runtimeOf(2, [stubborn, escaped])
      yield* starved(guardian)
      yield* kill(runtime, pid)
      expect(yield* eventuallyGone(pids).pipe(within(2_000))).toBe(true)
      yield* eventuallyGone([guardian])
      expect(fs.readdirSync(ledger)).toStrictEqual([])
    }).pipe(Effect.scoped)
  )

  it.live("while it makes its record, nothing of that is left", () =>
    Effect.gen(function* () {
      const { ledger, pid, runtime } = yield* runtimeOf(1, [plain])
      const [name = ""] = fs.readdirSync(ledger)
      // As it stands before the rename by which it appears.
      fs.renameSync(path.join(ledger, name), path.join(ledger, `.${name}`))
      yield* kill(runtime, pid)
      yield* folderIsEmpty(ledger)
    }).pipe(Effect.scoped)
  )

  it.live("with its whole group, by Ctrl-C and SIGTERM first, its guardian is out of reach", () =>
    Effect.gen(function* () {
      const { guardian = 0, ledger, pid, pids, runtime } = yield* runtimeOf(2, [plain, escaped])
      const own = fs
        .readFileSync(`/proc/${guardian}/stat`, "utf8")
        .replace(/^.*\) /, "")
        .split(" ")
      expect([own[2], own[3]]).toStrictEqual([String(guardian), String(guardian)])
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(guardian, signal)
      yield* kill(runtime, -pid)
      expect(yield* eventuallyGone(pids).pipe(within(2_000))).toBe(true)
      yield* folderIsEmpty(ledger)
    }).pipe(Effect.scoped)
  )

  it.live("a guardian that was killed before has a successor", () =>
    Effect.gen(function* () {
      const { guardian = 0, pid, pids, runtime } = yield* runtimeOf(1, [plain])
      process.kill(guardian, "SIGKILL")
      const next = yield* eventually(() => {
        const found = guardianOf(pid)
        return found === undefined || found === guardian ? undefined : found
      })
      yield* kill(runtime, pid)
      yield* eventuallyGone([...pids, next])
    }).pipe(Effect.scoped)
  )

  it.live("together with its guardian, the next sweep ends what it left", () =>
    Effect.gen(function* () {
      const { guardian = 0, ledger, pid, pids, runtime } = yield* runtimeOf(3, [plain, stubborn, escaped])
      // Both stopped first, so that neither has a moment after the other's end.
      for (const each of [guardian, pid]) process.kill(each, "SIGSTOP")
      process.kill(guardian, "SIGKILL")
      yield* kill(runtime, pid)
      expect(pids.map(isRunning)).toStrictEqual([true, true, true])
      const found = yield* leftovers(ledger)
      expect(found.map(({ label, owner }) => [label, owner])).toStrictEqual(
        Array.from({ length: 3 }, () => ["victim", "the killed run"])
      )
      expect(pids.every((each) => found.some((leftover) => leftover.pids.includes(each)))).toBe(true)
      const { ended, left } = yield* sweep(ledger)
      expect([ended.length, left, pids.map(isRunning)]).toStrictEqual([3, [], [false, false, false]])
      expect(fs.readdirSync(ledger)).toStrictEqual([])
    }).pipe(Effect.scoped)
  )

  it.live("nothing is there to be ended when it ended as it should, and the guardian goes with it", () =>
    Effect.gen(function* () {
      const { guardian = 0, ledger, pids, runtime } = yield* runtimeOf(1, [plain])
      const gone = once(runtime, "exit")
      runtime.stdin.end()
      expect((yield* Effect.promise(() => gone))[0]).toBe(0)
      expect([[...pids, guardian].map(isRunning), fs.readdirSync(ledger)]).toStrictEqual([[false, false], []])
    }).pipe(Effect.scoped)
  )

  it.live("a living one's processes are left alone", () =>
    Effect.gen(function* () {
      const { ledger, pids } = yield* runtimeOf(1, [plain])
      expect([yield* leftovers(ledger), yield* sweep(ledger), pids.map(isRunning)]).toStrictEqual([
        [],
        { ended: [], left: [] },
        [true]
      ])
    }).pipe(Effect.scoped)
  )

  it.live("all that carries its marker is gone, too, where nothing could be put on record", () =>
    Effect.gen(function* () {
      const { guardian = 0, pid, pids, runtime } = yield* runtimeOf(3, [plain, inGroup, escaped], "/dev/null/ledger")
      yield* kill(runtime, pid)
      expect(yield* eventuallyGone(pids).pipe(within(2_000))).toBe(true)
      yield* eventuallyGone([guardian])
    }).pipe(Effect.scoped)
  )

  it.live("what it was about to start is ended, too", () =>
    Effect.gen(function* () {
      const { ledger, pid, pids, runtime } = yield* runtimeOf(1, [plain])
      const [folder = ""] = fs.readdirSync(ledger)
      const [file = ""] = fs.readdirSync(path.join(ledger, folder)).filter((name) => name !== "owner")
      // As if it were killed between the two names.
      fs.renameSync(path.join(ledger, folder, file), path.join(ledger, folder, "0000001"))
      yield* kill(runtime, pid)
      expect(yield* eventuallyGone(pids).pipe(within(2_000))).toBe(true)
      yield* folderIsEmpty(ledger)
    }).pipe(Effect.scoped)
  )

  it.live("what has ended and nobody takes note of, as in containers without an init, is not waited for", () =>
    Effect.gen(function* () {
      const { guardian = 0, ledger, pid, runtime } = yield* runtimeOf(1, [plain])
      const [folder = ""] = fs.readdirSync(ledger)
      const zombie = yield* unreaped
      fs.writeFileSync(path.join(ledger, folder, `0000002.${zombie.pid}.${zombie.ticks}`), "it has ended")
      yield* kill(runtime, pid)
      expect(yield* eventuallyGone([guardian]).pipe(within(2_000))).toBe(true)
      expect([fs.readdirSync(ledger), entryOf(zombie.pid)?.state]).toStrictEqual([[], "Z"])
    }).pipe(Effect.scoped)
  )

  it.live("a number that has passed to somebody else is not touched", () =>
    Effect.gen(function* () {
      const { guardian = 0, ledger, pid, runtime } = yield* runtimeOf(1, [plain])
      const [folder = ""] = fs.readdirSync(ledger)
      const other = yield* Effect.acquireRelease(
        Effect.sync(() => spawn("sleep", ["600"], { detached: true, stdio: "ignore" })),
        (other) => Effect.sync(() => other.kill("SIGKILL"))
      )
      const otherPid = other.pid ?? 0
      fs.writeFileSync(path.join(ledger, folder, `0000002.${otherPid}.1`), "of the past")
      yield* kill(runtime, pid)
      yield* eventuallyGone([guardian])
      expect(isRunning(otherPid)).toBe(true)
    }).pipe(Effect.scoped)
  )
})
