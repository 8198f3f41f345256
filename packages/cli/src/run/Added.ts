/**
 * What is added to the limits of a run that goes on.
 */
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { parseAmount } from "../values/Amount.ts"
import { type Limit, limitOf } from "./Assignment.ts"

/** Of `--budget +20k`: each amount begins with a plus, so that nobody takes it for the whole. */
export const readAdded = Effect.fnUntraced(function* (invocation: Invocation) {
  let added: Limit = {}
  for (const text of invocation.all("budget")) {
    const amount = text.trim()
    if (!amount.startsWith("+")) {
      return yield* usageError(
        `--budget ${text}: what a run has had cannot be set anew, only added to`,
        `Write --budget +${amount.replace(/^-/, "")}.`
      )
    }
    const more = limitOf(yield* Effect.fromResult(parseAmount("--budget", amount.slice(1))))
    const [kind] = Object.keys(more)
    if (kind !== undefined && Object.hasOwn(added, kind)) {
      return yield* usageError(`--budget ${text}: the same is added twice`, "Leave one of them out.")
    }
    added = { ...added, ...more }
  }
  return added
})
