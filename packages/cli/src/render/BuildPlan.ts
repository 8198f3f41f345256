/**
 * What a build would do, and why, for people. Pure.
 */
import type { Explanation, PlannedStep } from "@deputize/build-tools/runner/DryRun"
import { type Fact, factLines } from "./Facts.ts"
import { count, duration, plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { oneLine } from "./Width.ts"

/** A line for each step in the order in which they would start, then how many would run. */
export const dryRunText = (steps: ReadonlyArray<PlannedStep>, style: Style): string => {
  const { marks } = style
  const rows = table(
    [
      { title: "STEP", keeps: 12 },
      { title: "PLAN" },
      { title: "WHY", keeps: 16 },
      { title: "COMMAND", keeps: 12, dispensable: 1 }
    ],
    steps.map((step) => [
      oneLine(step.id),
      step.willRun ? `${marks.running} run` : `${marks.waiting} skip`,
      oneLine(step.why),
      oneLine(step.command)
    ]),
    style
  )
  const due = steps.filter(({ willRun }) => willRun).length
  return `${[...rows, "", `${due} of ${plural(steps.length, "step")} would run`].join("\n")}\n`
}

/** Everything that a step's result depends on. `clock` shows a time as the reader wants to see it. */
export const explainText = (step: Explanation, style: Style, clock: (time: number) => string): string => {
  const { inputs, last } = step
  const facts: ReadonlyArray<Fact> = [
    ["title", [step.title]],
    ["plan", [`${step.willRun ? "would run" : "would not run"}: ${step.why}`]],
    ["command", [step.command]],
    ["needs", [list(step.needs)]],
    ["cache", [cacheText[step.cache]]],
    ["inputs", inputs === null ? ["none stated"] : [...inputText(inputs), ...inputs.first.map((path) => `  ${path}`)]],
    ["outputs", [list(step.outputs)]],
    ["environment", [list(step.env)]],
    ["tries", [`${step.attempts} at most${step.timeoutMs === null ? "" : `, ${duration(step.timeoutMs)} each`}`]],
    [
      "last passed",
      [
        last === null
          ? "never, or not since its result was found damaged"
          : `${clock(last.finishedAt)} after ${duration(last.ms)}, ${plural(last.outputs, "output file")}`
      ]
    ],
    ["usually", step.usualMs === null ? [] : [duration(step.usualMs)]]
  ]
  const lines = factLines(
    facts.map(([name, values]) => [name, values.map(shown)]),
    nameColumns,
    style
  )
  return `${style.paint("bold", oneLine(step.id))}\n${lines.join("\n")}\n`
}

// internal

const nameColumns = 13

const cacheText: Readonly<Record<Explanation["cache"], string>> = {
  nx: "nx: each task has its own in Nx, the step its fingerprint",
  content: "content: skipped while inputs, command, environment, tools and outputs are as at its last success",
  never: "never: what it does cannot be kept"
}

const inputText = ({ files, first, globs }: NonNullable<Explanation["inputs"]>): ReadonlyArray<string> => [
  globs.length === 0 ? "all files that are not ignored" : list(globs),
  `${plural(files, "file")}${files > first.length ? `, of which ${count(first.length)} are shown` : ""}${files === 0 ? "" : ":"}`
]

const list = (values: ReadonlyArray<string>): string => (values.length === 0 ? "none" : values.join(", "))

/** The indent of a path in a list stays. */
const shown = (value: string): string => `${value.startsWith("  ") ? "  " : ""}${oneLine(value)}`
