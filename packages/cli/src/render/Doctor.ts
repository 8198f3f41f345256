/**
 * What was found of the surroundings, for people and as data. Pure.
 */
import { plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { padTo, visible } from "./Width.ts"

export interface Finding {
  /** What was looked at: `node`, `record`. */
  readonly name: string
  /** `problem`: runs do not start, or do not get far. */
  readonly status: "ok" | "warning" | "problem"
  readonly text: string
  /** What to do about it; "" where there is nothing to be done. */
  readonly next: string
}

export const findingsText = (findings: ReadonlyArray<Finding>, style: Style): string => {
  const columns = Math.max(0, ...findings.map(({ name }) => name.length)) + 2
  const lines = findings.flatMap(({ name, next, status, text }) => [
    `${badge(status, style)} ${padTo(name, columns)}${visible(text)}`,
    ...(next === "" ? [] : [`${" ".repeat(badgeColumns + 1 + columns)}${visible(next)}`])
  ])
  const [problems, warnings] = [numberOf(findings, "problem"), numberOf(findings, "warning")]
  const whole =
    problems > 0
      ? `${plural(problems, "problem")} and ${plural(warnings, "warning")}: runs will not work before the problems are solved`
      : warnings > 0
        ? `${plural(warnings, "warning")}: runs can start`
        : "runs can start"
  return `${[...lines, "", whole].join("\n")}\n`
}

/** The stable shape of `doctor --json`. */
export const findingsJson = (findings: ReadonlyArray<Finding>) => ({
  schema_version: 1,
  ok: numberOf(findings, "problem") === 0,
  findings: findings.map(({ name, next, status, text }) => ({ name, status, text, next: next === "" ? null : next }))
})

// internal

const badgeColumns = "problem".length

const badge = (status: Finding["status"], { paint }: Style): string => {
  const word = padTo(status, badgeColumns)
  return paint(status === "ok" ? "green" : status === "warning" ? "yellow" : "red", word)
}

const numberOf = (findings: ReadonlyArray<Finding>, status: Finding["status"]): number =>
  findings.filter((finding) => finding.status === status).length
