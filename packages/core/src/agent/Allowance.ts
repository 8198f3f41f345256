/**
 * How an agent divides what its budget has left: decides, before each model call, whether a whole turn fits, only the
 * closing answer, or nothing; and how much of the tool results may enter the conversation. Pure.
 *
 * 1. A call is sent only if its whole reserve fits: bound on its input plus its output cap.
 * 2. A turn with tools is sent only if a closing call still fits after it, were all of its output used; what that needs
 *    is held together with the turn and stays held when the turn is settled, so that nobody else can take it.
 * 3. Tool results are cut so that the closing call after them fits, and what it needs is held before they are read.
 */

/** Output tokens that a closing answer is promised. */
export const closingOutput = 1_000
/** No answer worth having is shorter than this; below it a closing call is not sent. */
export const leastOutput = 160
const mostOutput = 4_096
const mostResultTokens = 24_000

export interface Standing {
  /** Tokens that the agent holds or the ledger would still grant; Infinity without a limit. */
  readonly remaining: number
  /** Upper bound on the tokens of the next request's input. */
  readonly input: number
  /** The model's own output maximum. */
  readonly maxOutput: number
}

export type Step =
  /** `closing` is what the closing call after it may cost. */
  | { readonly _tag: "Turn"; readonly maxOutputTokens: number; readonly closing: number }
  /** `needed` is the least that must remain for a turn with tools. */
  | { readonly _tag: "Close"; readonly maxOutputTokens: number; readonly closing: 0; readonly needed: number }
  | { readonly _tag: "Stop"; readonly needed: number }

export const nextStep = ({ input, maxOutput, remaining }: Standing): Step => {
  const output = Math.min(maxOutput, mostOutput, Math.floor(remaining / 4))
  const after = input + output + closingOutput
  if (output >= leastOutput && remaining - (input + output) >= after) {
    return { _tag: "Turn", maxOutputTokens: output, closing: after }
  }
  const needed = leastForTurn(input, Math.min(maxOutput, mostOutput))
  const closing = Math.min(maxOutput, closingOutput, remaining - input)
  if (closing >= leastOutput) return { _tag: "Close", maxOutputTokens: closing, closing: 0, needed }
  return { _tag: "Stop", needed }
}

/**
 * Tokens of tool results that may follow a turn. `remaining` is what is left after the turn was settled, `prefix` the
 * input of a request without these results. Aims at one more turn with results of the same size before the closing
 * call; where that is too little to be of use, all that the closing call leaves.
 */
export const resultTokens = (remaining: number, prefix: number): number => {
  const comfortable = Math.floor((remaining - 2 * prefix - 3 * closingOutput) / 3)
  const least = remaining - prefix - closingOutput
  return Math.max(0, Math.min(mostResultTokens, comfortable >= 500 ? comfortable : least))
}

/**
 * Divides tokens among calls that end at different times: each gets an even part of what is left then, and leaves what
 * it does not need to those after it. The function is to be called once a call, with what its result would take.
 */
export const divide = (tokens: number, calls: number): ((wanted: number) => number) => {
  let left = tokens
  let open = calls
  return (wanted) => {
    const share = Math.floor(left / Math.max(1, open))
    left -= Math.min(wanted, share)
    open -= 1
    return share
  }
}

// internal

/** The least remainder with which `nextStep` takes a turn: twice the call and a closing answer, the output a quarter. */
const leastForTurn = (input: number, mostOutput: number): number => {
  const quartered = Math.max(4 * input + 2 * closingOutput, 4 * leastOutput)
  return quartered / 4 <= mostOutput ? quartered : 2 * (input + mostOutput) + closingOutput
}
