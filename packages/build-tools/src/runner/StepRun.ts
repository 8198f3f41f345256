/**
 * Takes one step to its end: left out, up to date, adopted, or run with as many attempts as it has.
 *
 * 1. Its fingerprint is gone from the disk before an attempt starts, and is back, with what the step made, before anyone
 *    hears that it passed. So nothing that was interrupted is ever taken for finished.
 * 2. Each attempt is on record before it starts and when it has ended, however it ends.
 * 3. An install begins only where nothing before it failed.
 */
import { existsSync } from "node:fs"
import { dirname, resolve } from "node:path"
import type { Processes } from "@deputize/core/process/Processes"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { openLog } from "../command/AttemptLog.ts"
import { retryDelay } from "../command/RetryRule.ts"
import type { Fingerprint, OutputFile } from "../fingerprint/Fingerprint.ts"
import { Fingerprints } from "../fingerprint/Fingerprints.ts"
import { unmatched } from "../fingerprint/Manifest.ts"
import { StateUnwritable } from "../fingerprint/StateUnwritable.ts"
import type { Condition, Step, StepId } from "../pipeline/Pipeline.ts"
import type { AttemptOutcome, StepOutcome } from "../record/BuildEvent.ts"
import { describeOutcome } from "../record/Describe.ts"
import { adopt } from "./Adoption.ts"
import type { AttemptEnd } from "./Attempt.ts"
import type { Due } from "./Due.ts"
import { whyOf } from "./Outlook.ts"
import { holds } from "./RunWork.ts"
import { attemptLog, logsAreCut, type Session } from "./Session.ts"
import { checkStep } from "./StepCheck.ts"
import { isPassed, type StepEnd, stepEnd } from "./StepEnd.ts"
import { work } from "./Work.ts"

export const runStep = Effect.fn("StepRun.run")(function* (
  session: Session,
  step: Step,
  due: Due,
  ended: ReadonlyMap<StepId, StepEnd>
) {
  const startedAt = yield* Clock.currentTimeMillis
  const end = Effect.fnUntraced(function* (
    outcome: StepOutcome,
    why: string,
    more: Parameters<typeof stepEnd>[4] = {}
  ) {
    const ms = (yield* Clock.currentTimeMillis) - startedAt
    yield* session.record({ _tag: "StepEnded", step: step.id, outcome, ms })
    return stepEnd(step, outcome, why, ms, more)
  })
  const skip = (why: string) => end({ _tag: "Skipped", why }, why)

  const blocker = blockerOf(step, ended)
  if (blocker !== undefined) return yield* end({ _tag: "Blocked", by: blocker }, `${blocker} did not pass`)
  if (due._tag === "LeftOut") return yield* skip(due.why)
  if (due._tag === "Passed") return yield* end({ _tag: "Resumed" }, "passed earlier in this session")
  const { fingerprint, freshness, stored } = yield* checkStep(step, session.context, session.pipeline.workspace)
  // Judged anew at its turn: what it needs may have made the same as before, or made again what was damaged.
  const mayBeFresh = due._tag === "After" || due._tag === "Stale"
  if (due._tag === "UpToDate" || (mayBeFresh && freshness._tag === "Fresh"))
    return yield* end({ _tag: "UpToDate" }, "up to date", { outputs: stored?.outputs ?? [] })
  const why = whyOf(due, freshness)
  const unmet = yield* unmetCondition(session, step)
  if (unmet !== undefined) return yield* skip(unmet)
  yield* session.record({ _tag: "StepStarted", step: step.id, why })
  if (step.inputs !== null && step.inputs.length > 0 && Object.keys(fingerprint?.inputs ?? {}).length === 0) {
    const text = `no file is meant by its inputs (${step.inputs.join(", ")}): no change would make it run again`
    yield* session.record({ _tag: "Warned", step: step.id, text })
  }
  const adopted = yield* adopt({ pipeline: session.pipeline, earlier: session.earlier?.steps ?? [] }, step, fingerprint)
  if (adopted !== undefined) {
    yield* keep(session, step, fingerprint, adopted, startedAt)
    return yield* end({ _tag: "Adopted" }, "it had finished after its runner was gone", { outputs: adopted })
  }
  yield* forget(session, step)
  const tries = yield* attempts(session, step, fingerprint)
  const told = { attempts: tries.count, warnings: tries.warnings, log: tries.log, ...pick(tries.end) }
  if (tries.end.outcome._tag !== "Passed") {
    const hint = tries.end.outcome._tag === "Broken" ? tries.end.outcome.hint : `Its output is in ${tries.log}.`
    return yield* end({ _tag: "Failed", problem: describeOutcome(tries.end.outcome), hint }, why, told)
  }
  const stated = step.outputs.length > 0 ? step.outputs : tries.end.outputs
  const fingerprints = yield* Fingerprints
  const outputs = yield* fingerprints.outputs(stated)
  const missing = unmatched(step.outputs, outputs)
  if (missing.length > 0) {
    const problem = `it passed, but did not make ${missing.join(", ")}`
    return yield* end({ _tag: "Failed", problem, hint: "Correct its outputs in the pipeline." }, why, told)
  }
  const { installed } = tries.end
  if (installed !== null) {
    const { prefix, previous, version } = installed
    yield* session.record({ _tag: "Installed", step: step.id, prefix, version, previous })
  }
  yield* keep(session, step, fingerprint, outputs, startedAt)
  return yield* end({ _tag: "Ran" }, why, { ...told, outputs })
})

// internal

const pick = ({ installed, tasks }: AttemptEnd) => ({ installed, tasks })

const blockerOf = (step: Step, ended: ReadonlyMap<StepId, StepEnd>): StepId | undefined => {
  const needed = step.needs.find((id) => {
    const end = ended.get(id)
    return end !== undefined && !isPassed(end)
  })
  if (needed !== undefined || step._tag !== "Install") return needed
  return [...ended.values()].find((end) => end.outcome._tag === "Failed" && !end.step.continueOnError)?.step.id
}

/** Why the step's condition keeps it from running; undefined where nothing does. */
const unmetCondition = Effect.fnUntraced(function* (session: Session, step: Step) {
  const { skipUnless } = step
  if (skipUnless === null || (yield* isMet(session, step, skipUnless))) return undefined
  switch (skipUnless._tag) {
    case "Exists":
      return `there is no ${skipUnless.path}`
    case "Env":
      return `${skipUnless.name} is not ${skipUnless.value === null ? "set" : `"${skipUnless.value}"`}`
    case "Command":
      return "its condition does not hold"
  }
})

const isMet = (session: Session, step: Step, condition: Condition): Effect.Effect<boolean, never, Processes> => {
  switch (condition._tag) {
    case "Exists":
      return Effect.sync(() => existsSync(resolve(session.pipeline.workspace, condition.path)))
    case "Env":
      return Effect.sync(() => {
        const value = session.surroundings.user[condition.name]
        return condition.value === null ? value !== undefined && value !== "" : value === condition.value
      })
    case "Command":
      return holds(session, step, condition.command)
  }
}

/** A state folder that cannot be written costs the next build time, and this one a warning. */
const warned = (session: Session) => (error: StateUnwritable) => {
  // The folder, and not each file in it: the same text is told once.
  const { message } = new StateUnwritable({ path: dirname(error.path), code: error.code })
  return session.record({ _tag: "Warned", step: null, text: `${message}: the next build will run this again` })
}

const forget = Effect.fnUntraced(function* (session: Session, step: Step) {
  const fingerprints = yield* Fingerprints
  yield* Effect.catchTag(fingerprints.forget(step.id), "StateUnwritable", warned(session))
})

const keep = Effect.fnUntraced(function* (
  session: Session,
  step: Step,
  fingerprint: Fingerprint | null,
  outputs: ReadonlyArray<OutputFile>,
  startedAt: number
) {
  const fingerprints = yield* Fingerprints
  const finishedAt = yield* Clock.currentTimeMillis
  const kept = { fingerprint, outputs, ms: finishedAt - startedAt, finishedAt }
  yield* Effect.catchTag(fingerprints.keep(step.id, kept), "StateUnwritable", warned(session))
})

const attempts = Effect.fnUntraced(function* (session: Session, step: Step, fingerprint: Fingerprint | null) {
  const before = session.earlier?.steps.find(({ id }) => id === step.id)?.attempts ?? 0
  let warnings = 0
  for (let count = 1; ; count += 1) {
    const number = before + count
    const file = attemptLog(session, step, number)
    const about = { step: step.id, attempt: number }
    yield* session.record({ _tag: "AttemptStarted", ...about, log: file, fingerprint: fingerprint?.hash ?? null })
    const startedAt = yield* Clock.currentTimeMillis
    const recordEnd = Effect.fnUntraced(function* (outcome: AttemptOutcome, retryInMs: number | null) {
      const ms = (yield* Clock.currentTimeMillis) - startedAt
      yield* session.record({ _tag: "AttemptEnded", ...about, outcome, ms, retryInMs })
    })
    const attempt = Effect.gen(function* () {
      const log = yield* openLog(file)
      const onWarning = () => {
        warnings += 1
      }
      const end = yield* work(step, { session, number, log, onWarning })
      const broken = log.broken()
      if (broken !== null) yield* session.record({ _tag: "Warned", step: null, text: logsAreCut(session.logs, broken) })
      return end
    })
    const end = yield* Effect.onInterrupt(Effect.scoped(attempt), () =>
      Effect.ignore(recordEnd({ _tag: "Stopped" }, null))
    )
    const random = yield* Random.next
    const delay = retryDelay(step.retry, { outcome: end.outcome, output: end.output, attempt: count, random })
    yield* recordEnd(end.outcome, delay)
    if (delay === null) return { end, count, warnings, log: file }
    yield* session.checkpoint
    yield* Effect.sleep(delay)
  }
})
