/**
 * Lists in one flag: CSV as RFC 4180 quotes it, so that an entry may hold commas, quotes and line breaks. Pure.
 */
import * as Result from "effect/Result"
import { type UsageError, usageError } from "../command/UsageError.ts"

/**
 * The entries of `text`, without the spaces around them. A line break outside quotes separates as a comma does, so that
 * a file with an entry on each line works too; the one that ends such a file adds no entry.
 */
export const parseList = (flag: string, text: string): Result.Result<ReadonlyArray<string>, UsageError> => {
  const source = text.replace(/\r\n?/g, "\n").replace(/\n+$/, "")
  const entries: Array<string> = []
  let at = 0
  for (;;) {
    while (source[at] === " " || source[at] === "\t") at += 1
    if (source[at] === '"') {
      const quoted = readQuoted(source, at)
      if (quoted === undefined)
        return Result.fail(
          usageError(`${flag}: entry ${entries.length + 1} opens a quote that is never closed`, doubled)
        )
      at = quoted.end
      while (source[at] === " " || source[at] === "\t") at += 1
      if (at < source.length && !isSeparator(source[at])) {
        return Result.fail(usageError(`${flag}: entry ${entries.length + 1} goes on after its closing quote`, doubled))
      }
      entries.push(quoted.text)
    } else {
      const start = at
      while (at < source.length && !isSeparator(source[at])) at += 1
      entries.push(source.slice(start, at).trim())
    }
    if (at >= source.length) return Result.succeed(entries)
    at += 1
  }
}

// internal

const doubled = 'Put quotes around the whole entry and write a quote inside it twice: "say ""hello"", please".'

const isSeparator = (char: string | undefined): boolean => char === "," || char === "\n"

/** From the opening quote at `at` to just after the closing one. */
const readQuoted = (source: string, at: number): { readonly text: string; readonly end: number } | undefined => {
  let text = ""
  for (let from = at + 1; ; ) {
    const quote = source.indexOf('"', from)
    if (quote < 0) return undefined
    text += source.slice(from, quote)
    if (source[quote + 1] !== '"') return { text, end: quote + 1 }
    text += '"'
    from = quote + 2
  }
}
