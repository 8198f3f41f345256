/**
 * Who answers in a library's runs: the embedded offline provider, a server with an OpenAI-compatible API of which only
 * what is special has to be said, or any `Model` of the caller's own.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Model } from "../model/Model.ts"
import { capField, type ProviderSettings } from "../model/openai/ProviderSettings.ts"

/** What is left out is OpenAI's own, over the Responses API. Nothing is read from the environment. */
export interface OpenAiOptions extends Partial<Omit<ProviderSettings, "apiKey">> {
  readonly apiKey?: string | undefined
}

/** `offline` needs no key and no network: it quotes the workspace, and no language model takes part. */
export type ModelOption = "offline" | OpenAiOptions | Layer.Layer<Model>

/** The provider's code is loaded when the layer is built, and only that one's. */
export const modelLayer = (choice: ModelOption): Layer.Layer<Model> => {
  if (isLayer(choice)) return choice
  return Layer.unwrap(
    Effect.promise(async () =>
      choice === "offline"
        ? (await import("../model/OfflineModel.ts")).OfflineModel.layer
        : (await import("../model/openai/OpenAiModel.ts")).OpenAiModel.layer(openAiSettings(choice))
    )
  )
}

/** Pure. */
export const openAiSettings = ({ apiKey, ...given }: OpenAiOptions): ProviderSettings => {
  const { baseUrl = openAi, wire = "responses" } = given
  return {
    name: given.baseUrl === undefined ? "openai" : hostOf(baseUrl),
    baseUrl,
    wire,
    keyVariable: "apiKey",
    keyInstructions: "Give it with the model's settings",
    headers: {},
    query: {},
    // Servers of one's own mostly ask for none.
    requiresAuth: given.baseUrl === undefined,
    maxTokensField: capField(baseUrl, wire),
    prices: {},
    idleTimeoutMs: 300_000,
    ...given,
    apiKey
  }
}

// internal

const isLayer = (choice: ModelOption): choice is Layer.Layer<Model> => Layer.isLayer(choice)

const openAi = "https://api.openai.com/v1"

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)
