/**
 * What can be said about a line from the line itself and the lines read around it, and nothing beyond them. A remark
 * about something missing names the lines in which it was not seen.
 */
import type { ReportLanguage } from "./Probe.ts"
import { rules } from "./RemarkRules.ts"
import type { FoundLine, Window } from "./ToolText.ts"

const mostRemarks = 3
const linesAhead = 11
const linesBehind = 6

export const remarksOn = (
  { line, path, text }: FoundLine,
  window: Window | undefined,
  language: ReportLanguage
): ReadonlyArray<string> => {
  const last = lastLine(line, window)
  const ahead =
    window === undefined
      ? ""
      : numbers(line, last)
          .map((number) => window.lines.get(number) ?? "")
          .join("\n")
  const first = firstLine(line, window)
  const behind = numbers(first, line - 1)
    .map((number) => window?.lines.get(number) ?? "")
    .join("\n")
  return rules
    .filter((rule) => rule.on.test(text) && (rule.files === undefined || rule.files.test(path)))
    .filter(
      ({ before, unless }) =>
        unless === undefined || (last > line && !unless.test(`${before === true ? behind : ""}\n${text}\n${ahead}`))
    )
    .slice(0, mostRemarks)
    .map((rule) => rule.text[language].replace("{lines}", `${rule.before === true ? first : line}–${last}`))
}

// internal

/** The last line of the unbroken stretch that was read from `line` on. */
const lastLine = (line: number, window: Window | undefined): number => {
  let last = line
  while (window?.lines.has(last + 1) === true && last < line + linesAhead) last++
  return last
}

/** The first line of the unbroken stretch that was read up to `line`. */
const firstLine = (line: number, window: Window | undefined): number => {
  let first = line
  while (window?.lines.has(first - 1) === true && first > line - linesBehind) first--
  return first
}

const numbers = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
