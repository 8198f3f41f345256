/**
 * The form that a final answer must have: one JSON value by a JSON Schema.
 */
import type { JsonSchema } from "effect/JsonSchema"

export interface AnswerFormat {
  /** Letters, digits, `_` and `-`: what providers take as the name of a schema. */
  readonly name: string
  readonly schema: JsonSchema
}
