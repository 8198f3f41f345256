/**
 * What a run would do and cost, without a request to anybody: the least with which each agent can do something, and the
 * most that it can use.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type AgentPath, makeRunId } from "../domain/Ids.ts"
import { mostCost } from "../domain/Price.ts"
import { Model } from "../model/Model.ts"
import { needOf, prepare } from "./plan/Prepare.ts"
import { running } from "./plan/Running.ts"
import { shares } from "./plan/Shares.ts"
import type { RunRequest } from "./RunRequest.ts"

export interface AgentForecast {
  readonly path: AgentPath
  readonly agent: string
  readonly goal: string
  readonly scope: ReadonlyArray<string>
  readonly model: string
  readonly tools: ReadonlyArray<string>
  /** What its definition grants that no tool makes use of. */
  readonly unavailable: ReadonlyArray<string>
  readonly contextFiles: ReadonlyArray<string>
  /** Bound on the tokens of its first request. */
  readonly promptTokens: number
  /** A turn and a closing answer. Money is null where the price is not known. */
  readonly floor: Priced
  /** All that its limits let it use; null where nothing limits it. */
  readonly ceiling: Priced
}

export interface Priced {
  readonly tokens: number | null
  readonly nanoUsd: number | null
}

export interface Forecast {
  readonly agents: ReadonlyArray<AgentForecast>
  /** Of the whole run. */
  readonly ceiling: Priced
}

export const forecast = Effect.fn("forecast")(function* (request: RunRequest) {
  const model = yield* Model
  const startedAt = yield* Clock.currentTimeMillis
  const forecasted = yield* running(makeRunId(startedAt, 0), request)
  const { places, total } = shares(request)
  const agents = yield* Effect.forEach(
    places,
    Effect.fnUntraced(function* (place) {
      const task = yield* prepare(forecasted, place)
      const { floor, prompt } = yield* needOf(task)
      const { price } = model.facts(task.model)
      const tokens = place.limit.tokens ?? null
      const all = tokens === null || price === null ? null : mostCost(price, dearest(price, tokens))
      return {
        path: place.path,
        agent: task.definition.name,
        goal: task.goal,
        scope: task.scope,
        model: task.model,
        tools: task.tools.map((tool) => tool.name),
        unavailable: task.unavailable,
        contextFiles: task.contextPaths,
        promptTokens: prompt,
        floor: price === null ? { ...floor, nanoUsd: null } : floor,
        ceiling: { tokens, nanoUsd: least(all, place.limit.nanoUsd ?? null) }
      } satisfies AgentForecast
    })
  )
  const sum = agents.reduce<number | null>(
    (all, { ceiling }) => (all === null || ceiling.nanoUsd === null ? null : all + ceiling.nanoUsd),
    0
  )
  const ceiling = { tokens: total.tokens ?? null, nanoUsd: least(sum, total.nanoUsd ?? null) }
  return { agents, ceiling } satisfies Forecast
})

// internal

/** Tokens where each costs the most. */
const dearest = (price: { readonly input: number; readonly output: number }, tokens: number) =>
  price.output > price.input ? { input: 0, output: tokens } : { input: tokens, output: 0 }

const least = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.min(a, b))
