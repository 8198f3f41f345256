import * as fs from "node:fs"
import { type Command, run } from "@deputize/core/process/ChildProcess"
import { ProcessError } from "@deputize/core/process/ProcessError"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import { fixture } from "../workspace/fixture.ts"

const shell = (script: string, options?: Partial<Command>): Command => ({
  command: "/bin/sh",
  args: ["-c", script],
  cwd: "/",
  maxStdoutBytes: 1 << 20,
  timeoutMs: 10_000,
  ...options
})

/** Runs `script`, which writes the pids of its processes to `$PIDS`, until they are there. */
const pidsOf = (script: string, options?: Partial<Command>) =>
  Effect.gen(function* () {
    const files = yield* fixture
    const list = `${files.root}/pids`
    const fiber = yield* Effect.forkChild(
      Effect.result(run(shell(script, { ...options, env: { PATH: "/usr/bin:/bin", PIDS: list } }))),
      { startImmediately: true }
    )
    const pids = yield* eventually(() => {
      const text = fs.existsSync(list) ? fs.readFileSync(list, "utf8") : ""
      return text.includes("ready") ? text.split("\n").filter((line) => /^\d+$/.test(line)) : undefined
    })
    return { fiber, pids }
  })

/** Asks again on every turn of the event loop. */
const eventually = <A>(look: () => A | undefined): Effect.Effect<A> =>
  Effect.callback<A>((resume) => {
    const again = () => {
      const found = look()
      if (found === undefined) setImmediate(again)
      else resume(Effect.succeed(found))
    }
    again()
  })

/** A process that nobody has reaped yet counts as gone: it runs no more. */
const isRunning = (pid: string): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

/** A killed grandchild is the kernel's to end; a moment may pass. Runs into the test's time limit if it lives on. */
const eventuallyGone = (pids: ReadonlyArray<string>) => eventually(() => (pids.some(isRunning) ? undefined : true))

describe("ChildProcess.run", () => {
  it.live("gives code, stdout and the beginning of stderr", () =>
    Effect.gen(function* () {
      const output = yield* run(shell("echo out; echo err >&2; exit 3"))
      expect({ ...output, stdout: new TextDecoder().decode(output.stdout) }).toStrictEqual({
        code: 3,
        stdout: "out\n",
        stderr: "err\n",
        truncated: false
      })
    })
  )

  it.live("gives the program nothing of our environment", () =>
    Effect.gen(function* () {
      const { stdout } = yield* run({ ...shell(""), command: "/usr/bin/env", args: [] })
      expect(new TextDecoder().decode(stdout)).toBe("LC_ALL=C.UTF-8\n")
    })
  )

  it.live("ends a flood at the cap", () =>
    Effect.gen(function* () {
      const output = yield* run({ ...shell("", { maxStdoutBytes: 100_000 }), command: "/usr/bin/yes", args: [] })
      expect({ ...output, stdout: output.stdout.length }).toStrictEqual({
        code: null,
        stdout: 100_000,
        stderr: "",
        truncated: true
      })
    })
  )

  it.live("does not call an output of exactly the cap truncated", () =>
    Effect.gen(function* () {
      const output = yield* run(shell("printf 12345", { maxStdoutBytes: 5 }))
      expect([output.code, output.stdout.length, output.truncated]).toStrictEqual([0, 5, false])
    })
  )

  it.live("says which program could not be started", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(run({ ...shell(""), command: "/nowhere/rg" }))
      expect(error).toStrictEqual(
        new ProcessError({ command: "/nowhere/rg", reason: { _tag: "NotStarted", code: "ENOENT" } })
      )
      expect(error.message).toBe("/nowhere/rg could not be started: ENOENT")
    })
  )

  it.live("ends a program at its time limit", () =>
    Effect.gen(function* () {
      const { fiber, pids } = yield* pidsOf("echo $$ > $PIDS; echo ready >> $PIDS; exec sleep 600", { timeoutMs: 700 })
      expect(yield* Fiber.join(fiber)).toStrictEqual(
        Result.fail(new ProcessError({ command: "/bin/sh", reason: { _tag: "TimedOut", timeoutMs: 700 } }))
      )
      expect(pids.map(isRunning)).toStrictEqual([false])
    }).pipe(Effect.scoped)
  )

  it.live("leaves nothing of the group when it is interrupted, even what ignores SIGTERM", () =>
    Effect.gen(function* () {
      const script =
        'trap "" TERM; (trap "" TERM; while :; do sleep 600; done) & echo $! > $PIDS; echo $$ >> $PIDS; echo ready >> $PIDS; while :; do sleep 600; done'
      const { fiber, pids } = yield* pidsOf(script, { graceMs: 100 })
      expect(pids.map(isRunning)).toStrictEqual([true, true])
      yield* Fiber.interrupt(fiber)
      yield* eventuallyGone(pids)
    }).pipe(Effect.scoped)
  )

  it.live("kills what an ended program left in its group", () =>
    Effect.gen(function* () {
      const { fiber, pids } = yield* pidsOf("sleep 600 & echo $! > $PIDS; echo ready >> $PIDS; exit 0")
      expect(pids.length).toBe(1)
      yield* Fiber.join(fiber)
      yield* eventuallyGone(pids)
    }).pipe(Effect.scoped)
  )
})
