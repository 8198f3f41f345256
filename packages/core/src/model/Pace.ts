/**
 * How fast one provider may be asked, learned from its answers. Pure transitions; `RateGate` holds the state.
 *
 * - `window`: requests at once. Halved when the provider says that there are too many, and one more for every window of
 *   accepted requests (additive increase, multiplicative decrease).
 * - `ramp`: requests that wait for an answer's first byte at once. One after a refusal or an absence, and one more for every
 *   accepted request, so that a wait that ends for all does not send all.
 * - `heldUntil`: nobody goes before (Retry-After).
 * - `fallen`: how often in a row the provider was not there. From a number on, one probe goes at a time.
 */
export interface Pace {
  readonly parallelism: number
  readonly window: number
  readonly ramp: number
  /** Milliseconds since the epoch. */
  readonly heldUntil: number
  readonly fallen: number
  /** Counts the refusals that lowered the window. */
  readonly lowered: number
}

/** What is under way. */
export interface Traffic {
  readonly inFlight: number
  /** Of these, those that no answer has come to yet. */
  readonly unanswered: number
}

export const initial = (parallelism: number): Pace => ({
  parallelism: Math.max(1, parallelism),
  window: Math.max(1, parallelism),
  ramp: Math.max(1, parallelism),
  heldUntil: 0,
  fallen: 0,
  lowered: 0
})

export const longestHoldMs = 60_000

export const mayGo = (pace: Pace, { inFlight, unanswered }: Traffic, now: number): boolean =>
  now >= pace.heldUntil && inFlight < Math.floor(pace.window) && unanswered < (isOpen(pace) ? 1 : Math.floor(pace.ramp))

/** The provider was away too often in a row: only probes go. */
export const isOpen = ({ fallen }: Pace): boolean => fallen >= openAfter

export const accepted = (pace: Pace): Pace => ({
  ...pace,
  window: Math.min(pace.parallelism, pace.window + 1 / pace.window),
  ramp: Math.min(pace.parallelism, pace.ramp + 1),
  fallen: 0
})

/** `sentAt` is the `lowered` of when the request went: refusals of one burst lower the window once. */
export const refused = (pace: Pace, sentAt: number, now: number, retryAfterMs: number | null): Pace => ({
  ...held(pace, now, retryAfterMs),
  ...(sentAt === pace.lowered ? { window: Math.max(1, pace.window / 2), lowered: pace.lowered + 1 } : {}),
  ramp: 1,
  fallen: 0
})

export const away = (pace: Pace, now: number, retryAfterMs: number | null): Pace => {
  const next = { ...held(pace, now, retryAfterMs), fallen: pace.fallen + 1 }
  return isOpen(next) ? { ...next, ramp: 1 } : next
}

// internal

const openAfter = 5

const held = (pace: Pace, now: number, retryAfterMs: number | null): Pace =>
  retryAfterMs === null || retryAfterMs > longestHoldMs
    ? pace
    : { ...pace, heldUntil: Math.max(pace.heldUntil, now + retryAfterMs) }
