/**
 * An answer as the steps that are sent one after the other, with the points between them where a fault can strike.
 */
import type { FaultPoint } from "./Answer.ts"

export type Step =
  /** `bytes` of output go out with it and are billed; chunks may come slowly. */
  | { readonly _tag: "Send"; readonly text: string; readonly bytes: number; readonly isChunk: boolean }
  | { readonly _tag: "Point"; readonly point: FaultPoint }

export type ErrorFields = Readonly<Record<string, unknown>>

export interface Script {
  readonly contentType: string
  /** Read once, from the first to the last. */
  readonly steps: Iterable<Step>
  /** How an error is said after the steps read so far. */
  readonly errorEvent: (error: ErrorFields) => string
  /** The same as an answer that ends as failed. */
  readonly failedEvent: (error: ErrorFields) => string
}

/** An answer that is no event stream; the points lie inside it. */
export const bodyScript = (contentType: string, body: string, bytes: number): Script => {
  const middle = body.length >> 1
  const first = bytes >> 1
  const last = Math.max(middle, body.length - 1)
  const errorEvent = (error: ErrorFields) => JSON.stringify({ error: { ...serverError, ...error } })
  return {
    contentType,
    steps: [
      send(body.slice(0, middle), first),
      point("mid-text"),
      point("mid-arguments"),
      send(body.slice(middle, last), bytes - first),
      point("before-terminal"),
      send(body.slice(last))
    ],
    errorEvent,
    failedEvent: errorEvent
  }
}

export const send = (text: string, bytes = 0, isChunk = false): Step => ({ _tag: "Send", text, bytes, isChunk })

export const point = (point: FaultPoint): Step => ({ _tag: "Point", point })

/** A text as its deltas, the point between the two halves of them. */
export function* deltas(
  text: string,
  middle: FaultPoint | undefined,
  delta: (piece: string) => string,
  isChunk = false
): Generator<Step> {
  const all = pieces(text)
  const place = all.length >> 1
  for (const [index, piece] of all.entries()) {
    if (index === place && middle !== undefined) yield point(middle)
    yield send(delta(piece), Buffer.byteLength(piece), isChunk)
  }
  if (all.length === 0 && middle !== undefined) yield point(middle)
}

/** What a provider says of a failure that is none of the client's. */
export const serverError = {
  message: "The server had an error while processing your request. Sorry about that!",
  type: "server_error",
  param: null,
  code: "server_error"
}

// internal

/** A few characters each as providers send them, two pieces at least, and not more than some dozens of a long text. */
const pieces = (text: string): ReadonlyArray<string> => {
  const size = Math.min(Math.ceil(text.length / 2), Math.max(24, Math.ceil(text.length / 64)))
  const found: Array<string> = []
  let start = 0
  while (start < text.length) {
    const end = start + size
    // Not between the two halves of a character.
    const isInside = (text.charCodeAt(end) & 0xfc00) === 0xdc00 && (text.charCodeAt(end - 1) & 0xfc00) === 0xd800
    const next = isInside ? end + 1 : end
    found.push(text.slice(start, next))
    start = next
  }
  return found
}
