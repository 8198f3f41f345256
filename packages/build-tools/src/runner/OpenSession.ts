/**
 * Begins a session or goes on with one: its record, its logs, its checkpoints, and its end.
 */
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { openLog } from "../command/AttemptLog.ts"
import type { Pipeline } from "../pipeline/Pipeline.ts"
import type { BuildEvent, SessionInputs } from "../record/BuildEvent.ts"
import { BuildRecord } from "../record/BuildRecord.ts"
import type { BuildState } from "../record/BuildState.ts"
import { checkpoint, writeCheckpoint } from "../record/Checkpoint.ts"
import { noRecord } from "./BuildError.ts"
import type { BuildNotice } from "./BuildNotice.ts"
import type { BuildOptions } from "./BuildOptions.ts"
import { commandText } from "./CommandText.ts"
import type { Machine } from "./Machine.ts"
import type { Outlook } from "./Outlook.ts"
import { logsAreCut, type Session } from "./Session.ts"
import { logLine, stamped } from "./SessionLog.ts"

export interface SessionRequest {
  readonly pipeline: Pipeline
  readonly options: BuildOptions
  readonly outlook: Outlook
  readonly machine: Machine
  readonly inputs: SessionInputs
  readonly earlier: BuildState | null
  readonly onNotice: (notice: BuildNotice) => void
}

export interface OpenSession extends Session {
  /** The session's own log. */
  readonly log: string
  /** Records the end; nothing can be recorded after it. */
  readonly close: (status: Extract<BuildEvent, { readonly _tag: "SessionEnded" }>["status"]) => Effect.Effect<void>
  /** Recorded ones, of earlier processes as well. */
  readonly warnings: Effect.Effect<ReadonlyArray<string>>
}

export const openSession = Effect.fn("OpenSession.open")(function* (request: SessionRequest) {
  const { earlier, inputs, machine, onNotice, options, outlook, pipeline } = request
  const record = yield* BuildRecord
  const id = earlier?.session ?? (yield* noRecord(options.folder, record.freeName))
  const logs = earlier?.logs ?? join(pipeline.logsDir ?? join(options.folder, "logs"), id)
  const log = yield* openLog(join(logs, `build-log-${id}.log`))

  const told = Effect.fnUntraced(function* (event: BuildEvent) {
    const time = yield* Clock.currentTimeMillis
    const line = logLine(event)
    if (line !== undefined) log.write(stamped(line, time))
    onNotice({ _tag: "Recorded", event, time })
  })
  const { jobs } = machine
  if (earlier === null) {
    const steps = outlook.order.map(({ id, title }) => ({ id, title }))
    const start = { session: id, inputs, steps, jobs, logs, pid: process.pid, machine: machine.words }
    yield* noRecord(options.folder, record.begin(start))
    yield* told({ _tag: "SessionStarted", ...start })
  } else {
    const by = { pid: process.pid, jobs }
    // On record already: whoever watches from now on has not seen it.
    const { pid, startedAt, steps } = earlier
    const event = { _tag: "SessionStarted", session: id, inputs, steps, jobs: earlier.jobs, logs, pid } as const
    onNotice({ _tag: "Recorded", event: { ...event, machine: machine.words }, time: startedAt })
    yield* noRecord(options.folder, record.resume(id, by))
    yield* told({ _tag: "SessionResumed", ...by })
  }
  const commands = Object.fromEntries(outlook.order.map((step) => [step.id, commandText(step)]))
  const checkpointNow = Effect.gen(function* () {
    const state = yield* record.current
    if (Option.isNone(state)) return
    const content = checkpoint(state.value, commands, yield* Clock.currentTimeMillis)
    // A view for people: where it cannot be written, nothing depends on it.
    yield* Effect.ignore(writeCheckpoint(logs, content))
  })
  yield* Effect.forkScoped(Effect.repeat(checkpointNow, Schedule.spaced(checkpointEvery)))
  let unrecorded: string | undefined
  const warned = new Set(earlier?.warnings.map(wordsOf))
  const isTold = (event: BuildEvent) => event._tag === "Warned" && warned.size === warned.add(wordsOf(event)).size
  const write = (event: BuildEvent) =>
    Effect.suspend(() =>
      isTold(event)
        ? Effect.void
        : Effect.andThen(noRecord(options.folder, Effect.uninterruptible(record.record(event))), told(event))
    )
  return {
    id,
    pipeline,
    surroundings: { user: options.env, found: machine.env, release: options.release, native: options.native },
    context: outlook.context,
    logs,
    jobs,
    earlier,
    record: write,
    checkpoint: checkpointNow,
    notice: (notice) => {
      if (notice._tag === "Line") log.write(`         ${notice.task ?? notice.step}: ${notice.text}\n`)
      onNotice(notice)
    },
    log: log.file,
    close: (status) =>
      write({ _tag: "SessionEnded", status }).pipe(
        Effect.catch(({ message }) =>
          Effect.sync(() => {
            unrecorded = `the end of this build is not on record, and it will be listed as interrupted: ${message}`
          })
        ),
        Effect.andThen(checkpointNow)
      ),
    warnings: Effect.map(record.current, (state) => {
      const broken = log.broken()
      const recorded = Option.isNone(state) ? [] : state.value.warnings.map(wordsOf)
      return [
        ...new Set([
          ...recorded,
          ...(broken === null ? [] : [logsAreCut(logs, broken)]),
          ...(unrecorded === undefined ? [] : [unrecorded])
        ])
      ]
    })
  } satisfies OpenSession
})

// internal

const checkpointEvery = "5 minutes"

const wordsOf = ({ step, text }: { readonly step: string | null; readonly text: string }): string =>
  step === null ? text : `${step}: ${text}`
