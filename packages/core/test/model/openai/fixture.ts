/** A model over one of the wires, connected to a scripted provider on loopback. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Model, type ModelPart, type ModelRequest } from "../../../src/model/Model.ts"
import type { ModelError } from "../../../src/model/ModelError.ts"
import { OpenAiModel } from "../../../src/model/openai/OpenAiModel.ts"
import type { ProviderSettings } from "../../../src/model/openai/ProviderSettings.ts"
import { type Answer, type ProviderServer, providerServer, type Received } from "../../../src/testing/ProviderServer.ts"

export const wires = ["responses", "chat"] as const
export type Wire = (typeof wires)[number]

export const key = "sk-test-0123456789abcdefghij"

export const settings = (baseUrl: string, wire: Wire, more: Partial<ProviderSettings> = {}): ProviderSettings => ({
  name: "scripted",
  baseUrl,
  wire,
  apiKey: key,
  keyVariable: "SCRIPTED_KEY",
  keyInstructions: "Ask the test",
  headers: {},
  query: {},
  requiresAuth: true,
  maxTokensField: wire === "responses" ? "max_output_tokens" : "max_completion_tokens",
  prices: {},
  idleTimeoutMs: 20_000,
  ...more
})

export const request = (more: Partial<ModelRequest> = {}): ModelRequest => ({
  model: "some-model",
  system: "You are a test.",
  messages: [{ _tag: "User", text: "Say something." }],
  tools: [],
  maxOutputTokens: 1_000,
  effort: "medium",
  format: null,
  brief: { agent: "tester", goal: "Say something.", scope: [] },
  closing: false,
  ...more
})

export const grepTool = {
  name: "grep",
  description: "Searches",
  parameters: { type: "object", properties: {} }
} as const

/** Built once, so that its connections and its gate are shared by what a test sends. */
export const modelOf = (given: ProviderSettings): Effect.Effect<Model["Service"], never, Scope.Scope> =>
  Effect.map(Layer.build(OpenAiModel.layer(given)), (context) => Context.get(context, Model))

export interface Rig {
  readonly server: ProviderServer
  readonly model: Model["Service"]
  readonly parts: (more?: Partial<ModelRequest>) => Effect.Effect<ReadonlyArray<ModelPart>, ModelError>
  readonly failure: (more?: Partial<ModelRequest>) => Effect.Effect<ModelError, ReadonlyArray<ModelPart>>
}

export const rig = Effect.fnUntraced(function* (
  wire: Wire,
  answer: Answer | ((received: Received) => Answer),
  more: Partial<ProviderSettings> = {}
) {
  const server = yield* providerServer(typeof answer === "function" ? answer : () => answer)
  const model = yield* modelOf(settings(server.url, wire, more))
  const parts = (asked: Partial<ModelRequest> = {}) => Stream.runCollect(model.stream(request(asked)))
  const built: Rig = { server, model, parts, failure: (asked) => Effect.flip(parts(asked)) }
  return built
})

export const texts = (parts: ReadonlyArray<ModelPart>): string =>
  parts.map((part) => (part._tag === "Text" ? part.text : "")).join("")

/** Lets the event loop turn until it is so; a test that waits in vain ends by its time limit. */
export const until = (isSo: () => boolean): Effect.Effect<void> =>
  Effect.promise(async () => {
    while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
  })
