/**
 * An action that the policy denies, where it ends what was asked instead of being told to a model.
 */
import * as Schema from "effect/Schema"
import { Action } from "../domain/Action.ts"

export class PermissionDenied extends Schema.TaggedError<PermissionDenied>()("PermissionDenied", {
  action: Action,
  /** The rule that denies it, or whose absence does. */
  rule: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.action._tag.toLowerCase()} was denied: ${this.reason}`
  }
  get hint(): string {
    if (this.rule.startsWith("protected ")) return "Change this file yourself: no permission opens it to an agent."
    if (this.rule === "workspace") return "Give a path in the workspace: no permission opens what lies outside of it."
    return "Add what is needed to the agent's permissions, or ask for less."
  }
}
