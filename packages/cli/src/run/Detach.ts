/**
 * `--detach`: the same command line in a process of its own, which goes on when this one, and its terminal, are gone.
 *
 * 1. What refuses the command (a usage error, a missing key) is said here, with its exit code: this process waits until
 *    the run stands in the record, or the other has ended. A run that has ended by then is named as well.
 * 2. Until then an interruption ends both. From then on the run is the other's: `attach`, `stop` and `send` reach it.
 */
import { closeSync, openSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { latestRuns } from "@deputize/core/history/Runs"
import { type Detached, startDetached } from "@deputize/core/process/Detached"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { detachedBy, environment } from "../config/Environment.ts"
import { recordOf } from "../record/Runs.ts"
import type { DetachedJson } from "../render/Acts.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"

/** Whether the command is to go on in another process; false in that other one, and where nothing is to run. */
export const isDetaching = (invocation: Invocation): boolean =>
  invocation.has("detach") && !invocation.has("dry-run") && environment().variables[detachedBy] !== String(process.ppid)

export const detach = Effect.fn("detach")(function* (invocation: Invocation, workspace: string) {
  const output = yield* Output
  const log = yield* logFile
  const startedAt = yield* Clock.currentTimeMillis
  const child = yield* Effect.acquireUseRelease(
    startDetached({
      command: process.execPath,
      args: [...process.execArgv, ...process.argv.slice(1)],
      cwd: process.cwd(),
      env: { ...environment().variables, [detachedBy]: String(process.pid) },
      input: process.stdin.isTTY ? "ignore" : "inherit",
      output: log.descriptor
    }),
    (child) =>
      Effect.map(Effect.raceFirst(ended(child), begun(workspace, child.pid, startedAt)), (outcome) => ({
        ...outcome,
        child
      })),
    // Interrupted before the run has begun, it does not begin.
    (child, exit) => (exit._tag === "Success" ? child.letGo : Effect.andThen(child.terminate, child.ended))
  )
  const { pid } = child.child
  const run = child._tag === "Begun" ? child.run : yield* ownedBy(workspace, pid, startedAt, mostEnded)
  if (run !== undefined) {
    const told: typeof DetachedJson.Type = { schema_version: 1, run, pid }
    yield* output.data.write(invocation.json ? jsonText(told) : `${run}\n`)
  }
  if (child._tag === "Ended") {
    yield* output.notes.write(readFileSync(log.file, "utf8"))
    return child.code
  }
  if (!invocation.quiet) {
    yield* output.notes.write(
      `the run goes on by itself: deputize attach ${run} shows it, deputize stop ${run} ends it\n`
    )
  }
  return 0
}, Effect.scoped)

// internal

const logFile = Effect.acquireRelease(
  Effect.sync(() => {
    const file = join(tmpdir(), `deputize-detached-${process.pid}-${Math.random().toString(36).slice(2)}.log`)
    return { file, descriptor: openSync(file, "wx", 0o600) }
  }),
  ({ descriptor, file }) =>
    Effect.sync(() => {
      closeSync(descriptor)
      // It may still write; what it writes is in the record.
      rmSync(file, { force: true })
    })
)

const ended = (child: Detached) => Effect.map(child.ended, (code) => ({ _tag: "Ended" as const, code: code ?? 1 }))

/** Comes when a run of this process is on record. */
const begun = (workspace: string, pid: number, since: number) =>
  Effect.gen(function* () {
    for (;;) {
      const run = yield* ownedBy(workspace, pid, since, mostBegun)
      if (run !== undefined) return { _tag: "Begun" as const, run }
      yield* Effect.sleep(lookAgainMs)
    }
  })

const lookAgainMs = 50

/** Undefined also where the record cannot be read just now, which says nothing about the run. */
const ownedBy = (workspace: string, pid: number, since: number, most: number) =>
  latestRuns(most).pipe(
    Effect.map((listed) => listed.find(({ lastAt, owner }) => owner?.pid === pid && lastAt >= since)?.run),
    Effect.provide(recordOf(workspace)),
    Effect.catch(() => Effect.succeed(undefined))
  )

/** The run of a process that has just begun is among the newest, or it is running: one that is taken up again. */
const mostBegun = 10

/** That one may have ended. */
const mostEnded = 200
