import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Processes } from "@deputize/core/process/Processes"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { openLog } from "../../src/command/AttemptLog.ts"
import { type ProgramRequest, runProgram } from "../../src/command/Program.ts"

interface Watched {
  readonly lines: Array<string>
  readonly tails: Array<string>
  readonly silences: Array<number>
}

const withFolder = <A, E>(body: (folder: string) => Effect.Effect<A, E, Processes>): Effect.Effect<A, E> =>
  Effect.acquireUseRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "deputize-program-"))),
    (folder) => Effect.provide(body(folder), Processes.layer({ folder: join(folder, "processes"), owner: "test" })),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  )

const run = Effect.fnUntraced(function* (
  folder: string,
  line: string,
  more: Partial<ProgramRequest<never, never>> = {}
) {
  const watched: Watched = { lines: [], tails: [], silences: [] }
  const log = yield* openLog(join(folder, "logs", "step.1.log"))
  const end = yield* runProgram({
    label: "step",
    command: { _tag: "Shell", line },
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "" },
    log,
    timeoutMs: null,
    silentMs: 60_000,
    passedFile: join(folder, "step.1.passed"),
    onStart: () => Effect.void,
    onLine: (text, importance) => watched.lines.push(`${importance}: ${text}`),
    onTail: (text) => watched.tails.push(text),
    onSilent: (ms) => watched.silences.push(ms),
    ...more
  })
  return {
    ...end,
    ...watched,
    log: log.broken() === null ? readFileSync(log.file, "utf8") : "",
    passed: existsSync(join(folder, "step.1.passed"))
  }
}, Effect.scoped)

/** One that has ended and was not waited for yet counts as ended. */
const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"))
  } catch {
    return false
  }
}

describe("Program", () => {
  it.live("logs every byte, tells each line, and leaves a mark that it passed", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const found = yield* run(folder, "printf 'one\\rtwo\\nerror: bad\\n'; echo warning: odd >&2")
        expect(found).toStrictEqual({
          outcome: { _tag: "Passed" },
          output: expect.stringContaining("two\nerror: bad\n"),
          lines: expect.arrayContaining(["none: two", "error: error: bad", "warning: warning: odd"]),
          tails: expect.arrayContaining(["error: bad"]),
          silences: [],
          log: expect.stringContaining("one\rtwo\nerror: bad\n"),
          passed: true
        })
      })
    )
  )

  it.live("tells the exit code, the signal, and a program that is not there", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const outcome = (line: string) => Effect.map(run(folder, line), ({ outcome, passed }) => ({ outcome, passed }))
        expect(yield* outcome("exit 3")).toStrictEqual({ outcome: { _tag: "Exited", code: 3 }, passed: false })
        expect(yield* outcome("exit 200")).toStrictEqual({ outcome: { _tag: "Exited", code: 200 }, passed: false })
        expect(yield* outcome("kill -SEGV $$")).toStrictEqual({
          outcome: { _tag: "Signalled", signal: "SIGSEGV" },
          passed: false
        })
        const missing = yield* run(folder, "", {
          command: { _tag: "Argv", argv: ["no-such-program"] },
          passedFile: null
        })
        expect(missing.outcome).toStrictEqual({
          _tag: "Broken",
          problem: "no-such-program could not be started: ENOENT",
          hint: "No such program: install it, or correct its name or PATH."
        })
      })
    )
  )

  it.live("runs a list of words without a shell, whatever they hold", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const words = ["a b", "$HOME", "'quoted'", "", "*", "漢字"] as const
        const { lines } = yield* run(folder, "", {
          command: { _tag: "Argv", argv: [process.execPath, "-p", "JSON.stringify(process.argv.slice(1))", ...words] }
        })
        expect(lines).toStrictEqual([`none: ${JSON.stringify(words)}`])
      })
    )
  )

  it.live("ends what takes too long, also while output flows", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const { outcome, passed, tails } = yield* run(folder, "while true; do echo y; sleep 0.01; done", {
          timeoutMs: 300
        })
        expect({ outcome, passed }).toStrictEqual({ outcome: { _tag: "TimedOut", afterMs: 300 }, passed: false })
        expect(tails.length).toBeGreaterThan(0)
      })
    )
  )

  it.live("says when nothing is heard of it", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const { silences } = yield* run(folder, "sleep 0.5", { silentMs: 200 })
        expect(silences.length).toBeGreaterThan(0)
        expect(Math.min(...silences)).toBeGreaterThanOrEqual(200)
      })
    )
  )

  it.live("ends the program when it is interrupted", () =>
    withFolder((folder) =>
      Effect.gen(function* () {
        const started = yield* Deferred.make<number>()
        const onStart = ({ pid }: { readonly pid: number }) => Effect.asVoid(Deferred.succeed(started, pid))
        const fiber = yield* Effect.forkChild(run(folder, "sleep 60", { onStart }))
        const pid = yield* Deferred.await(started)
        yield* Fiber.interrupt(fiber)
        expect(isAlive(pid)).toBe(false)
      })
    )
  )

  it.live("builds on when the log cannot be written", () =>
    withFolder((folder) =>
      Effect.scoped(
        Effect.gen(function* () {
          const log = yield* openLog("/dev/full")
          log.write("text")
          expect(log.broken()).toContain("ENOSPC")
          const { lines, outcome } = yield* run(folder, "echo still here", { log })
          expect({ lines, outcome }).toStrictEqual({ lines: ["none: still here"], outcome: { _tag: "Passed" } })
        })
      )
    )
  )
})
