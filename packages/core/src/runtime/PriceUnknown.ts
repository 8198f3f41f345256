/**
 * A limit in money cannot be held for a model whose price nobody knows: unknown is not free.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Model } from "../model/Model.ts"
import { type Entrant, familyOf } from "./plan/Entrant.ts"
import type { RunRequest } from "./RunRequest.ts"

export class PriceUnknown extends Schema.TaggedError<PriceUnknown>()("PriceUnknown", {
  model: Schema.String,
  provider: Schema.String
}) {
  override get message() {
    return `the price of ${this.model} is not known, so a limit in US dollars cannot be held`
  }
  get hint() {
    return `Put it into config.yaml, in US dollars for a million tokens (prices: {${this.model}: {input: 1.25, cached: 0.125, output: 10}}), or limit tokens instead.`
  }
}

/** The same of agents that were started, and are to go on. */
export const requirePricesBelow = Effect.fnUntraced(function* (entrants: ReadonlyArray<Entrant>) {
  const { facts, model, provider } = yield* Model
  for (const { call, place, result } of entrants.flatMap((entrant) => [...familyOf(entrant)])) {
    if (call === null || result !== null || place.limit.nanoUsd === undefined) continue
    const name = place.request.model ?? model
    if (facts(name).price === null) return yield* new PriceUnknown({ model: name, provider })
  }
})

/** Fails if anything is limited in money and a model that would be used has no price. */
export const requirePrices = Effect.fnUntraced(function* ({ agents, limits }: RunRequest) {
  const { facts, model, provider } = yield* Model
  for (const agent of agents) {
    const limited = limits?.nanoUsd ?? agent.limits?.nanoUsd ?? agent.definition.limits.nanoUsd
    const name = agent.model ?? model
    if (limited !== undefined && facts(name).price === null) return yield* new PriceUnknown({ model: name, provider })
  }
})
