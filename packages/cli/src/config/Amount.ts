/**
 * Amounts as users write them, on the command line, in variables and in files: `40000`, `40k`, `1.5M` tokens; `2usd` of
 * money; `90s`, `15min`, `2h` of time; `30calls` of tools. Pure.
 */
import { dollarsOf, nanosOf } from "@deputize/core/domain/Price"
import * as Result from "effect/Result"

export type Amount =
  | { readonly _tag: "Tokens"; readonly tokens: number }
  | { readonly _tag: "Money"; readonly nanoUsd: number }
  | { readonly _tag: "Calls"; readonly calls: number }
  | { readonly _tag: "Time"; readonly ms: number }

/** Why a text is not what it should be: `problem` goes on from the name of the flag or key that holds it. */
export interface Misread {
  readonly problem: string
  readonly fix: string
}

/** A budget: tokens, or something else with its unit. */
export const readAmount = (text: string): Result.Result<Amount, Misread> => {
  const [, digits = "", unit = ""] = /^([\d._]+)\s*([a-zA-Z]*)$/.exec(text.trim()) ?? []
  const count = numberOf(digits)
  if (text.trim().startsWith("+")) {
    return misread(`${text} would be added to what a run has had`, `Write deputize resume --budget ${text.trim()}.`)
  }
  if (count === undefined) return misread(`"${text}" is not an amount`, examples)
  if (unit === "m") {
    return misread(
      `${text} has two readings: ${digits} million tokens, or ${digits} minutes`,
      `Write ${digits}M for tokens or ${digits}min for minutes.`
    )
  }
  if (/^(usd|dollars?)$/i.test(unit)) {
    return Result.map(money(text, count), (nanoUsd) => ({ _tag: "Money" as const, nanoUsd }))
  }
  if (/^calls?$/i.test(unit)) {
    return Result.map(readCount(digits), (calls) => ({ _tag: "Calls" as const, calls }))
  }
  if (/^turns?$/i.test(unit)) {
    return misread(`${text}: turns are limited by --max-turns`, `Write --max-turns ${digits}.`)
  }
  if (unit === "s" || unit === "sec" || unit === "min" || unit === "h") {
    return Result.map(time(text, count, unit), (ms) => ({ _tag: "Time" as const, ms }))
  }
  const factor = unit === "" ? 1 : unit === "k" || unit === "K" ? 1_000 : unit === "M" ? 1_000_000 : undefined
  if (factor === undefined) return misread(`"${text}" is not an amount`, examples)
  const tokens = Math.round(count * factor)
  return tokens >= 1 && tokens <= mostTokens
    ? Result.succeed({ _tag: "Tokens", tokens })
    : misread(`${text} is not between 1 and ${mostTokens} tokens`, examples)
}

/** A time in milliseconds; a bare number is minutes. */
export const readTime = (text: string): Result.Result<number, Misread> => {
  const [, digits = "", unit = ""] = /^([\d._]+)\s*(|s|sec|m|min|h)$/.exec(text.trim()) ?? []
  const count = numberOf(digits)
  return count === undefined
    ? misread(`"${text}" is not a time`, "Write 60 or 60min for minutes, 90s for seconds, 2h for hours.")
    : time(text, count, unit === "" || unit === "m" ? "min" : unit)
}

/** US dollars, in nanodollars. */
export const readMoney = (text: string): Result.Result<number, Misread> => {
  const [, before = "", digits = "", after = ""] = /^(\$?)([\d._]+)\s*(usd|)$/i.exec(text.trim()) ?? []
  const count = numberOf(digits)
  return count === undefined || (before !== "" && after !== "")
    ? misread(`"${text}" is not a sum of US dollars`, "Write 2 or 0.50, for example.")
    : money(text, count)
}

/** A whole number from 1 on. */
export const readCount = (text: string): Result.Result<number, Misread> => {
  const count = /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0
  return count >= 1
    ? Result.succeed(count)
    : misread(`is "${text}", but it must be a whole number from 1 on`, "Write 4, for example.")
}

/** As `readTime` reads it back: `90s`, `15min`, `2h`. */
export const timeText = (ms: number): string => {
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  return ms % 60_000 === 0 ? `${ms / 60_000}min` : `${ms / 1_000}s`
}

/** As `readAmount` reads it back. */
export const amountText = (amount: Amount): string => {
  switch (amount._tag) {
    case "Tokens":
      return tokensText(amount.tokens)
    case "Money":
      return `${decimal(dollarsOf(amount.nanoUsd))}usd`
    case "Calls":
      return `${amount.calls}calls`
    case "Time":
      return timeText(amount.ms)
  }
}

// internal

const misread = (problem: string, fix: string): Result.Result<never, Misread> => Result.fail({ problem, fix })

const mostTokens = 1_000_000_000_000
/** Timers of the platform hold 31 bits of milliseconds. */
const mostHours = 500

const unitMs: Readonly<Record<string, number>> = { s: 1_000, sec: 1_000, min: 60_000, h: 3_600_000 }

const time = (text: string, count: number, unit: string): Result.Result<number, Misread> => {
  const ms = Math.round(count * (unitMs[unit] ?? 1))
  return ms >= 1 && ms <= mostHours * 3_600_000
    ? Result.succeed(ms)
    : misread(`${text} is not between 1 ms and ${mostHours} h`, "Write 90s, 15min or 2h, for example.")
}

const mostDollars = 1_000_000

const money = (text: string, count: number): Result.Result<number, Misread> => {
  const nanoUsd = nanosOf(count)
  return nanoUsd >= 1 && count <= mostDollars
    ? Result.succeed(nanoUsd)
    : misread(`${text} is not between 0.000000001 and ${mostDollars} US dollars`, examples)
}

const numberOf = (digits: string): number | undefined =>
  /^(\d+(_\d{3})*)?(\.\d+)?$/.test(digits) && digits !== "" ? Number(digits.replaceAll("_", "")) : undefined

const tokensText = (tokens: number): string => {
  if (tokens % 1_000_000 === 0) return `${tokens / 1_000_000}M`
  return tokens % 1_000 === 0 ? `${tokens / 1_000}k` : String(tokens)
}

/** Without an exponent, which is not read back. */
const decimal = (value: number): string => value.toFixed(9).replace(/\.?0+$/, "")

const examples = "Write tokens as 40000, 40k or 1.5M; money as 2usd; tool calls as 30calls; time as 90s, 15min or 2h."
