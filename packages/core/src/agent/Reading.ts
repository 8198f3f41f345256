/**
 * What an agent may read behind its conversation: results of its calls, and what it is told.
 *
 * 1. What may be read is held before it is read: a closing answer still fits after it, in the budget.
 * 2. After results a turn and a summary still fit, in the model's context. What an agent is told may take a part of the
 *    context even where it is full: the conversation is shortened then, and nobody says it again.
 */
import * as Effect from "effect/Effect"
import { Budget } from "../budget/Budget.ts"
import { upperBound } from "../budget/Estimate.ts"
import { cut } from "../tool/OutputRoom.ts"
import { closingOutput, costOfCall, divide, resultTokens, sum } from "./Allowance.ts"
import * as InputBound from "./InputBound.ts"
import { roomForResults, roomForTold } from "./Step.ts"
import type { Transcript } from "./Transcript.ts"
import type { Means } from "./Turn.ts"

/** What bounds what is read besides the budget. */
export interface Reading {
  /** Tokens that one request may hold. */
  readonly window: number
  /** The agent is near a limit and reads less. */
  readonly light: boolean
}

/** Tokens of results that may stand behind the conversation; held in the purse, with the closing answer after them. */
export const roomToRead = (means: Means, transcript: Transcript, reading: Reading) => {
  const prefix = InputBound.cheap(means.task, transcript)
  return hold(means, prefix, roomForResults({ ...reading, opening: transcript.opening }, prefix), reading)
}

/** The same for what the agent is told. */
export const roomToBeTold = (means: Means, transcript: Transcript, reading: Reading) => {
  const prefix = InputBound.cheap(means.task, transcript)
  return hold(means, prefix, roomForTold({ ...reading, opening: transcript.opening }, prefix), reading)
}

/** Of each text as much as there is room for, with `around` tokens about it; "" where there is none. */
export const cutToRoom = (texts: ReadonlyArray<string>, room: number, around: number): ReadonlyArray<string> => {
  const claim = divide(Math.max(0, room), texts.length)
  return texts.map((text) => {
    const tokens = claim(upperBound(text) + around) - around
    return tokens <= 0 ? "" : cut(text, { bytes: Number.POSITIVE_INFINITY, tokens }, "the rest is left out")
  })
}

// internal

const hold = Effect.fnUntraced(function* (
  { price, purse, task }: Means,
  prefix: number,
  most: number,
  { light }: Reading
) {
  const budget = yield* Budget
  const wanted = Math.min(
    most,
    resultTokens(sum(yield* budget.remaining(task.path), purse.reserved), prefix, price, light)
  )
  const isHeld = yield* purse.resize(costOfCall(price, prefix + wanted, closingOutput))
  return isHeld ? wanted : Math.min(most, resultTokens(purse.reserved, prefix, price, light))
})
