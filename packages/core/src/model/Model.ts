/**
 * The language model as the agent loop sees it: one request in, a stream of parts out. Wire formats, keys and retries
 * belong to the providers behind it.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { JsonSchema } from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import type * as Stream from "effect/Stream"
import type { AnswerFormat } from "../domain/AnswerFormat.ts"
import type { Effort } from "../domain/Effort.ts"
import type { Message, ToolCall } from "../domain/Message.ts"
import type { Price } from "../domain/Price.ts"
import type { Usage } from "../domain/Usage.ts"
import type { ModelError } from "./ModelError.ts"
import type { Pressure } from "./Pressure.ts"
import type { RetryLimits } from "./Retry.ts"

export interface ToolSpec {
  readonly name: string
  readonly description: string
  /** JSON Schema of the arguments: an object. */
  readonly parameters: JsonSchema
}

/** What the prompt says, as data: for providers that have no language model to read it with. */
export interface Brief {
  readonly agent: string
  readonly goal: string
  /** Paths relative to the workspace; empty means all of it. */
  readonly scope: ReadonlyArray<string>
}

export interface ModelRequest {
  readonly model: string
  readonly system: string
  readonly messages: ReadonlyArray<Message>
  readonly tools: ReadonlyArray<ToolSpec>
  /** Hard limit for this answer, reasoning included. */
  readonly maxOutputTokens: number
  /** How much the model is to think: `low` for agents that are near their limit. */
  readonly effort: Effort
  /** The answer without calls must be JSON of this form; free text when null. */
  readonly format: AnswerFormat | null
  readonly brief: Brief
  /** The agent is at a limit: no calls any more, the answer is written from what is there. */
  readonly closing: boolean
}

/** Why an answer ended; only `stop` and `tool_calls` are whole answers. */
export const FinishReason = Schema.Literals(["stop", "tool_calls", "length", "content_filter", "refusal"])
export type FinishReason = typeof FinishReason.Type

/** A stream is complete only with its `Finish`, which is the last part. */
export type ModelPart =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Reasoning"; readonly text: string }
  | { readonly _tag: "Call"; readonly call: ToolCall }
  /** Something of the provider's own that the next request has to carry back: the JSON text of it, unread. */
  | { readonly _tag: "Keepsake"; readonly item: string }
  /** `usage` is null where the provider told none, or none that makes sense. */
  | { readonly _tag: "Finish"; readonly reason: FinishReason; readonly usage: Usage | null }

/** What is known of a model before it is asked. */
export interface ModelFacts {
  /** The name as the provider takes it. */
  readonly name: string
  /** Tokens of input and output that one call may hold. */
  readonly contextWindow: number
  /** The most output tokens that one call may ask for. */
  readonly maxOutput: number
  /** Null where it is not known, which is not the same as free. */
  readonly price: Price | null
}

/**
 * Where an attempt stands, kept up to date by a provider that lets requests wait: who ends it pays nothing for one that is
 * held and has not left.
 */
export const Attempt = Context.Reference<{ isHeld: boolean }>("@deputize/core/model/Model/Attempt", {
  defaultValue: () => ({ isHeld: false })
})

export class Model extends Context.Service<
  Model,
  {
    /** The provider's name: `offline`, `openai`, or one from the settings. */
    readonly provider: string
    /** `evidence-only`: answers are extracts of the workspace, not written by a language model. */
    readonly mode: "model" | "evidence-only"
    /** The run's model: what agents use whose definition names none. */
    readonly model: string
    /** A model that nobody knows gets cautious figures and no price. */
    readonly facts: (model: string) => ModelFacts
    /** How often a failed request is sent again: by whoever sends, since each attempt has to be paid for. */
    readonly retries: Partial<RetryLimits>
    /** What the provider has let know of how much it bears. */
    readonly pressure: Effect.Effect<Pressure>
    /** Interrupting the stream aborts the request. */
    readonly stream: (request: ModelRequest) => Stream.Stream<ModelPart, ModelError>
  }
>()("@deputize/core/model/Model") {}
