/**
 * A failure as it stands in the journal and in result JSON: the tag of the error, what happened, what to do next.
 */
import * as Schema from "effect/Schema"

export const Failure = Schema.Struct({
  tag: Schema.String,
  message: Schema.String,
  hint: Schema.String
})
export type Failure = typeof Failure.Type
