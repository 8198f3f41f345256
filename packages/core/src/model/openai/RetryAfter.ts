/**
 * How long a provider asks to be left alone: `retry-after-ms`, or `Retry-After` in seconds or as an HTTP date. A date
 * is measured from the answer's own `Date`, so that a clock that goes wrong on either side does not matter.
 */
import type { IncomingHttpHeaders } from "node:http"

export const retryAfterMs = (headers: IncomingHttpHeaders, now: number): number | null => {
  const ms = numberOf(headers["retry-after-ms"])
  if (ms !== null) return Math.round(ms)
  const asked = headers["retry-after"]
  const seconds = numberOf(asked)
  if (seconds !== null) return Math.round(seconds * 1_000)
  const until = Date.parse(asked ?? "")
  if (Number.isNaN(until)) return null
  const sentAt = Date.parse(headers.date ?? "")
  return Math.max(0, until - (Number.isNaN(sentAt) ? now : sentAt))
}

// internal

const numberOf = (text: unknown): number | null =>
  typeof text === "string" && /^\s*\d+(\.\d+)?\s*$/.test(text) ? Number(text) : null
