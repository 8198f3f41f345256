/**
 * What can be said about a line from the line itself and the lines read around it, and nothing beyond them. A remark
 * about something missing names the lines in which it was not seen.
 */
import type { ReportLanguage } from "../../domain/Probe.ts"
import { rules } from "./RemarkRules.ts"
import type { FoundLine, Window } from "./ToolText.ts"

const mostRemarks = 3
const linesAhead = 11

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
  return rules
    .filter((rule) => rule.on.test(text) && (rule.files === undefined || rule.files.test(path)))
    .filter((rule) => rule.unless === undefined || (last > line && !rule.unless.test(`${text}\n${ahead}`)))
    .slice(0, mostRemarks)
    .map((rule) => rule.text[language].replace("{lines}", `${line}–${last}`))
}

// internal

/** The last line of the unbroken stretch that was read from `line` on. */
const lastLine = (line: number, window: Window | undefined): number => {
  let last = line
  while (window?.lines.has(last + 1) === true && last < line + linesAhead) last++
  return last
}

const numbers = (from: number, to: number): ReadonlyArray<number> =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)
