/**
 * Results that were longer than the model could take, kept whole: by the hash of their text in `Blobs`, by a number for
 * the agent that got them, who reads on with `read_file` at `@result/3`. The numbers stand in the record, so that a
 * conversation that is taken up again finds what it was told of.
 */
import type { ToolEvent } from "./ToolEvent.ts"

export interface KeptResult {
  /** Of its text, SHA-256. */
  readonly hash: string
  readonly bytes: number
}

/** Those of one agent, by number from 1. */
export type KeptResults = Map<number, KeptResult>

/** What an agent could read when its last event was recorded. `events` are its own, in order. */
export const ofEvents = (events: Iterable<ToolEvent>): KeptResults => {
  const kept: KeptResults = new Map()
  for (const event of events) {
    if (event._tag !== "Done" || event.kept === undefined) continue
    const { bytes, hash, number } = event.kept
    kept.set(number, { hash, bytes })
  }
  return kept
}

/** The number under which a result of this hash is or will be known: the same text is kept once. */
export const numberOf = (kept: ReadonlyMap<number, KeptResult>, hash: string): number => {
  for (const [number, result] of kept) if (result.hash === hash) return number
  return Math.max(0, ...kept.keys()) + 1
}

/** `@result/3` */
export const placeOf = (number: number): string => `${folder}${number}`

/** The number that a path asks for; undefined for the path of a file. */
export const numberAt = (path: string): number | undefined => {
  const [, digits] = /^@result\/([0-9]{1,6})$/.exec(path) ?? []
  return digits === undefined ? undefined : Number(digits)
}

/**
 * The lines of a kept result: those of its text, with long ones folded, so that a reader can go on in the middle of
 * what a program printed as one line.
 */
export const linesOf = (text: string): ReadonlyArray<string> => text.split("\n").flatMap(folded)

/** On which of these lines a reader goes on who has seen `seen` lines of the text. */
export const lineAfter = (text: string, seen: number): number => text.split("\n", seen).flatMap(folded).length + 1

/** The longest text that is kept, in bytes. */
export const mostBytes = 4 * 1024 * 1024

// internal

const folder = "@result/"
const foldAt = 1_000

const folded = (line: string): ReadonlyArray<string> => {
  if (line.length <= foldAt) return [line]
  const parts: Array<string> = []
  for (let start = 0; start < line.length; ) {
    const part = line.slice(start, start + foldAt)
    // Not between the halves of a character.
    const whole = part.isWellFormed() || start + foldAt >= line.length ? part : part.slice(0, -1)
    parts.push(whole)
    start += whole.length
  }
  return parts
}
