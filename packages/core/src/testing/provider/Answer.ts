/**
 * What a scripted provider can be told to answer: text, calls, refusals, error statuses, and faults at any point of an
 * answer.
 */

export type FaultPoint = "before-headers" | "after-headers" | "mid-text" | "mid-arguments" | "before-terminal"

/** A point that the answer does not have (no text, no calls) lies where it would have been: a fault always strikes. */
export interface Fault {
  /**
   * `reset` cuts the connection, `end` ends the answer as if it were whole, `stall` says nothing more until the client
   * leaves, `error-event` reports an error in the stream and ends it, `failed` ends it with `response.failed` (Chat
   * Completions know no such thing: an error there too), `garbage-line` sends a line that is no JSON and goes on.
   *
   * Before the headers there is no stream yet: an error is then an error status, and garbage is no HTTP at all.
   */
  readonly kind: "reset" | "end" | "stall" | "error-event" | "failed" | "garbage-line"
  readonly at: FaultPoint
  /** What an error reports, over the ordinary words of a server's error. */
  readonly error?: Readonly<Record<string, unknown>>
}

export interface ScriptedCall {
  readonly id?: string
  readonly name: string
  /** A text is sent as it is, also when it is no JSON. */
  readonly args: unknown
}

export interface Answer {
  readonly text?: string
  /** A summary of reasoning; counted as reasoning tokens. Chat Completions send it as `reasoning_content`. */
  readonly reasoning?: string
  readonly calls?: ReadonlyArray<ScriptedCall>
  /** Before the headers. */
  readonly delayMs?: number
  /** Between chunks of text. */
  readonly chunkDelayMs?: number
  /** A refusal is sent as such, not as text. */
  readonly finish?: "content_filter" | "refusal"
  /** Instead of the counted usage: none, or these figures as they are. What is billed stays the counted one. */
  readonly usage?: "none" | Readonly<Record<string, unknown>>
  readonly cachedTokens?: number
  /** Sends and bills more than the cap. */
  readonly ignoreCap?: boolean
  /** An error status instead of an answer. */
  readonly status?: number
  /** Beside the ordinary ones, and over them: `retry-after`, `content-type`. */
  readonly headers?: Readonly<Record<string, string>>
  /** The body as it is, with `status` or 200. */
  readonly bodyText?: string
  readonly fault?: Fault
}
