/**
 * Whether a failed model call is sent again, and after how long. Pure: the caller counts, sleeps and brings the chance.
 *
 *   nextDelay({ error, failures: { request: 0, stream: 0 }, random: 0.5 })   // 100: half of the first 200 ms
 */
import type { ModelError } from "./ModelError.ts"

export interface RetryLimits {
  /** Times that a request is sent again whose answer never began. */
  readonly request: number
  /** Times that a request is sent again whose answer broke off. */
  readonly stream: number
  /** The first wait is anything up to this many milliseconds; the longest possible wait doubles each time. */
  readonly firstMs: number
  readonly longestMs: number
  /** A provider that asks for a longer wait than this is not asked again. */
  readonly retryAfterMs: number
}

/** How often a call has failed before its answer began, and while it came. */
export interface Failures {
  readonly request: number
  readonly stream: number
}

export interface FailedCall {
  readonly error: ModelError
  /** The failures before this `error`, itself not counted. */
  readonly failures: Failures
  /** At least 0 and less than 1. */
  readonly random: number
  readonly limits?: Partial<RetryLimits>
}

/** Milliseconds to wait before the call is sent again; null: it is not sent again. */
export const nextDelay = ({ error, failures, limits, random }: FailedCall): number | null => {
  const { firstMs, longestMs, request, retryAfterMs, stream } = { ...retryLimits, ...limits }
  if (!error.isRetryable) return null
  const [failed, allowed] = error.stage === "streaming" ? [failures.stream, stream] : [failures.request, request]
  if (failed >= allowed) return null
  const asked = error.reason._tag === "RateLimited" ? error.reason.retryAfterMs : null
  // The wait that was asked for is the least; the jitter on top keeps those who got the same answer apart.
  if (asked !== null) return asked > retryAfterMs ? null : Math.round(asked + random * firstMs)
  return Math.round(random * Math.min(longestMs, firstMs * 2 ** failed))
}

// internal

const retryLimits: RetryLimits = {
  request: 4,
  stream: 10,
  firstMs: 200,
  longestMs: 8_000,
  retryAfterMs: 60_000
}
