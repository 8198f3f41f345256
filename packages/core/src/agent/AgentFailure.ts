/**
 * Why an agent did not complete, one error a cause, and how any of them is written down.
 */
import * as Schema from "effect/Schema"
import { Failure } from "../domain/Failure.ts"

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
  finish: Schema.Literals(["length", "content_filter", "refusal"]),
  maxOutputTokens: Schema.Int
}) {
  override get message() {
    if (this.finish === "length") return `the answer of ${this.path} was cut at ${this.maxOutputTokens} output tokens`
    return this.finish === "refusal"
      ? `the model refused the task of ${this.path}`
      : `the provider's content filter stopped the answer of ${this.path}`
  }
  get hint() {
    return this.finish === "length"
      ? "Give it a larger budget or a narrower goal."
      : "Rephrase the goal; the same words would end the same way, so nothing was retried."
  }
}

/** The model's calls could not be understood, turn after turn. */
export class CallsUnreadable extends Schema.TaggedError<CallsUnreadable>()("CallsUnreadable", {
  path: Schema.String,
  times: Schema.Int,
  /** What was wrong with the last one. */
  problem: Schema.String
}) {
  override get message() {
    return `${this.path} made ${this.times} turns in a row whose tool calls could not be read, and was ended: ${this.problem}`
  }
  get hint() {
    return "Choose a model that is better at calling tools."
  }
}

/** A check that the runtime ran itself failed after the agent had said that it was done. */
export class VerificationFailed extends Schema.TaggedError<VerificationFailed>()("VerificationFailed", {
  path: Schema.String,
  command: Schema.String,
  exitCode: Schema.NullOr(Schema.Int)
}) {
  override get message() {
    const how = this.exitCode === null ? "did not end in time" : `ended with ${this.exitCode}`
    return `${this.path} said that it was done, but the check \`${this.command}\` ${how}`
  }
  get hint() {
    return "The end of the check's output is in the result (--json) and in the record; what the agent changed is still there."
  }
}

/** The answer was to be JSON of a given form and is not, also after the agent had been told what is wrong with it. */
export class AnswerMismatch extends Schema.TaggedError<AnswerMismatch>()("AnswerMismatch", {
  path: Schema.String,
  /** What is wrong with the last one. */
  problem: Schema.String
}) {
  override get message() {
    return `the answer of ${this.path} does not have the form that was asked for: ${this.problem}`
  }
  get hint() {
    return "Its last answer is in the result; loosen the schema, or choose a model that keeps to one."
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

/** The agent had been closed at a limit, and there is nothing more for it: it ends as it did, with what ended it then. */
export class StillClosed extends Schema.TaggedError<StillClosed>()("StillClosed", { failure: Failure }) {
  override get message() {
    return this.failure.message
  }
  get hint() {
    return this.failure.hint
  }
}

/** A request failed, and its budget has no room for another attempt. It stands on record as what it failed with. */
export class RetryUnpaid extends Schema.TaggedError<RetryUnpaid>()("RetryUnpaid", {
  path: Schema.String,
  failure: Failure
}) {
  override get message() {
    return `${this.failure.message}; what is left of the budget does not pay for another attempt`
  }
  get hint() {
    return this.failure.hint
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

/** A request that was ended from outside: by a cancellation or a deadline, or because its process was. */
export const interruptedTag = "Interrupted"

/** Any thrown or failed value as a record; errors of ours carry their own hint and facts. */
export const failureOf = (error: unknown): Failure => {
  if (error instanceof StillClosed) return error.failure
  if (error instanceof RetryUnpaid) return { ...error.failure, message: error.message }
  if (!(error instanceof Error)) return { tag: "Unknown", message: String(error), hint: "" }
  const tag = "_tag" in error && typeof error._tag === "string" ? error._tag : error.name
  const hint = "hint" in error && typeof error.hint === "string" ? error.hint : ""
  return { ...factsOf(error), tag, message: error.message, hint }
}

// internal

/** The fields of a tagged error; those of other errors are nobody's contract. */
const factsOf = (error: Error): Readonly<Record<string, unknown>> =>
  "_tag" in error ? Object.fromEntries(Object.entries(error).filter(([key]) => !own.has(key))) : {}

const own: ReadonlySet<string> = new Set(["_tag", "name", "message", "stack", "cause"])
