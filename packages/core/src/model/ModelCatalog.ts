/**
 * What is known of OpenAI's models before one is asked: how much a call may hold, what it costs, whether it reasons.
 *
 * Prices in US dollars for a million tokens, standard processing, as on OpenAI's model pages
 * (developers.openai.com/api/docs/models) and in the table of @pydantic/genai-prices 0.1.8 of 2026-09-23; gpt-6.1-sol
 * from docs.litellm.ai/blog/gpt_6_1_sol, 2026-09-29. Output limits also from LiteLLM's
 * model_prices_and_context_window.json. Read on 2026-11-21. Only what stands there stands here.
 *
 * - Where writing to the provider's cache costs more than plain input, `input` is that higher price: it is what new
 *   tokens of a conversation are billed at, and a limit in dollars must hold.
 * - No call may hold more than 272,000 tokens: behind that some models take no input, and the others double the price.
 */
import type { Price } from "../domain/Price.ts"
import type { ModelFacts } from "./Model.ts"

export interface CatalogModel {
  readonly contextWindow: number
  readonly maxOutput: number
  readonly price: Price | null
  readonly isReasoning: boolean
  /** Over Chat Completions it takes tools only when it is told not to reason. */
  readonly chatToolsNeedNoEffort: boolean
}

/** Small, general, current, and the cheapest of its generation. */
export const defaultModel = "gpt-6-luna"

/** The models that can be told to a user who named an unknown one; the default first. */
export const knownModels = (): ReadonlyArray<string> => [...catalog.keys()]

/** By name; a dated version is the model it is a version of. */
export const modelOf = (name: string): CatalogModel =>
  catalog.get(name) ?? catalog.get(name.replace(/-\d{4}-\d{2}-\d{2}$/, "")) ?? guessed(name)

/** What the settings of a provider say comes before what is known here. */
export const factsOf = (
  name: string,
  { contextWindow, prices }: { readonly contextWindow?: number; readonly prices: Readonly<Record<string, Price>> }
): ModelFacts => {
  const known = modelOf(name)
  return {
    name,
    contextWindow: contextWindow ?? known.contextWindow,
    maxOutput: known.maxOutput,
    price: (Object.hasOwn(prices, name) ? prices[name] : undefined) ?? known.price
  }
}

// internal

const unknownModel: CatalogModel = {
  contextWindow: 128_000,
  maxOutput: 16_384,
  price: null,
  isReasoning: false,
  chatToolsNeedNoEffort: false
}

/** A newer model of a family is asked as its family is; what it costs is not guessed. */
const guessed = (name: string): CatalogModel => ({
  ...unknownModel,
  isReasoning: /^(gpt-([5-9]|\d\d)|o\d)(?!.*chat)/.test(name),
  chatToolsNeedNoEffort: /^gpt-(5\.[4-9]|[6-9]|\d\d)/.test(name)
})

const reasoning = (input: number, cached: number, output: number, more: Partial<CatalogModel> = {}): CatalogModel => ({
  contextWindow: 272_000,
  maxOutput: 128_000,
  price: { input, cached, output },
  isReasoning: true,
  chatToolsNeedNoEffort: true,
  ...more
})

const plain = (input: number, cached: number, output: number, more: Partial<CatalogModel>): CatalogModel => ({
  ...unknownModel,
  price: { input, cached, output },
  ...more
})

/** Before gpt-5.4 the effort may be named beside tools on either wire. */
const withTools = { chatToolsNeedNoEffort: false }
const million = { contextWindow: 272_000, maxOutput: 32_768 }

const catalog: ReadonlyMap<string, CatalogModel> = new Map([
  ["gpt-6-luna", reasoning(0.125, 0.01, 0.5)],
  ["gpt-6-sol", reasoning(2.5, 0.2, 10)],
  ["gpt-6-astra", reasoning(12.5, 1, 50)],
  // It cannot be told not to reason: with tools it is for the Responses API.
  ["gpt-6.1-sol", reasoning(2.5, 0.1, 10, withTools)],
  ["gpt-5.6-luna", reasoning(0.25, 0.02, 1.2)],
  ["gpt-5.6-terra", reasoning(2.5, 0.2, 12)],
  ["gpt-5.6-sol", reasoning(5, 0.4, 20)],
  ["gpt-5.5", reasoning(5, 0.5, 30)],
  ["gpt-5.4", reasoning(2.5, 0.25, 15)],
  ["gpt-5.4-mini", reasoning(0.75, 0.075, 4.5)],
  ["gpt-5.4-nano", reasoning(0.2, 0.02, 1.25)],
  ["gpt-5.2", reasoning(1.75, 0.175, 14, withTools)],
  ["gpt-5.1", reasoning(1.25, 0.125, 10, withTools)],
  ["gpt-5", reasoning(1.25, 0.125, 10, withTools)],
  ["gpt-5-mini", reasoning(0.25, 0.025, 2, withTools)],
  ["gpt-5-nano", reasoning(0.05, 0.005, 0.4, withTools)],
  ["gpt-4.1", plain(2, 0.5, 8, million)],
  ["gpt-4.1-mini", plain(0.4, 0.1, 1.6, million)],
  ["gpt-4o", plain(2.5, 1.25, 10, {})],
  ["gpt-4o-mini", plain(0.15, 0.075, 0.6, {})]
])
