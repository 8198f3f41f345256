/**
 * What `agents validate` found, a line for each problem that begins with its place. Pure.
 */
import type { DefinitionError } from "@deputize/core/definition/DefinitionError"
import { placed } from "@deputize/core/document/PlacedProblem"
import { plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { visible } from "./Width.ts"

/** One file, or a built-in agent. */
export interface Examined {
  readonly source: string
  /** By which the agent is addressed. */
  readonly name: string
  readonly failure: DefinitionError | null
  /** `FILE:LINE:COL: …`, one each. */
  readonly warnings: ReadonlyArray<string>
}

/** Whether every file passes; warnings count where they are taken as errors. */
export const passes = (examined: ReadonlyArray<Examined>, isStrict: boolean): boolean =>
  examined.every(({ failure, warnings }) => failure === null && (!isStrict || warnings.length === 0))

export const findingsJson = (examined: ReadonlyArray<Examined>, isStrict: boolean) => ({
  valid: passes(examined, isStrict),
  strict: isStrict,
  files: examined.map(({ failure, name, source, warnings }) => ({
    source,
    name,
    problems: (failure?.problems ?? []).map(({ column, field, fix, line, problem }) => ({
      line,
      column,
      field,
      problem,
      fix
    })),
    warnings
  }))
})

export const findingsText = (examined: ReadonlyArray<Examined>, isStrict: boolean, style: Style): string => {
  const lines = examined.flatMap(({ failure, source, warnings }) => [
    ...(failure?.problems ?? []).flatMap((problem) => [
      `${visible(placed(failure?.file ?? source, problem))}`,
      `  ${style.paint("dim", visible(problem.fix))}`
    ]),
    ...warnings.map((warning) => `${visible(warning)}${isStrict ? "" : style.paint("yellow", " (warning)")}`)
  ])
  return `${[...lines, ...(lines.length === 0 ? [] : [""]), summary(examined, isStrict, style)].join("\n")}\n`
}

// internal

const summary = (examined: ReadonlyArray<Examined>, isStrict: boolean, style: Style): string => {
  const problems = examined.reduce((sum, { failure }) => sum + (failure?.problems.length ?? 0), 0)
  const warnings = examined.reduce((sum, each) => sum + each.warnings.length, 0)
  const mark = passes(examined, isStrict)
    ? style.paint("green", style.marks.done)
    : style.paint("red", style.marks.failed)
  const found = [
    problems === 0 ? "no problems" : plural(problems, "problem"),
    ...(warnings === 0 ? [] : [plural(warnings, "warning")])
  ]
  return `${mark} ${plural(examined.length, "definition")}: ${found.join(", ")}`
}
