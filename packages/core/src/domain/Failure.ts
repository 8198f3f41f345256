/**
 * A failure as it stands in the journal and in result JSON: the tag of the error, what happened, what to do next, and
 * beside them the facts that the error carries (`at`, `limit`, `reason`, …).
 */
import * as Schema from "effect/Schema"

export const Failure = Schema.StructWithRest(
  Schema.Struct({ tag: Schema.String, message: Schema.String, hint: Schema.String }),
  [Schema.Record(Schema.String, Schema.Unknown)]
)
export type Failure = typeof Failure.Type
