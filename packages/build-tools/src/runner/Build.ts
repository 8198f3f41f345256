/**
 * Runs what is due: holds the workspace, checks the machine, records a session.
 *
 * 1. Everything is judged under the lock: another build may have done the work while this one waited for it.
 * 2. A session's end is on record however it ends, unless this process is killed; then the next one finds it interrupted.
 * 3. A record that cannot be written ends the build before its next step.
 */
import { statSync } from "node:fs"
import { join } from "node:path"
import type { JournalError } from "@deputize/core/journal/JournalError"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import { Fingerprints } from "../fingerprint/Fingerprints.ts"
import type { Pipeline, Step, StepId } from "../pipeline/Pipeline.ts"
import { startOrder } from "../pipeline/Plan.ts"
import { hold, type LockHeld } from "../record/BuildLock.ts"
import { BuildRecord } from "../record/BuildRecord.ts"
import { BuildError, noRecord, recordUnusable } from "./BuildError.ts"
import type { BuildNotice } from "./BuildNotice.ts"
import type { BuildOptions } from "./BuildOptions.ts"
import { isDue } from "./Due.ts"
import { prepareMachine } from "./Machine.ts"
import { nothingToDo } from "./NothingToDo.ts"
import { openSession, type SessionRequest } from "./OpenSession.ts"
import { hasNothingToDo, lookOut } from "./Outlook.ts"
import { remaining } from "./Remaining.ts"
import { passedIn, resumable } from "./Resumable.ts"
import { schedule } from "./Scheduler.ts"
import { sessionInputs } from "./SessionInputs.ts"
import { isPassed, type StepEnd } from "./StepEnd.ts"
import { runStep } from "./StepRun.ts"
import { summarize } from "./Summary.ts"

export const build = Effect.fn("Build.build")(function* (
  pipeline: Pipeline,
  options: BuildOptions,
  onNotice: (notice: BuildNotice) => void
) {
  const startedAt = yield* Clock.currentTimeMillis
  const elapsed = Effect.map(Clock.currentTimeMillis, (now) => now - startedAt)
  yield* holdWorkspace(options, onNotice)
  const fingerprints = yield* Fingerprints
  yield* fingerprints.refresh
  const record = yield* BuildRecord
  const earlier = yield* resumable(pipeline, options)
  const judged = yield* lookOut(pipeline, options, passedIn(earlier))
  if (hasNothingToDo(judged) && earlier === null) return nothingToDo(pipeline, options, judged, yield* elapsed)
  const durations = yield* noRecord(options.folder, record.durations)
  const outlook = { ...judged, order: startOrder(judged.order, durations.steps) }
  const inputs = yield* sessionInputs(pipeline, options)
  const machine = yield* prepareMachine(pipeline, options)
  const before = yield* machine.caches
  const { ends, log, session, warnings } = yield* Effect.scoped(
    runSession({ pipeline, options, outlook, machine, inputs, earlier, onNotice, usual: durations.steps })
  )
  return summarize({
    session,
    pipeline: pipeline.name,
    status: statusOf(ends),
    ms: yield* elapsed,
    ends,
    durations,
    caches: (yield* machine.caches).map((after, index) => `${after} (before: ${before[index] ?? "nothing"})`),
    warnings: [...machine.warnings, ...warnings],
    log,
    debugSize: (path) => debugSize(pipeline.workspace, path),
    record: join(options.folder, "record.db")
  })
}, Effect.scoped)

// internal

/** As Cargo names the folders of its builds. */
const debugSize = (workspace: string, path: string): number | null => {
  const debug = path.replace(/(^|\/)release\//, "$1debug/")
  const stats = debug === path ? undefined : statSync(join(workspace, debug), { throwIfNoEntry: false })
  return stats?.isFile() ? stats.size : null
}

const holdWorkspace = (options: BuildOptions, onNotice: (notice: BuildNotice) => void) =>
  hold(options.folder, {
    wait: options.wait,
    onWait: ({ pid, since }) => onNotice({ _tag: "Waiting", pid, since })
  }).pipe(
    Effect.mapError((error: LockHeld | JournalError) =>
      error._tag === "LockHeld"
        ? new BuildError({ reason: { _tag: "Locked", pid: error.pid, since: error.since } })
        : recordUnusable(options.folder)(error)
    )
  )

const runSession = Effect.fnUntraced(function* (
  request: SessionRequest & { readonly usual: Readonly<Record<StepId, number>> }
) {
  const { machine, outlook, usual } = request
  const session = yield* openSession(request)
  const over = new Set<StepId>()
  const tellRemaining = () => {
    const { due, order } = outlook
    const hasEnded = (id: StepId) => over.has(id)
    const ms = remaining({ order, isDue: (id) => isDue(due.get(id)), hasEnded, usual, jobs: machine.jobs })
    session.notice({ _tag: "Remaining", ms })
  }
  tellRemaining()
  const one = (step: Step, ended: ReadonlyMap<StepId, StepEnd>) =>
    Effect.tap(runStep(session, step, outlook.due.get(step.id) ?? { _tag: "UpToDate" }, ended), () =>
      Effect.sync(() => {
        over.add(step.id)
        tellRemaining()
      })
    )
  const ended = yield* schedule(outlook.order, machine.jobs, one).pipe(
    Effect.onExit((exit) =>
      session.close(
        Exit.isSuccess(exit) ? statusOf([...exit.value.values()]) : Exit.hasInterrupts(exit) ? "stopped" : "failed"
      )
    )
  )
  const ends = outlook.order.flatMap(({ id }) => ended.get(id) ?? [])
  return { ends, session: session.id, log: session.log, warnings: yield* session.warnings }
})

const statusOf = (ends: ReadonlyArray<StepEnd>): "completed" | "failed" =>
  ends.every(isPassed) ? "completed" : "failed"
