/**
 * What a benchmark found, beside the baseline of the same run.
 */
export interface BenchRow {
  readonly name: string
  readonly value: number
  readonly unit: "ms" | "s" | "MiB" | "tokens"
  /** To the baseline of the same run; null where the bar is on the value itself. */
  readonly ratio: number | null
  /** The most, or the least, that the ratio or the value may be. */
  readonly bar: { readonly most: number } | { readonly least: number }
  readonly holds: boolean
}

export interface BenchReport {
  readonly baseline: { readonly name: string; readonly value: number; readonly unit: BenchRow["unit"] }
  readonly rounds: number
  readonly rows: ReadonlyArray<BenchRow>
  readonly notMeasured: string
}

/** A row whose ratio to the baseline may be `most`. */
export const ratioRow = (name: string, value: number, base: number, most: number, unit: BenchRow["unit"] = "ms") => ({
  name,
  value,
  unit,
  ratio: value / base,
  bar: { most },
  holds: value / base <= most
})

/** A row whose value itself has the bar. */
export const valueRow = (name: string, value: number, unit: BenchRow["unit"], bar: BenchRow["bar"]): BenchRow => ({
  name,
  value,
  unit,
  ratio: null,
  bar,
  holds: "most" in bar ? value <= bar.most : value >= bar.least
})
