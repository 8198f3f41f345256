/**
 * What the policy said to an action, and by which rule. Recorded for every action, allowed or not.
 */
import * as Schema from "effect/Schema"

export const Allow = Schema.TaggedStruct("Allow", {
  /** The rule that allowed it, as a reader of the definition would write it: `read **`. */
  rule: Schema.String
})
export const Deny = Schema.TaggedStruct("Deny", {
  rule: Schema.String,
  /** One sentence for the model and the log: what is not allowed and what would be. */
  reason: Schema.String
})

export const Decision = Schema.Union([Allow, Deny])
export type Decision = typeof Decision.Type
