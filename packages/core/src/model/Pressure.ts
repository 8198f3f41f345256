/**
 * What a provider lets know of how much it bears: for whoever decides how many agents are at work.
 */
export interface Pressure {
  /** How often it has said that it is asked too much (429, 503), a burst counted once. Only ever grows. */
  readonly complaints: number
  /** Nobody is sent before, by `elapsed`. */
  readonly heldUntil: number
}

/** Of who never complains. */
export const none: Pressure = { complaints: 0, heldUntil: 0 }

/** Of several models together. */
export const sum = (each: Iterable<Pressure>): Pressure => {
  let all = none
  for (const { complaints, heldUntil } of each) {
    all = { complaints: all.complaints + complaints, heldUntil: Math.max(all.heldUntil, heldUntil) }
  }
  return all
}
