/**
 * The language model as the agent loop sees it: one request in, a stream of parts out. Wire formats, keys and retries
 * belong to the providers behind it.
 */
import * as Context from "effect/Context"
import type { JsonSchema } from "effect/JsonSchema"
import type * as Stream from "effect/Stream"
import type { Message, ToolCall } from "../domain/Message.ts"
import type { Probe } from "../domain/Probe.ts"
import type { Usage } from "../domain/Usage.ts"
import type { ModelError } from "./ModelError.ts"

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
  readonly probes: ReadonlyArray<Probe>
}

export interface ModelRequest {
  readonly model: string
  readonly system: string
  readonly messages: ReadonlyArray<Message>
  readonly tools: ReadonlyArray<ToolSpec>
  /** Hard limit for this answer, reasoning included. */
  readonly maxOutputTokens: number
  readonly brief: Brief
  /** The agent is at a limit: no calls any more, the answer is written from what is there. */
  readonly closing: boolean
}

export type FinishReason = "stop" | "tool_calls" | "length" | "content_filter"

/** A stream is complete only with its `Finish`, which is the last part. */
export type ModelPart =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Reasoning"; readonly text: string }
  | { readonly _tag: "Call"; readonly call: ToolCall }
  | { readonly _tag: "Finish"; readonly reason: FinishReason; readonly usage: Usage }

export class Model extends Context.Service<
  Model,
  {
    /** The provider's model, or `offline`. */
    readonly name: string
    /** `evidence-only`: answers are extracts of the workspace, not written by a language model. */
    readonly mode: "model" | "evidence-only"
    /** Tokens of input and output that one call may hold. */
    readonly contextWindow: number
    /** The most output tokens that one call may ask for. */
    readonly maxOutput: number
    /** Interrupting the stream aborts the request. */
    readonly stream: (request: ModelRequest) => Stream.Stream<ModelPart, ModelError>
  }
>()("@deputize/core/model/Model") {}
