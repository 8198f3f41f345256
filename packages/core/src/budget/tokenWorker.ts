/**
 * The tokenizer in a thread of its own: it takes a tenth of a second to load, and no agent is to wait for that.
 */
import { parentPort } from "node:worker_threads"
import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import type { Counted, ToCount } from "./TokenCounter.ts"

/**
 * The encoding merges within words, runs of signs and runs of spaces, and takes the square of their length: text without
 * an end of a word in a thousand characters is cut anywhere. After the last letter of a word a cut changes no token.
 */
const piece = /(?<word>.{0,999}\p{L}\p{M}{0,9}(?![\p{L}\p{M}']))|.{1,1000}/gsu

/** A cut in the middle of a run mostly adds a token, and one in twenty saves one or two; this makes up for them. */
const perCut = 4

/** What looks like a control token of a model is text here. */
const plain = { disallowedSpecial: new Set<string>() }

const count = (text: string): number => {
  let total = 0
  for (const { 0: part, groups, index } of text.matchAll(piece)) {
    const isCut = groups?.word === undefined && index + part.length < text.length
    total += countTokens(part, plain) + (isCut ? perCut : 0)
  }
  return total
}

parentPort?.on("message", ({ id, texts }: ToCount) => {
  const counted: Counted = { id, counts: texts.map(count) }
  parentPort?.postMessage(counted)
})
