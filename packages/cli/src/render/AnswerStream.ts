/**
 * The answer of a single agent as it comes, from the journal to standard output of a terminal. Pure.
 *
 * Whether the text of a turn is the answer is known when the turn ends: text before tool calls is commentary, and belongs
 * on standard error. So the text of a turn is held back (and shown as a preview where something can be redrawn) until it
 * is the answer beyond doubt: the turn ended without calls, or the agent was offered no tools for it; or until it is
 * longer than what models say before they call a tool. If such a long text was commentary after all, or its turn failed,
 * a notice on standard error says that it does not count.
 *
 * 1. What is written to standard output is the text of a turn from its beginning, each character once, without the blank
 *    lines around it.
 * 2. `finish` adds what is missing of the final answer, so that the last thing there is always the whole of it.
 */
import { isNamed } from "@deputize/core/domain/Ids"
import type { Recorded } from "@deputize/core/history/Fact"
import { oneLine, visible } from "./Width.ts"

/** `lines`: only whole lines are written, so that something can be drawn below them. */
export type Steps = "lines" | "characters"

export interface AnswerStream {
  readonly steps: Steps
  readonly turn: number
  /** No tools were offered: whatever comes is the answer. */
  readonly isClosing: boolean
  /** What comes sums up the conversation for the agent itself. */
  readonly isSummary: boolean
  /** Of this turn, without white space before it. */
  readonly text: string
  /** How many characters of `text` are on standard output. */
  readonly written: number
  /** The text that was last written to standard output and is not void; it need not be of this turn. */
  readonly standing: string
  /** Whether the last line on standard output has its end. */
  readonly isLineOpen: boolean
}

export type Said =
  /** For standard output, escaped for a terminal. */
  | { readonly _tag: "Answer"; readonly text: string }
  /** What the agent said before it called tools. */
  | { readonly _tag: "Commentary"; readonly text: string }
  /** What was written does not count. */
  | { readonly _tag: "Notice"; readonly text: string }

export interface Step {
  readonly stream: AnswerStream
  readonly said: ReadonlyArray<Said>
}

export const emptyStream = (steps: Steps): AnswerStream => ({
  steps,
  turn: 0,
  isClosing: false,
  isSummary: false,
  text: "",
  written: 0,
  standing: "",
  isLineOpen: false
})

/** Events of other agents than the one asked for change nothing. */
export const follow = (stream: AnswerStream, { fact, path }: Recorded): Step => {
  const same = { stream, said: [] }
  if (!isNamed(path)) return same
  switch (fact._tag) {
    case "agent.TurnRequested":
      return fact.isSummary
        ? { stream: { ...stream, isSummary: true }, said: [] }
        : requested({ ...stream, isSummary: false }, fact.turn === 0 ? stream.turn + 1 : fact.turn, fact.closing)
    case "agent.TurnProgress":
      return stream.isSummary ? same : progressed({ ...stream, text: (stream.text + fact.text).trimStart() })
    case "agent.TurnCompleted":
      return fact.isSummary ? same : completed(stream, fact.text.trimStart(), fact.calls.length > 0)
    case "agent.TurnFailed":
      return fact.isSummary ? same : failed(stream, fact.error.message)
    default:
      return same
  }
}

/** Text that has come and is not written yet. */
export const held = ({ text, written }: AnswerStream): string => text.slice(written)

/** What is missing of the final answer on standard output. */
export const finish = (stream: AnswerStream, answer: string): ReadonlyArray<Said> => {
  const whole = answer.trim()
  const { standing } = stream
  if (standing !== "" && whole.startsWith(standing.trimEnd())) return write(stream, standing, whole).said
  if (whole === "") return closeLine(stream).said
  const notice =
    standing === "" ? [] : [{ _tag: "Notice", text: "the text above is not the answer, which is:" } as const]
  const closed = closeLine(stream)
  return [...closed.said, ...notice, ...write({ ...closed.stream, standing: "" }, "", whole).said]
}

// internal

/** Longer than what models say before they call a tool. */
const commentaryCharacters = 480
const commentaryLines = 6

const requested = (stream: AnswerStream, turn: number, isClosing: boolean): Step => {
  const next = { ...stream, turn, isClosing, text: "", written: 0 }
  if (stream.written === 0 || turn === stream.turn) return { stream: next, said: [] }
  const closed = closeLine(next)
  const notice: Said = { _tag: "Notice", text: "the text above was not the answer yet, the agent goes on" }
  return { ...closed, said: [...closed.said, notice] }
}

const progressed = (stream: AnswerStream): Step => {
  const { isClosing, text, written } = stream
  const isLong = text.length > commentaryCharacters || text.split("\n", commentaryLines + 1).length > commentaryLines
  return written === 0 && !isClosing && !isLong
    ? { stream, said: [] }
    : upTo(stream, stream.steps === "lines" ? endOfLines(text, written) : endOfCharacters(text))
}

const completed = (stream: AnswerStream, text: string, hasCalls: boolean): Step => {
  const whole = text.trimEnd()
  const begun = stream.text.slice(0, stream.written)
  if (hasCalls) {
    const rest = text.startsWith(begun) ? whole.slice(begun.length) : whole
    const closed = closeLine({ ...stream, text: begun })
    const commentary: ReadonlyArray<Said> = rest.trim() === "" ? [] : [{ _tag: "Commentary", text: rest.trim() }]
    return { ...closed, said: [...closed.said, ...commentary] }
  }
  if (!text.startsWith(begun)) return { stream: { ...stream, text: begun }, said: [] }
  return write({ ...stream, text, written: whole.length }, begun, whole)
}

const failed = (stream: AnswerStream, problem: string): Step => {
  const next = { ...stream, text: "", written: 0, standing: stream.written > 0 ? "" : stream.standing }
  if (stream.written === 0) return { stream: next, said: [] }
  const closed = closeLine(next)
  const reason = problem === "" ? "" : `: ${oneLine(problem)}`
  return {
    ...closed,
    said: [...closed.said, { _tag: "Notice", text: `the text above is void, its turn failed${reason}` }]
  }
}

/** Writes what stands in `whole` behind `begun`, and ends its line. */
const write = (stream: AnswerStream, begun: string, whole: string): Step => {
  const rest = whole.slice(begun.length)
  const written = { ...stream, standing: whole, isLineOpen: stream.isLineOpen || rest !== "" }
  const closed = closeLine(written)
  return { stream: closed.stream, said: rest === "" ? closed.said : [{ _tag: "Answer", text: `${visible(rest)}\n` }] }
}

const closeLine = (stream: AnswerStream): Step =>
  stream.isLineOpen
    ? { stream: { ...stream, isLineOpen: false }, said: [{ _tag: "Answer", text: "\n" }] }
    : { stream, said: [] }

/** Writes the text of this turn up to `end`. */
const upTo = (stream: AnswerStream, end: number): Step => {
  if (end <= stream.written) return { stream, said: [] }
  const part = stream.text.slice(stream.written, end)
  return {
    stream: {
      ...stream,
      written: end,
      standing: stream.text.slice(0, end),
      isLineOpen: !part.endsWith("\n")
    },
    said: [{ _tag: "Answer", text: visible(part) }]
  }
}

/** Behind the last line break that has more text before it than was written; blank lines wait for what follows them. */
const endOfLines = (text: string, written: number): number => {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1)
  const filled = lines.trimEnd().length
  return filled <= written ? written : lines.indexOf("\n", filled) + 1
}

/** White space may be the end, and half a character comes with its other half. */
const endOfCharacters = (text: string): number => text.trimEnd().replace(/[\uD800-\uDBFF]$/, "").length
