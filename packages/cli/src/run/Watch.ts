/**
 * Follows a run in front of the user until it has ended: a live tree or plain lines on standard error; on standard output
 * its events as lines of JSON, or the answer as it comes.
 */
import type { Recorded } from "@deputize/core/history/Fact"
import { resultJson } from "@deputize/core/runtime/ResultJson"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Invocation } from "../command/Invocation.ts"
import { type AnswerStream, emptyStream, finish, follow, held, type Said } from "../render/AnswerStream.ts"
import { askedAgents } from "../render/Asked.ts"
import { type LiveScreen, makeLiveScreen } from "../render/LiveScreen.ts"
import { Output } from "../render/Output.ts"
import { plainLines } from "../render/PlainLines.ts"
import { advance, emptyView } from "../render/Progress.ts"
import { linesOf, resultLine, type StreamLine } from "../render/StreamJson.ts"
import { visible } from "../render/Width.ts"

/** What has been shown of a run when its events end. */
export interface Shown {
  /** Null unless the answer is streamed. */
  readonly answer: AnswerStream | null
  /** Null for a run without events. */
  readonly last: Recorded | null
}

export const nothingShown: Shown = { answer: null, last: null }

export interface Watching {
  /** The run has one answer, which a terminal sees as it comes; the same text is the result's data. */
  readonly streamsAnswer: boolean
  /** Events up to this number are known and not shown again. */
  readonly since?: number
}

/** Ends with the events of the run; whatever was drawn is gone then. */
export const watch = Effect.fn("watch")(function* <E, R>(
  events: Stream.Stream<Recorded, E, R>,
  invocation: Invocation,
  { since = 0, streamsAnswer }: Watching
) {
  const { data, notes } = yield* Output
  const isText = invocation.format === "text"
  // Logs, which -v asks for, know nothing of a tree.
  const isLive = notes.canRedraw && !invocation.quiet && !invocation.verbose
  const isStreamed = isText && streamsAnswer && data.isTerminal
  const screen: LiveScreen | undefined = isLive
    ? yield* makeLiveScreen({ style: notes.style, texts: !isStreamed })
    : undefined
  let view = emptyView
  // Where a terminal shows notes too, only whole lines: notes must not run into them.
  const steps = notes.isTerminal && !invocation.quiet ? "lines" : "characters"
  let answer = isStreamed ? emptyStream(steps) : null
  let last: Recorded | null = null

  yield* Stream.runForEach(
    events,
    Effect.fnUntraced(function* (event) {
      last = event
      view = advance(view, event)
      if (event.seq <= since) return
      if (invocation.format === "stream-json") yield* data.write(jsonLines(linesOf(view, event)))
      if (!invocation.quiet) {
        const lines = plainLines(view, event).filter(({ isNotable }) => isNotable || screen === undefined)
        if (lines.length > 0) yield* notes.write(`${lines.map(({ text }) => text).join("\n")}\n`)
      }
      if (answer !== null) {
        const step = follow(answer, event)
        answer = step.stream
        yield* say(invocation, step.said)
      }
      screen?.show(view, answer === null ? "" : held(answer))
    })
  )
  const shown: Shown = { answer, last }
  return shown
}, Effect.scoped)

/** Writes the result to standard output, where a part of it may be already. */
export const writeResult = Effect.fnUntraced(function* (
  invocation: Invocation,
  { answer, last }: Shown,
  result: RunResult,
  text: { readonly data: string; readonly json: string }
) {
  const { data } = yield* Output
  switch (invocation.format) {
    case "json":
      return yield* data.write(text.json)
    case "stream-json":
      return yield* last === null ? Effect.void : data.write(jsonLines([resultLine(last, resultJson(result))]))
    case "text":
      return yield* answer === null
        ? data.write(text.data)
        : say(invocation, finish(answer, askedAgents(result)[0]?.answer ?? ""))
  }
})

// internal

const say = Effect.fnUntraced(function* (invocation: Invocation, said: ReadonlyArray<Said>) {
  const { data, notes } = yield* Output
  const { paint } = notes.style
  yield* Effect.forEach(said, ({ _tag, text }) => {
    switch (_tag) {
      case "Answer":
        return data.write(text)
      case "Commentary":
        return invocation.quiet ? Effect.void : notes.write(`${lineByLine(text, (line) => paint("dim", line))}\n`)
      case "Notice":
        return notes.write(`${paint("yellow", "notice")}: ${visible(text)}\n`)
    }
  })
})

const lineByLine = (text: string, change: (line: string) => string): string =>
  visible(text).split("\n").map(change).join("\n")

const jsonLines = (lines: ReadonlyArray<StreamLine>): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join("")
