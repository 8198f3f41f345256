/**
 * A cheap upper bound on the tokens of a text, for reservations: one pass, a weight per character class, no vocabulary.
 *
 * The bound is never below a third of the UTF-8 bytes that the text takes as a JSON string, which is how it is sent, and
 * is meant to be at or above the count of `o200k_base` for prose, code, numbers and noise alike. It is about twice the count for English prose and more for code. The weights
 * follow from how that encoding cuts a text: words with the space before them, up to three digits, runs of punctuation;
 * and from how many pairs of letters it knows as one token.
 */
import { tokensOf, tokensOfPair } from "./TokenWeights.ts"

/** At least as many tokens as a model counts for `text`. */
export const upperBound = (text: string): number => {
  if (text.length < worthRemembering.least || text.length > worthRemembering.most) return bound(text)
  const known = remembered.get(text)
  if (known !== undefined) return known
  const tokens = bound(text)
  if (remembered.size >= mostRemembered) remembered.clear()
  remembered.set(text, tokens)
  return tokens
}

// internal

/**
 * A text is bounded where it is cut, where its room is claimed and where the next request is reserved, and many agents
 * read the same files and prompts. In characters: below, a look costs more than a count; above, what is kept is too much.
 */
const worthRemembering = { least: 256, most: 100_000 }
const mostRemembered = 32
const remembered = new Map<string, number>()

const bound = (text: string): number => {
  let [units, bytes, run, previous] = [0, 0, 0, 0]
  let before: number = Kind.other
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    const kind = code < 128 ? (kinds[code] ?? Kind.other) : Kind.wide
    run = kind === before ? run + 1 : 0
    bytes += kind === Kind.wide ? bytesOf(code, previous) : isEscaped(code) ? 2 : 1
    // A space is half a token before a word, which takes it in, and a whole one before anything else.
    if (before === Kind.space && kind > Kind.space) units += half
    switch (kind) {
      case Kind.lower:
      case Kind.upper:
        units += letters[code] ?? one
        if (run > 0 && isVowel(code) === isVowel(previous)) units += cluster
        if (run >= ordinaryWord) units += quarter
        else if (run === 0 && (before > Kind.space || before === Kind.lower)) units += half
        break
      case Kind.space:
        units += run === 0 ? half : run === 1 ? one : few
        break
      case Kind.digit:
        if (run % 3 === 0) units += one
        break
      case Kind.wide:
        units += one * tokensOfUnit(code, previous)
        break
      default:
        units += code !== previous ? one : kind === Kind.tab ? few : half
    }
    before = kind
    previous = code
  }
  if (before === Kind.space) units += half
  return Math.max(Math.ceil(units / one), Math.ceil(bytes / 3))
}

/** Weights are counted in sixteenths of a token. */
const one = 16
const half = 8
const quarter = 4
const few = 2
/** Vowels beside vowels and consonants beside consonants merge less often than the two in turn. */
const cluster = 3

/** Past this many letters a word is rarely one: names run together, base64, noise. */
const ordinaryWord = 7

/** In an order that the conditions above use: letters, space, all else. */
const Kind = { lower: 0, upper: 1, space: 2, digit: 3, tab: 4, other: 5, wide: 6 } as const

const kinds = Uint8Array.from({ length: 128 }, (_, code) => {
  if (code >= 97 && code <= 122) return Kind.lower
  if (code >= 65 && code <= 90) return Kind.upper
  if (code >= 48 && code <= 57) return Kind.digit
  if (code === 32) return Kind.space
  return code === 9 ? Kind.tab : Kind.other
})

/** A letter weighs more the fewer pairs with it the encoding knows. */
const letters = Uint8Array.from({ length: 128 }, (_, code) => {
  const letter = String.fromCharCode(code)
  if (kinds[code] === Kind.upper) return "JKQVWXYZ".includes(letter) ? 16 : 13
  return "jqxz".includes(letter) ? 16 : "kvw".includes(letter) ? 12 : 8
})

/** Takes a backslash in JSON; other control characters are made visible before a text comes here. */
const isEscaped = (code: number): boolean => code === 34 || code === 92 || (code < 14 && code > 7)

/** a e i o u, of either case, by the bits of the letter. */
const isVowel = (code: number): boolean => ((0x208222 >> (code & 31)) & 1) === 1

const isHigh = (code: number): boolean => code >= 0xd800 && code < 0xdc00
const isLow = (code: number): boolean => code >= 0xdc00 && code < 0xe000

/** Bytes that a code unit adds; a half of a pair that stands alone is sent as the replacement character. */
const bytesOf = (code: number, previous: number): number => (code < 0x800 ? 2 : isLow(code) && isHigh(previous) ? 1 : 3)

const tokensOfUnit = (code: number, previous: number): number => {
  if (isHigh(code)) return tokensOfPair(code)
  if (isLow(code)) return isHigh(previous) ? 0 : 3
  return tokensOf(code)
}
