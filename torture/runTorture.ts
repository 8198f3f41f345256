/** One thing that is done to a run: a row of the table. */
import type { Seen } from "./buildTruth.ts"
import type { Bench } from "./runBench.ts"

export interface RunTorture {
  readonly name: string
  readonly run: (bench: Bench, random: () => number) => Promise<Seen>
  /** It depends on a moment or on chance: done once for each seed. */
  readonly isSeeded?: boolean
}
