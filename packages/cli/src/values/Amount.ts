/**
 * Amounts as the values of flags: what cannot be read is an error that names the flag. Pure.
 */
import * as Result from "effect/Result"
import { type UsageError, usageError } from "../command/UsageError.ts"
import { type Amount, type Misread, readAmount, readCount, readMoney, readTime } from "../config/Amount.ts"

export type { Amount } from "../config/Amount.ts"

type Parse<A> = (flag: string, text: string) => Result.Result<A, UsageError>

const ofFlag =
  <A>(read: (text: string) => Result.Result<A, Misread>): Parse<A> =>
  (flag, text) =>
    Result.mapError(read(text), ({ fix, problem }) => usageError(`${flag} ${problem}`, fix))

/** A budget: tokens, or something else with its unit. `flag` is named in errors. */
export const parseAmount: Parse<Amount> = ofFlag(readAmount)

/** A deadline in milliseconds; a bare number is minutes. */
export const parseDeadline: Parse<number> = ofFlag(readTime)

/** US dollars, in nanodollars. */
export const parseMoney: Parse<number> = ofFlag(readMoney)

/** A whole number from 1 on. */
export const parseCount: Parse<number> = ofFlag(readCount)
