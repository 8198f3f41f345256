/**
 * The lines by which two texts differ, in hunks with three lines around them. A line ends with a line feed, and only the
 * last one may lack it; what stands before that, a carriage return too, is part of the line. Pure.
 */
import { diffArrays } from "diff"

export interface TextDiff {
  readonly hunks: ReadonlyArray<Hunk>
  readonly added: number
  readonly removed: number
}

/** Lines from `start`, counted from 1; where there are none, behind the line `start`. */
export interface Hunk {
  readonly before: Range
  readonly after: Range
  readonly lines: ReadonlyArray<Line>
}

interface Range {
  readonly start: number
  readonly count: number
}

export interface Line {
  readonly kind: "same" | "removed" | "added"
  /** Without the line feed at its end. */
  readonly text: string
  /** There is none: it is the last line of a text. */
  readonly isOpen: boolean
}

export const textDiff = (before: string, after: string): TextDiff => {
  const lines = changedLines(linesOf(before), linesOf(after))
  return {
    hunks: hunksOf(lines),
    added: lines.filter(({ kind }) => kind === "added").length,
    removed: lines.filter(({ kind }) => kind === "removed").length
  }
}

// internal

/** Lines shown before and after what differs. */
const around = 3

/** Texts that differ in more lines than this are told apart no further: the time grows with the square. */
const mostEdits = 2_000

/** Each with its line feed. */
const linesOf = (text: string): ReadonlyArray<string> => text.match(/[^\n]*\n|[^\n]+/g) ?? []

/** All lines of both, what goes before what comes. */
const changedLines = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Line> => {
  const most = Math.min(before.length, after.length)
  let start = 0
  while (start < most && before[start] === after[start]) start += 1
  let end = 0
  while (end < most - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return [
    ...before.slice(0, start).map(lineOf("same")),
    ...between(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(lineOf("same"))
  ]
}

const between = (before: ReadonlyArray<string>, after: ReadonlyArray<string>): ReadonlyArray<Line> => {
  const numbers = new Map<string, number>()
  const numbered = (line: string): number => {
    const number = numbers.get(line) ?? numbers.size
    numbers.set(line, number)
    return number
  }
  const changes = diffArrays(before.map(numbered), after.map(numbered), { maxEditLength: mostEdits })
  if (changes === undefined) return [...before.map(lineOf("removed")), ...after.map(lineOf("added"))]
  const texts = [...numbers.keys()]
  return changes.flatMap(({ added, removed, value }) =>
    value.map((number) => lineOf(added ? "added" : removed ? "removed" : "same")(texts[number] ?? ""))
  )
}

const lineOf =
  (kind: Line["kind"]) =>
  (line: string): Line =>
    line.endsWith("\n") ? { kind, text: line.slice(0, -1), isOpen: false } : { kind, text: line, isOpen: true }

/** Differences with no more than six lines between them share a hunk. */
const hunksOf = (lines: ReadonlyArray<Line>): ReadonlyArray<Hunk> => {
  const hunks: Array<Hunk> = []
  let [beforeLine, afterLine] = [1, 1]
  for (let at = 0; at < lines.length; ) {
    const first = lines.findIndex(({ kind }, index) => index >= at && kind !== "same")
    if (first < 0) break
    const start = Math.max(at, first - around)
    const end = Math.min(lines.length, lastOf(lines, first) + 1 + around)
    const shown = lines.slice(start, end)
    const [beforeCount, afterCount] = [shown.filter(isBefore).length, shown.filter(isAfter).length]
    beforeLine += start - at
    afterLine += start - at
    hunks.push({
      before: { start: beforeCount === 0 ? beforeLine - 1 : beforeLine, count: beforeCount },
      after: { start: afterCount === 0 ? afterLine - 1 : afterLine, count: afterCount },
      lines: shown
    })
    beforeLine += beforeCount
    afterLine += afterCount
    at = end
  }
  return hunks
}

/** The last line that differs of those that belong together. */
const lastOf = (lines: ReadonlyArray<Line>, first: number): number => {
  let last = first
  for (let index = first; index < lines.length && index - last <= 2 * around + 1; index++) {
    if (lines[index]?.kind !== "same") last = index
  }
  return last
}

const isBefore = ({ kind }: Line): boolean => kind !== "added"
const isAfter = ({ kind }: Line): boolean => kind !== "removed"
