/**
 * What a benchmark found, beside the baseline of the same run.
 */
export interface BenchRow {
  readonly name: string
  readonly ms: number
  /** To the baseline of the same run. */
  readonly ratio: number
  /** The most that `ratio` may be. */
  readonly bar: number
  readonly holds: boolean
}

export interface BenchReport {
  readonly baseline: { readonly name: string; readonly ms: number }
  readonly rounds: number
  readonly rows: ReadonlyArray<BenchRow>
  readonly notMeasured: string
}
