/**
 * Gives a place of a run its agent's assignment, and says what that needs at least.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type AgentTask, prepare } from "../agent/AgentTask.ts"
import * as Allowance from "../agent/Allowance.ts"
import * as InputBound from "../agent/InputBound.ts"
import type { SystemPrompts } from "../agent/SystemPrompt.ts"
import * as Transcript from "../agent/Transcript.ts"
import { type RunId, rootPath } from "../domain/Ids.ts"
import { Model } from "../model/Model.ts"
import type { RunRequest } from "./RunRequest.ts"
import type { Place } from "./Shares.ts"

/** A run that is under way. */
export interface Running {
  readonly run: RunId
  readonly request: RunRequest
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly maxParallel: number
  readonly systemPrompts: SystemPrompts
}

export const assign = Effect.fnUntraced(function* (
  { maxParallel, request, run, startedAt, systemPrompts }: Running,
  place: Place
) {
  const model = yield* Model
  const { ceiling, definition, goal, inputs, probes, scope, wallMs } = place.request
  const elapsed = (yield* Clock.currentTimeMillis) - startedAt
  const runMs = request.deadlineMs === undefined ? undefined : Math.max(0, request.deadlineMs - elapsed)
  return yield* prepare({
    run,
    path: place.path,
    parent: rootPath,
    definition,
    probes,
    goal,
    scope,
    inputs: inputs ?? {},
    copy: place.copy,
    model: model.facts(place.request.model ?? model.model).name,
    tokens: place.limit.tokens ?? null,
    nanoUsd: place.limit.nanoUsd ?? null,
    wallMs: least(wallMs ?? definition.limits.wallMs, runMs),
    maxTurns: request.maxTurns,
    checks: request.checks ?? { commands: [], environment: {} },
    progressMs: Math.max(leastProgressMs, Math.min(maxParallel, request.agents.length) * progressMsPerAgent),
    ceiling: ceiling ?? [],
    systemPrompts
  })
})

/** Tokens of the first request, and what must be there for a turn and a closing answer. */
export const needOf = Effect.fnUntraced(function* (task: AgentTask) {
  const first = Transcript.apply(Transcript.empty, { _tag: "Prompted", text: task.prompt })
  const prompt = yield* InputBound.exact(task, first)
  return { prompt, floor: Allowance.floor((yield* Model).facts(task.model).price, prompt) }
})

// internal

/** How often a growing answer is recorded: ten times a second for one agent, more seldom the more there are. */
const leastProgressMs = 100
const progressMsPerAgent = 10

const least = (a: number | undefined, b: number | undefined): number | null =>
  a === undefined ? (b ?? null) : b === undefined ? a : Math.min(a, b)
