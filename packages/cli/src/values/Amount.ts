/**
 * Amounts as users write them: `40000`, `40k`, `1.5M` tokens; `2usd` of money; `90s`, `15min`, `2h` of time; `30calls` of
 * tools. Pure.
 */
import { nanosOf } from "@deputize/core/domain/Price"
import * as Result from "effect/Result"
import { type UsageError, usageError } from "../command/UsageError.ts"

export type Amount =
  | { readonly _tag: "Tokens"; readonly tokens: number }
  | { readonly _tag: "Money"; readonly nanoUsd: number }
  | { readonly _tag: "Calls"; readonly calls: number }
  | { readonly _tag: "Time"; readonly ms: number }

/** A budget: tokens, or something else with its unit. `flag` is named in errors. */
export const parseAmount = (flag: string, text: string): Result.Result<Amount, UsageError> => {
  const [, digits = "", unit = ""] = /^([\d._]+)\s*([a-zA-Z]*)$/.exec(text.trim()) ?? []
  const count = numberOf(digits)
  if (count === undefined) return Result.fail(unreadable(flag, text))
  if (unit === "m") {
    return Result.fail(
      usageError(
        `${flag} ${text} has two readings: ${digits} million tokens, or ${digits} minutes`,
        `Write ${digits}M for tokens or ${digits}min for minutes.`
      )
    )
  }
  if (/^(usd|dollars?)$/i.test(unit)) {
    return Result.map(money(flag, text, count), (nanoUsd) => ({ _tag: "Money" as const, nanoUsd }))
  }
  if (/^calls?$/i.test(unit)) {
    return Result.map(parseCount(flag, digits), (calls) => ({ _tag: "Calls" as const, calls }))
  }
  if (/^turns?$/i.test(unit)) {
    return Result.fail(usageError(`${flag} ${text}: turns are limited by --max-turns`, `Write --max-turns ${digits}.`))
  }
  if (unit === "s" || unit === "sec" || unit === "min" || unit === "h") {
    return Result.map(time(flag, text, count, unit), (ms) => ({ _tag: "Time" as const, ms }))
  }
  const factor = unit === "" ? 1 : unit === "k" || unit === "K" ? 1_000 : unit === "M" ? 1_000_000 : undefined
  if (factor === undefined) return Result.fail(unreadable(flag, text))
  const tokens = Math.round(count * factor)
  return tokens >= 1 && tokens <= mostTokens
    ? Result.succeed({ _tag: "Tokens", tokens })
    : Result.fail(usageError(`${flag} ${text} is not between 1 and ${mostTokens} tokens`, examples))
}

/** A deadline in milliseconds; a bare number is minutes. */
export const parseDeadline = (flag: string, text: string): Result.Result<number, UsageError> => {
  const [, digits = "", unit = ""] = /^([\d._]+)\s*(|s|sec|m|min|h)$/.exec(text.trim()) ?? []
  const count = numberOf(digits)
  return count === undefined
    ? Result.fail(
        usageError(`${flag} "${text}" is not a time`, "Write 60 or 60min for minutes, 90s for seconds, 2h for hours.")
      )
    : time(flag, text, count, unit === "" || unit === "m" ? "min" : unit)
}

/** US dollars, in nanodollars. */
export const parseMoney = (flag: string, text: string): Result.Result<number, UsageError> => {
  const [, before = "", digits = "", after = ""] = /^(\$?)([\d._]+)\s*(usd|)$/i.exec(text.trim()) ?? []
  const count = numberOf(digits)
  return count === undefined || (before !== "" && after !== "")
    ? Result.fail(usageError(`${flag} "${text}" is not a sum of US dollars`, "Write 2 or 0.50, for example."))
    : money(flag, text, count)
}

/** A whole number from 1 on. */
export const parseCount = (flag: string, text: string): Result.Result<number, UsageError> => {
  const count = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0
  return count >= 1
    ? Result.succeed(count)
    : Result.fail(
        usageError(`${flag} is "${text}", but it must be a whole number from 1 on`, `Write ${flag} 4, for example.`)
      )
}

// internal

const mostTokens = 1_000_000_000_000
/** Timers of the platform hold 31 bits of milliseconds. */
const mostHours = 500

const unitMs: Readonly<Record<string, number>> = { s: 1_000, sec: 1_000, min: 60_000, h: 3_600_000 }

const time = (flag: string, text: string, count: number, unit: string): Result.Result<number, UsageError> => {
  const ms = Math.round(count * (unitMs[unit] ?? 1))
  return ms >= 1 && ms <= mostHours * 3_600_000
    ? Result.succeed(ms)
    : Result.fail(
        usageError(`${flag} ${text} is not between 1 ms and ${mostHours} h`, "Write 90s, 15min or 2h, for example.")
      )
}

const mostDollars = 1_000_000

const money = (flag: string, text: string, count: number): Result.Result<number, UsageError> => {
  const nanoUsd = nanosOf(count)
  return nanoUsd >= 1 && count <= mostDollars
    ? Result.succeed(nanoUsd)
    : Result.fail(usageError(`${flag} ${text} is not between 0.000000001 and ${mostDollars} US dollars`, examples))
}

const numberOf = (digits: string): number | undefined =>
  /^(\d+(_\d{3})*)?(\.\d+)?$/.test(digits) && digits !== "" ? Number(digits.replaceAll("_", "")) : undefined

const examples = "Write tokens as 40000, 40k or 1.5M; money as 2usd; tool calls as 30calls; time as 90s, 15min or 2h."

const unreadable = (flag: string, text: string): UsageError =>
  usageError(`${flag} "${text}" is not an amount`, examples)
