/**
 * The tokenizer in a thread of its own: it takes a tenth of a second to load and may take seconds for a text made to be
 * slow, and no agent is to wait for that.
 */
import { parentPort } from "node:worker_threads"
import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import type { Counted, ToCount } from "./TokenCounter.ts"

/** A run of characters without a break costs the square of its length. */
const longestRun = 1_000

/** Splitting a run can only add tokens. */
const pieces = (text: string): ReadonlyArray<string> => text.split(new RegExp(`(?<=\\S{${longestRun}})`, "u"))

const count = (text: string): number => pieces(text).reduce((total, piece) => total + countTokens(piece, plain), 0)

/** What looks like a control token of a model is text here. */
const plain = { disallowedSpecial: new Set<string>() }

parentPort?.on("message", ({ id, texts }: ToCount) => {
  const counted: Counted = { id, counts: texts.map(count) }
  parentPort?.postMessage(counted)
})
