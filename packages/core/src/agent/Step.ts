/**
 * What an agent does next, decided from where it stands: its budget, the model's context, its limits. Pure.
 *
 * 1. The budget comes first: what cannot be paid is not sent, whatever else there would be to do.
 * 2. A turn leaves room in the context for a summary behind it, so that a conversation can always be summarised before
 *    it overflows.
 * 3. A conversation is summarised only where the summary and a closing answer can be paid; otherwise it is shortened by
 *    what costs nothing.
 * 4. What is shared out of a context is what the opening leaves of it, so that a long prompt is not summarised for in
 *    every turn.
 */
import * as Allowance from "./Allowance.ts"

/** What a conversation that is too long can still be shortened by; the one that was not enough comes before the other. */
export type Shortening = "summary" | "digest" | "none"

export interface Situation extends Allowance.Standing {
  /** Tokens of input and output that one request may hold. */
  readonly window: number
  /** Those of them that every request takes; 0 where that is not known. */
  readonly opening: number
  readonly shortening: Shortening
  /** The provider said that the conversation is too long, whatever is counted here. */
  readonly overflowed: boolean
  /** Turns that are left, the next one included. */
  readonly turns: number
  /** Tool calls that are left; Infinity without a limit. */
  readonly calls: number
  /** It was decided before that the next answer is the last. */
  readonly isLast: boolean
}

/** The limit that makes an answer the last; `decided` was one of them in an earlier step. */
export type CloseReason = "budget" | "decided" | "calls" | "turns"

export type Step =
  /** A turn with tools; `keep` is what the closing answer after it may cost. */
  | { readonly _tag: "Send"; readonly maxOutputTokens: number; readonly keep: Allowance.Cost; readonly light: boolean }
  /** The conversation is to be shortened first; `summary` is null where none can be had. */
  | { readonly _tag: "Compact"; readonly summary: Summary | null }
  | {
      readonly _tag: "Close"
      readonly why: CloseReason
      readonly maxOutputTokens: number
      readonly keep: Allowance.Cost
    }
  | { readonly _tag: "Stop"; readonly why: "budget" | "context" }

export interface Summary {
  /** Upper bound on its request's input. */
  readonly input: number
  readonly maxOutputTokens: number
  readonly keep: Allowance.Cost
}

export const decide = (situation: Situation): Step => {
  const { input, overflowed, shortening, window } = situation
  const space = spaceOf(situation)
  const allowed = Allowance.nextStep(situation)
  if (allowed._tag === "Stop") return { _tag: "Stop", why: "budget" }
  const why = allowed._tag === "Close" ? "budget" : closeReason(situation)
  const room = window - input
  const wanted = Math.min(allowed.maxOutputTokens, Math.max(Allowance.leastOutput, shareOfTurn(situation)))
  const comfortable = why === null ? wanted + roomForSummary(space) : Math.min(wanted, Allowance.closingOutput)
  if (shortening !== "none" && (overflowed || room < comfortable)) {
    return { _tag: "Compact", summary: why === null && shortening === "summary" ? affordable(situation) : null }
  }
  if (room < Allowance.leastOutput) return { _tag: "Stop", why: "context" }
  const maxOutputTokens = Math.min(wanted, room)
  const keep = allowed._tag === "Turn" ? allowed.closing : Allowance.nothing
  return why === null
    ? { _tag: "Send", maxOutputTokens, keep, light: allowed._tag === "Turn" && allowed.light }
    : { _tag: "Close", why, maxOutputTokens, keep }
}

type Context = Pick<Situation, "window" | "opening">

/** Tokens of a context that are there for the conversation. */
export const spaceOf = ({ opening, window }: Context): number => Math.max(0, window - opening)

/** The most that one answer may take of a context. */
export const shareOfTurn = (context: Context): number => Math.floor(spaceOf(context) / 4)

/** Tokens of tool results that leave a context with `input` in it room for a turn, and for a summary behind that. */
export const roomForResults = (context: Context, input: number): number => {
  const space = spaceOf(context)
  return Math.max(
    0,
    Math.min(Math.floor(space / 4), context.window - input - roomForSummary(space) - Allowance.leastTurnOutput)
  )
}

/** Tokens of what an agent is told, which is said once. */
export const roomForTold = (context: Context, input: number): number =>
  Math.max(roomForResults(context, input), Math.floor(spaceOf(context) / 8))

// internal

/** Output tokens of a summary. */
const summaryOutput = (space: number): number => Math.min(2_000, Math.floor(space / 8))
/** What is said to get one, with what a wire format takes around it. */
const summaryDemand = 400

const roomForSummary = (space: number): number => summaryOutput(space) + summaryDemand

/** Null where a summary and a closing answer after it cannot both be paid. */
const affordable = (situation: Situation): Summary | null => {
  const { input: before, maxOutput, price, remaining } = situation
  const input = before + summaryDemand
  const maxOutputTokens = Math.min(maxOutput, summaryOutput(spaceOf(situation)))
  const keep = Allowance.costOfCall(price, before, Allowance.closingOutput)
  const cost = Allowance.sum(Allowance.costOfCall(price, input, maxOutputTokens), keep)
  return Allowance.fits(cost, remaining) ? { input, maxOutputTokens, keep } : null
}

const closeReason = ({ calls, isLast, turns }: Situation): CloseReason | null =>
  isLast ? "decided" : calls < 1 ? "calls" : turns <= 1 ? "turns" : null
