/**
 * How a soak fares, as the workload says after each run.
 */

export interface Sample {
  /** The run that has ended. */
  readonly run: string
  /** Milliseconds since it began. */
  readonly at: number
  /** Bytes, after a collection of what is not used any more. */
  readonly rss: number
  /** Open files that are no sockets. */
  readonly files: number
  readonly sockets: number
  /** Milliseconds from when an event was recorded to when it was seen, that 99 of 100 do not exceed. */
  readonly lateMs: number
  /** Events that were seen later than `soonMs`. */
  readonly late: number
  /** Events that were seen. */
  readonly events: number
  readonly status: string
}

/** Milliseconds in which 99 of 100 events are to be seen. */
export const soonMs = 100
