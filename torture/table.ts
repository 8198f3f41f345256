/**
 * What a torture found: a row for each, with what was wrong below it, and a sum as the last line.
 */

export interface Finding {
  /** What was done to it. */
  readonly name: string
  /** Of which pipeline; empty where that does not matter. */
  readonly of: string
  /** What was seen, in a few words. */
  readonly seen: string
  readonly ms: number
  /** Empty: it holds. */
  readonly problems: ReadonlyArray<string>
}

export const rowOf = ({ ms, name, of, problems, seen }: Finding): string => {
  const verdict = problems.length === 0 ? "holds" : "DOES NOT HOLD"
  const cells = [
    name.padEnd(widths.name),
    of.padEnd(widths.of),
    seen.padEnd(widths.seen),
    `${seconds(ms)} s`.padStart(7)
  ]
  return [`${cells.join("  ")}  ${verdict}`, ...problems.map((problem) => `    ${problem}`), ""].join("\n")
}

export const heading = (title: string): string =>
  `${[title.padEnd(widths.name), "of".padEnd(widths.of), "seen".padEnd(widths.seen), "time".padStart(7)].join("  ")}\n`

export const sumOf = (findings: ReadonlyArray<Finding>): string => {
  const held = findings.filter(({ problems }) => problems.length === 0).length
  const ms = findings.reduce((sum, finding) => sum + finding.ms, 0)
  return `${held} of ${findings.length} hold, ${seconds(ms)} s\n`
}

// internal

const widths = { name: 51, of: 5, seen: 66 }

const seconds = (ms: number): string => (ms / 1_000).toFixed(1)
