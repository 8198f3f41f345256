/**
 * What a command line asks of the runtime, with what the header says about it.
 */
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { type Amount, parseAmount, parseDeadline } from "../values/Amount.ts"
import { scopeExists, scopePath, type Workspace } from "../values/Workspace.ts"

export interface Assignment {
  readonly request: RunRequest
  /** The limits in words. */
  readonly budget: string
  /** What is odd about the request and stops nothing. */
  readonly warnings: ReadonlyArray<string>
}

/** The amounts of repeated --budget flags, one of a kind at most. */
export const readBudget = Effect.fnUntraced(function* (texts: ReadonlyArray<string>) {
  let tokens: number | undefined
  let ms: number | undefined
  for (const text of texts) {
    const amount: Amount = yield* Effect.fromResult(parseAmount("--budget", text))
    if (amount._tag === "Tokens") {
      if (tokens !== undefined) return yield* usageError("--budget limits the tokens more than once")
      tokens = amount.tokens
    } else {
      if (ms !== undefined) return yield* usageError("--budget limits the time more than once")
      ms = amount.ms
    }
  }
  return { tokens, ms }
})

export const readDeadline = (invocation: Invocation) => {
  const text = invocation.value("deadline")
  return text === undefined ? Effect.succeed(undefined) : Effect.fromResult(parseDeadline("--deadline", text))
}

/** Scopes as paths of the workspace, with a warning for each that names nothing. */
export const readScopes = Effect.fnUntraced(function* (workspace: Workspace, scopes: ReadonlyArray<string>) {
  const paths = yield* Effect.forEach(scopes, (scope) => scopePath(workspace, scope))
  const warnings = paths
    .filter((path) => !scopeExists(workspace, path))
    .map((path) => `--scope ${path}: there is no such path in the workspace`)
  return { paths, warnings }
})

/** Leaves out what is undefined: the shapes of the runtime tell an absent limit from a given one by the key. */
export const defined = <A extends Record<string, unknown>>(
  values: A
): { readonly [K in keyof A]?: Exclude<A[K], undefined> } => {
  const kept: Partial<A> = { ...values }
  for (const key of Object.keys(values) as Array<keyof A>) if (values[key] === undefined) delete kept[key]
  return kept as { readonly [K in keyof A]?: Exclude<A[K], undefined> }
}
