/**
 * The text of a result as the model reads it. Where it is cut, the whole is kept, and the text ends with the call that
 * reads on.
 */
import * as Effect from "effect/Effect"
import { sha256 } from "../domain/Sha256.ts"
import { Blobs } from "../journal/Blobs.ts"
import { type KeptResults, lineAfter, mostBytes, numberOf, placeOf } from "./KeptResults.ts"
import { cut as cutText, type OutputRoom, onlyCut } from "./OutputRoom.ts"

/** What is recorded of a result besides how it ended. */
export interface ResultText {
  readonly text: string
  readonly kept?: { readonly number: number; readonly hash: string; readonly bytes: number }
}

/** `results` gets what is cut; null where the agent could not read it. Otherwise the text ends with `narrower`. */
export const cut = Effect.fnUntraced(function* (
  whole: string,
  room: OutputRoom,
  narrower: string,
  results: KeptResults | null
) {
  if (results === null) return { text: cutText(whole, room, narrower) } satisfies ResultText
  const bytes = new TextEncoder().encode(whole)
  const keep = bytes.length <= mostBytes ? bytes : beginning(bytes)
  const hash = sha256(keep)
  const number = numberOf(results, hash)
  const readOn = (seen: number): string => `read_file {"path":"${placeOf(number)}","offset":${lineAfter(whole, seen)}}`
  const text = cutText(whole, room, readOn)
  if (text === whole || text === onlyCut) return { text } satisfies ResultText
  // Before anything is waited for: of calls at the same time, none gets the number of another.
  results.set(number, { hash, bytes: keep.length })
  yield* (yield* Blobs).put(keep)
  return { text, kept: { number, hash, bytes: keep.length } } satisfies ResultText
})

// internal

/** As much as is kept of a longer text, in whole characters, and that it was more. */
const beginning = (bytes: Uint8Array): Uint8Array => {
  const note = `\n(… ${bytes.length - mostBytes} more bytes were not kept)`
  let end = mostBytes - Buffer.byteLength(note)
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1
  return Buffer.concat([bytes.subarray(0, end), Buffer.from(note)])
}
