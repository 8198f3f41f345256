/**
 * What the steps of one build share: what is built and how, where its logs are, and the one way to report.
 *
 * Nothing is told that was not recorded first: `record` writes, then notes the fact in `state`, then tells the view.
 */
import { join } from "node:path"
import type * as Effect from "effect/Effect"
import type { StepContext } from "../fingerprint/StepFingerprint.ts"
import type { Pipeline, Step } from "../pipeline/Pipeline.ts"
import type { BuildEvent } from "../record/BuildEvent.ts"
import type { BuildState } from "../record/BuildState.ts"
import type { BuildError } from "./BuildError.ts"
import type { BuildNotice } from "./BuildNotice.ts"
import type { Surroundings } from "./StepEnvironment.ts"

export interface Session {
  /** `20261121_103000`. */
  readonly id: string
  readonly pipeline: Pipeline
  readonly surroundings: Surroundings
  /** What fingerprints depend on beside the steps. */
  readonly context: StepContext
  readonly logs: string
  readonly jobs: number
  /** What an earlier process recorded of this session; null for a new one. */
  readonly earlier: BuildState | null
  /** A warning that was recorded with the same words is not recorded again. */
  readonly record: (event: BuildEvent) => Effect.Effect<void, BuildError>
  /** Puts the state where people can read it. */
  readonly checkpoint: Effect.Effect<void>
  readonly notice: (notice: BuildNotice) => void
}

/** The log of an attempt; `/` in the name of a step would be a folder. */
export const attemptLog = ({ logs }: Pick<Session, "logs">, step: Pick<Step, "id">, attempt: number): string =>
  join(logs, `${step.id.replaceAll("/", "__")}.${attempt}.log`)

/** Where a program that passed leaves its mark, beside its log. */
export const passedFile = (log: string): string => log.replace(/\.log$/, ".passed")

/** What is said of logs whose end is missing. */
export const logsAreCut = (folder: string, problem: string): string => `logs in ${folder} are cut: ${problem}`
