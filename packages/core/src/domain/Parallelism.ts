/**
 * How many agents are at work at the same time where nobody names a number and the run finds it out by itself
 * (`runtime/admission/Concurrency`). Plain data, without imports: the table of commands loads it.
 */
export const automatic = {
  /** What a run begins with, and the bounds of what it may come to. */
  first: 4,
  least: 1,
  most: 64,
  /** Between two looks at how things stand. */
  readingMs: 1_000,
  /** For so long a number that the provider has complained about is not tried again. */
  patienceMs: 30_000,
  /** The event loop is late by more than this: the agents here have enough to do with those that there are. */
  loopDelayMs: 50,
  /** Less of the machine's memory is free. */
  freeMemory: 0.1,
  /** More of what the container may have is this process. */
  ownMemory: 0.8
} as const
