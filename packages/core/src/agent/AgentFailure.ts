/**
 * Why an agent did not complete, one error a cause, and how any of them is written down.
 */
import * as Schema from "effect/Schema"
import type { Failure } from "../domain/Failure.ts"

/** The agent made the same call with the same result until it was ended. */
export class AgentLooping extends Schema.TaggedError<AgentLooping>()("AgentLooping", {
  path: Schema.String,
  tool: Schema.String,
  times: Schema.Int
}) {
  override get message() {
    return `${this.path} made the same ${this.tool} call with the same result ${this.times} times and was ended`
  }
  get hint() {
    return "Give it a narrower goal or scope; its record shows what it kept asking for."
  }
}

/** The provider ended the answer before it was complete. */
export class AnswerCut extends Schema.TaggedError<AnswerCut>()("AnswerCut", {
  path: Schema.String,
  finish: Schema.Literals(["length", "content_filter"]),
  maxOutputTokens: Schema.Int
}) {
  override get message() {
    return this.finish === "length"
      ? `the answer of ${this.path} was cut at ${this.maxOutputTokens} output tokens`
      : `the provider's content filter stopped the answer of ${this.path}`
  }
  get hint() {
    return this.finish === "length" ? "Give the agent a larger budget." : "Rephrase the goal; nothing was retried."
  }
}

/** The agent used up its turns; it was asked for its answer in the last one. */
export class TurnLimitReached extends Schema.TaggedError<TurnLimitReached>()("TurnLimitReached", {
  path: Schema.String,
  turns: Schema.Int
}) {
  override get message() {
    return `${this.path} was closed after ${this.turns} turns`
  }
  get hint() {
    return "Raise --max-turns, or narrow the goal."
  }
}

/** A fault of deputize itself or of a tool in this one agent; the other agents are not touched by it. */
export class AgentDefect extends Schema.TaggedError<AgentDefect>()("AgentDefect", {
  path: Schema.String,
  cause: Schema.String
}) {
  override get message() {
    return `${this.path} crashed: ${this.cause}`
  }
  get hint() {
    return "This is a fault in deputize. Please report it with the output of the same command and -v."
  }
}

/** Any thrown or failed value as a record; errors of ours carry their own hint. */
export const failureOf = (error: unknown): Failure => {
  if (!(error instanceof Error)) return { tag: "Unknown", message: String(error), hint: "" }
  const tag = "_tag" in error && typeof error._tag === "string" ? error._tag : error.name
  const hint = "hint" in error && typeof error.hint === "string" ? error.hint : ""
  return { tag, message: error.message, hint }
}
