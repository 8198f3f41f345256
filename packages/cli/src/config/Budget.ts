/**
 * What a whole run may use, as one setting of several amounts: `60k`, `[60k, 2usd]`, and as a variable `60k,2usd`. Pure.
 */
import type { Value } from "@deputize/core/document/Value"
import * as Result from "effect/Result"
import { type Amount, amountText, type Misread, readAmount } from "./Amount.ts"
import { type Form, type JsonSchema, misread, unlike, wordOf } from "./Form.ts"
import type { Flags } from "./Setting.ts"

/** What is absent is not limited. */
export interface Budget {
  readonly tokens?: number
  readonly nanoUsd?: number
  readonly calls?: number
  /** Wall time in milliseconds. */
  readonly ms?: number
}

export const budgetForm = (): Form<Budget> => ({
  ofValue: (value) => {
    const words = (value._tag === "List" ? value.items : [value]).flatMap((item: Value) => wordOf(item) ?? [])
    return words.length === (value._tag === "List" ? value.items.length : 1)
      ? budgetOf(words)
      : unlike("an amount, or a list of amounts", value)
  },
  ofText: (said) => budgetOf(said.split(",")),
  show: (budget) => {
    const amounts = amountsOf(budget).map(amountText)
    return amounts.length === 1 ? (amounts[0] ?? "") : `[${amounts.join(", ")}]`
  },
  plain: (budget) => amountsOf(budget).map(amountText),
  schema: { anyOf: [amountSchema, { type: "array", items: amountSchema, minItems: 1, maxItems: 4 }] }
})

export const amountsOf = ({ calls, ms, nanoUsd, tokens }: Budget): ReadonlyArray<Amount> => [
  ...(tokens === undefined ? [] : [{ _tag: "Tokens" as const, tokens }]),
  ...(nanoUsd === undefined ? [] : [{ _tag: "Money" as const, nanoUsd }]),
  ...(calls === undefined ? [] : [{ _tag: "Calls" as const, calls }]),
  ...(ms === undefined ? [] : [{ _tag: "Time" as const, ms }])
]

/** `--budget 60k --max-budget-usd 2` as one text. */
export const budgetFlags = (flags: Flags): string | undefined => {
  const usd = flags.value("max-budget-usd")
  const words = [...flags.all("budget"), ...(usd === undefined ? [] : [`${usd.replace(/^\$|usd$/gi, "")}usd`])]
  return words.length === 0 ? undefined : words.join(",")
}

/** The amounts of `above` that are no more than those of `below`, and those that are. */
export const lowered = (above: Budget, below: Budget): { readonly kept: Budget; readonly refused: Budget } => {
  const part = (isKept: boolean): Budget =>
    Object.fromEntries(
      keys.flatMap((key) => {
        const value = above[key]
        return value !== undefined && value <= (below[key] ?? Number.POSITIVE_INFINITY) === isKept ? [[key, value]] : []
      })
    )
  return { kept: part(true), refused: part(false) }
}

// internal

const keys = ["tokens", "nanoUsd", "calls", "ms"] as const

const amountSchema: JsonSchema = {
  anyOf: [
    { type: "string", pattern: "^[0-9._]+ *[A-Za-z]*$" },
    { type: "number", exclusiveMinimum: 0 }
  ]
}

const kinds = { Tokens: "tokens", Money: "money", Calls: "tool calls", Time: "time" } as const

const budgetOf = (words: ReadonlyArray<string>): Result.Result<Budget, Misread> =>
  Result.gen(function* () {
    let whole: Budget = {}
    const seen = new Set<string>()
    for (const word of words) {
      const amount = yield* readAmount(word)
      if (seen.has(amount._tag)) {
        return yield* misread(`limits ${kinds[amount._tag]} more than once`, "Leave one of them out.")
      }
      seen.add(amount._tag)
      const { _tag: _, ...part } = amount
      whole = { ...whole, ...part }
    }
    return whole
  })
