/**
 * Shows the logs of a build as they are, or as they grow.
 *
 * 1. A terminal gets no control sequences: it must not obey what a tool has printed.
 * 2. Whether there will be more is found out before the rest is read: what is written in between is not lost.
 */
import { stripVTControlCharacters } from "node:util"
import * as Effect from "effect/Effect"
import { Output } from "../render/Output.ts"
import { visible } from "../render/Width.ts"
import { LogReader } from "./LogReader.ts"

/** One look at the logs: those that there are, the oldest first, and whether there can be more of them. */
export interface Look {
  readonly files: ReadonlyArray<string>
  readonly isGrowing: boolean
}

/** Begins with the last of the files, or with the first for `all`; ends when nothing grows. Gives whether there was a text. */
export const showLogs = Effect.fn("showLogs")(function* <E, R>(
  look: Effect.Effect<Look, E, R>,
  { all }: { readonly all: boolean }
) {
  const { data } = yield* Output
  const shown = (text: string) => (data.isTerminal ? visible(stripVTControlCharacters(text)) : text)
  let hasText = false
  const write = (pieces: Iterable<string>) =>
    Effect.forEach(
      pieces,
      (text) => {
        if (text === "") return Effect.void
        hasText = true
        return data.write(shown(text))
      },
      { discard: true }
    )
  let reader: LogReader | undefined
  let next: number | undefined
  for (;;) {
    const { files, isGrowing } = yield* look
    next ??= all ? 0 : Math.max(0, files.length - 1)
    for (const file of files.slice(next)) {
      if (reader !== undefined) yield* write(reader.rest())
      reader = new LogReader(file)
      next += 1
    }
    if (reader !== undefined) yield* write(isGrowing ? reader.more() : reader.rest())
    if (!isGrowing) return hasText
    yield* Effect.sleep(lookAgain)
  }
})

// internal

const lookAgain = "200 millis"
