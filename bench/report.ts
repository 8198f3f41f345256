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

/** A figure with its unit. */
export const shown = (value: number, unit: BenchRow["unit"]): string =>
  `${unit === "tokens" ? Math.round(value).toLocaleString("en-US") : value.toFixed(unit === "s" ? 2 : 1)} ${unit}`

/** What a table says of a row: name, median, ratio, bar, verdict. */
export const cellsOf = ({ bar, holds, name, ratio, unit, value }: BenchRow): ReadonlyArray<string> => {
  const suffix = ratio === null ? ` ${unit}` : "x"
  return [
    name,
    shown(value, unit),
    ratio === null ? "" : `${ratio.toFixed(2)}x`,
    "most" in bar ? `<= ${bar.most}${suffix}` : `>= ${bar.least}${suffix}`,
    holds ? "holds" : "DOES NOT HOLD"
  ]
}

/** Lines with columns that stand below each other: the first to the left, the others to the right. */
export const aligned = (cells: ReadonlyArray<ReadonlyArray<string>>): string => {
  const width = (column: number) => Math.max(...cells.map((row) => (row[column] ?? "").length))
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(width(column)) : cell.padStart(width(column))))
      .join("  ")
      .trimEnd()
  )
  return `${lines.join("\n")}\n`
}
