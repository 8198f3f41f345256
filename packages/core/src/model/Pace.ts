/**
 * How fast one provider may be asked, learned from its answers. Pure transitions; `RateGate` holds the state.
 *
 * - `window`: requests at once. Half of those under way when the provider says that there are too many, and one more for
 *   every window of accepted requests (additive increase, multiplicative decrease).
 * - `ramp`: requests that wait for an answer's first byte at once. One after a refusal or an absence, and one more for every
 *   accepted request, so that a wait that ends for all does not send all.
 * - `heldUntil`: nobody goes before (Retry-After).
 * - `fallen`: how often in a row the provider was not there. From a number on, one probe goes at a time.
 * - `complaints`: how often it has said that it is asked too much, for whoever decides how many agents are at work.
 */
export interface Pace {
  readonly parallelism: number
  readonly window: number
  readonly ramp: number
  /** By `elapsed`. */
  readonly heldUntil: number
  readonly fallen: number
  /** Counts the refusals that lowered the window. */
  readonly lowered: number
  /** Counts bursts: what was sent before the last one was known belongs to it. */
  readonly complaints: number
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
  lowered: 0,
  complaints: 0
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

/** A request that was not taken: how the pace was when it went, and what is known of it now. */
export interface Refusal {
  readonly sent: Pace
  /** By `elapsed`. */
  readonly now: number
  readonly retryAfterMs: number | null
  /** Requests under way, this one among them. */
  readonly inFlight: number
}

/** Refusals of one burst lower the window once. */
export const refused = (pace: Pace, refusal: Refusal): Pace => ({
  ...complained(held(pace, refusal), refusal),
  ...(refusal.sent.lowered === pace.lowered ? { window: halved(pace, refusal), lowered: pace.lowered + 1 } : {}),
  ramp: 1,
  fallen: 0
})

/** `isOverloaded`: it is there, and says that it has too much to do. */
export const away = (pace: Pace, refusal: Refusal, isOverloaded: boolean): Pace => {
  const heard = isOverloaded ? complained(pace, refusal) : pace
  const next = { ...held(heard, refusal), fallen: pace.fallen + 1 }
  return isOpen(next) ? { ...next, ramp: 1 } : next
}

// internal

const openAfter = 5

/**
 * Half of what was under way, which may be far below a window that nobody has filled; but not below an eighth of it at a
 * time: one request alone that is refused says little about how many would be too many.
 */
const halved = ({ window }: Pace, { inFlight }: Refusal): number =>
  Math.max(1, Math.min(window, Math.max(inFlight, window / 4)) / 2)

const complained = (pace: Pace, { sent }: Refusal): Pace =>
  sent.complaints === pace.complaints ? { ...pace, complaints: pace.complaints + 1 } : pace

const held = (pace: Pace, { now, retryAfterMs }: Refusal): Pace =>
  retryAfterMs === null || retryAfterMs > longestHoldMs
    ? pace
    : { ...pace, heldUntil: Math.max(pace.heldUntil, now + retryAfterMs) }
