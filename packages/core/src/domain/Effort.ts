/**
 * How much a model is to think before it answers, in the words that providers share.
 */
import * as Schema from "effect/Schema"

export const Effort = Schema.Literals(["low", "medium", "high"])
export type Effort = typeof Effort.Type
