/**
 * What a command line asks of the runtime, with what the header says about it.
 */
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { count, dollars, duration, plural } from "../render/Figures.ts"
import { type Amount, parseAmount, parseCount, parseDeadline, parseMoney } from "../values/Amount.ts"
import { scopeExists, scopePath, type Workspace } from "../values/Workspace.ts"

export interface Assignment {
  readonly request: RunRequest
  /** The limits in words. */
  readonly budget: string
  /** What is odd about the request and stops nothing. */
  readonly warnings: ReadonlyArray<string>
}

/** What limits a run or an agent; what is absent is not limited here. */
export interface Limit {
  readonly tokens?: number
  readonly nanoUsd?: number
  readonly calls?: number
  readonly ms?: number
}

/** The amounts of repeated --budget flags, one of a kind at most, with those that have a flag of their own. */
export const readBudget = Effect.fnUntraced(function* (invocation: Invocation) {
  let limit: Limit = {}
  const add = Effect.fnUntraced(function* (more: Limit) {
    const twice = Object.keys(more).find((kind) => Object.hasOwn(limit, kind))
    if (twice !== undefined) return yield* usageError(`the budget limits ${kinds[twice]} more than once`)
    limit = { ...limit, ...more }
  })
  for (const text of invocation.all("budget")) {
    yield* add(limitOf(yield* Effect.fromResult(parseAmount("--budget", text))))
  }
  const usd = invocation.value("max-budget-usd")
  if (usd !== undefined) yield* add({ nanoUsd: yield* Effect.fromResult(parseMoney("--max-budget-usd", usd)) })
  const calls = invocation.value("max-calls")
  if (calls !== undefined) yield* add({ calls: yield* Effect.fromResult(parseCount("--max-calls", calls)) })
  return limit
})

export const limitOf = (amount: Amount): Limit => {
  switch (amount._tag) {
    case "Tokens":
      return { tokens: amount.tokens }
    case "Money":
      return { nanoUsd: amount.nanoUsd }
    case "Calls":
      return { calls: amount.calls }
    case "Time":
      return { ms: amount.ms }
  }
}

/** A limit in words, a phrase each. */
export const limitWords = ({ calls, ms, nanoUsd, tokens }: Limit): ReadonlyArray<string> => [
  ...(tokens === undefined ? [] : [`${count(tokens)} tokens`]),
  ...(nanoUsd === undefined ? [] : [dollars(nanoUsd)]),
  ...(calls === undefined ? [] : [plural(calls, "tool call")]),
  ...(ms === undefined ? [] : [duration(ms)])
]

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

/** The same for the runtime. */
export const limitsOf = ({ calls, ms, nanoUsd, tokens }: Limit) =>
  defined({ tokens, nanoUsd, toolCalls: calls, wallMs: ms })

// internal

const kinds: Readonly<Record<string, string>> = {
  tokens: "tokens",
  nanoUsd: "money",
  calls: "tool calls",
  ms: "time"
}
