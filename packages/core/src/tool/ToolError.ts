/**
 * Why a tool gave no result. It goes back to the model as the result of its call; it never ends an agent.
 */
import * as Schema from "effect/Schema"

export class ToolError extends Schema.TaggedError<ToolError>()("ToolError", {
  tool: Schema.String,
  /** What happened, naming the argument, file or limit. */
  message: Schema.String,
  /** What to do instead. */
  hint: Schema.String
}) {}
