/**
 * What was found of the surroundings, for people and as data. Pure.
 */
import * as Schema from "effect/Schema"
import { foldBeside } from "./Facts.ts"
import { plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { foldTo, padTo, visible } from "./Width.ts"

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
  const nameColumns = Math.max(0, ...findings.map(({ name }) => name.length)) + 2
  const beside = badgeColumns + 1 + nameColumns
  // Where there is little room, what was found stands below what was looked at.
  const isNarrow = style.columns !== undefined && style.columns < leastBeside
  const indent = isNarrow ? 2 : beside
  const lines = findings.flatMap(({ name, next, status, text }) => {
    const head = `${badge(status, style)} ${padTo(name, nameColumns)}`
    const said = [text, ...(next === "" ? [] : [next])].flatMap((each) =>
      foldBeside(visible(each), indent, style.columns)
    )
    return isNarrow
      ? [head.trimEnd(), ...said.map((line) => " ".repeat(indent) + line)]
      : said.map((line, index) => (index === 0 ? head : " ".repeat(indent)) + line)
  })
  const [problems, warnings] = [numberOf(findings, "problem"), numberOf(findings, "warning")]
  const whole =
    problems > 0
      ? `${plural(problems, "problem")} and ${plural(warnings, "warning")}: runs will not work before the problems are solved`
      : warnings > 0
        ? `${plural(warnings, "warning")}: runs can start`
        : "runs can start"
  return `${[...lines, "", ...foldTo(whole, style.columns)].join("\n")}\n`
}

/** The stable shape of `doctor --json`. */
export const DoctorJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  ok: Schema.Boolean.annotate({ description: "nothing that was found is a problem" }),
  findings: Schema.Array(
    Schema.Struct({
      name: Schema.String.annotate({ description: "what was looked at" }),
      status: Schema.Literals(["ok", "warning", "problem"]),
      text: Schema.String,
      next: Schema.NullOr(Schema.String).annotate({ description: "what to do about it" })
    })
  )
})

export const findingsJson = (findings: ReadonlyArray<Finding>): typeof DoctorJson.Type => ({
  schema_version: 1,
  ok: numberOf(findings, "problem") === 0,
  findings: findings.map(({ name, next, status, text }) => ({ name, status, text, next: next === "" ? null : next }))
})

// internal

const badgeColumns = "problem".length
const leastBeside = 60

const badge = (status: Finding["status"], { paint }: Style): string => {
  const word = padTo(status, badgeColumns)
  return paint(status === "ok" ? "green" : status === "warning" ? "yellow" : "red", word)
}

const numberOf = (findings: ReadonlyArray<Finding>, status: Finding["status"]): number =>
  findings.filter((finding) => finding.status === status).length
