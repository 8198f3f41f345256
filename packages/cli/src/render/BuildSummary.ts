/**
 * What a build came to, for people. Pure.
 */
import type { BuildResult, InstallResult, StepResult } from "@deputize/build-tools/runner/BuildResult"
import { isCachedTask } from "./BuildProgress.ts"
import { factLines } from "./Facts.ts"
import { bytes, count, duration, plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { oneLine } from "./Width.ts"

/** One line where there was nothing to do; otherwise the steps, then the whole. */
export const buildText = (result: BuildResult, style: Style): string =>
  result.status === "nothing-to-do" ? nothingText(result) : `${summaryLines(result, style).join("\n")}\n`

// internal

const mostOutputs = 10
const mostNames = 5
/** Less would be shown as no time at all. */
const leastMs = 50
const nameColumns = 14

const nothingText = ({ ms, pipeline, steps }: BuildResult): string => {
  const left = steps.filter(({ outcome }) => outcome._tag === "Skipped").length
  const whole = `${oneLine(pipeline)} is up to date, ${plural(steps.length, "step")}`
  return `nothing to do: ${whole}${left === 0 ? "" : `, ${left} of them left out`} (${(ms / 1000).toFixed(2)} s)\n`
}

const summaryLines = (result: BuildResult, style: Style): ReadonlyArray<string> => [
  ...table(
    [
      { title: "STEP", keeps: 12 },
      { title: "RESULT", keeps: 10 },
      { title: "TIME", right: true, dispensable: 1 },
      { title: "PART", right: true, dispensable: 3 },
      { title: "TRIES", right: true, dispensable: 4 },
      { title: "WARNINGS", right: true, dispensable: 2 }
    ],
    result.steps.map((step) => [
      `${markOf(step, style)} ${oneLine(step.id)}`,
      resultOf(step),
      step.ms < leastMs ? "" : duration(step.ms),
      step.ms < leastMs ? "" : `${Math.round(step.percent)} %`,
      step.attempts === 0 ? "" : String(step.attempts),
      step.attempts === 0 ? "" : count(step.warnings)
    ]),
    style
  ),
  "",
  headLine(result, style),
  ...facts(result, style)
]

const headLine = ({ ms, pipeline, session, status }: BuildResult, style: Style): string => {
  const words = `${oneLine(pipeline)} ${status} after ${duration(ms)}`
  const which = session === null ? "" : style.paint("dim", ` (session ${session})`)
  switch (status) {
    case "completed":
    case "nothing-to-do":
      return `${style.paint("green", `${style.marks.done} ${words}`)}${which}`
    case "failed":
      return `${style.paint("red", `${style.marks.failed} ${words}`)}${which}`
    case "stopped":
      return `${style.paint("yellow", `${style.marks.stopped} ${words}`)}${which}`
  }
}

const facts = (result: BuildResult, style: Style): ReadonlyArray<string> => {
  const { counts, criticalPath, installed, savedMs, slowest, steps, warnings } = result
  const named = ({ ms, name }: { readonly name: string; readonly ms: number }) => `${oneLine(name)} ${duration(ms)}`
  const warned = steps.reduce((sum, step) => sum + step.warnings, 0)
  return [
    ...fact(style, "failed", steps.flatMap(failureOf)),
    ...fact(style, "installed", installed.flatMap(installLines)),
    ...fact(style, "outputs", outputLines(steps)),
    ...fact(style, "counts", [
      `${count(counts.ran)} ran, ${count(counts.cached)} cached, ${count(counts.retried)} retried, ${count(counts.failed)} failed`
    ]),
    ...fact(style, "warnings", [...(warned === 0 ? [] : [`${plural(warned, "warning")} of tools`]), ...warnings]),
    ...fact(style, "critical path", several(criticalPath.filter(isLong).map(named), ", then ")),
    ...fact(style, "slowest", several(slowest.filter(isLong).slice(0, mostNames).map(named), ", ")),
    ...fact(style, "compile cache", result.caches),
    ...fact(style, "saved", savedMs < 1_000 ? [] : [`about ${duration(savedMs)}, by what was cached`]),
    ...fact(style, "log", result.log === null ? [] : [result.log]),
    ...fact(style, "record", [result.record]),
    ...(result.status === "completed" || result.session === null
      ? []
      : fact(style, "next", ["deputize build --resume runs what is not finished"]))
  ]
}

/** One alone would only repeat what stands above. */
const several = (names: ReadonlyArray<string>, between: string): ReadonlyArray<string> =>
  names.length < 2 ? [] : [names.join(between)]

const isLong = ({ ms }: { readonly ms: number }): boolean => ms >= leastMs

const fact = (style: Style, name: string, values: ReadonlyArray<string>): ReadonlyArray<string> =>
  factLines([[name, values]], nameColumns, style)

const failureOf = ({ id, log, outcome }: StepResult): ReadonlyArray<string> =>
  outcome._tag === "Failed" ? [`${id}: ${outcome.problem}`, ...(log === null ? [] : [`  ${log}`])] : []

const markOf = ({ outcome }: StepResult, { marks }: Style): string => {
  switch (outcome._tag) {
    case "Ran":
    case "UpToDate":
    case "Adopted":
    case "Resumed":
      return marks.done
    case "Skipped":
    case "Blocked":
      return marks.waiting
    case "Failed":
      return marks.failed
    case "Stopped":
      return marks.stopped
  }
}

/** Colour is left to the mark's line: cells of a table are plain. */
const resultOf = ({ outcome, tasks }: StepResult): string => {
  const cached = tasks.filter(({ status }) => isCachedTask(status)).length
  switch (outcome._tag) {
    case "Ran":
      return tasks.length === 0 ? "ran" : `ran ${count(tasks.length)} tasks, ${count(cached)} cached`
    case "UpToDate":
      return "up to date"
    case "Adopted":
      return "adopted"
    case "Resumed":
      return "passed before"
    case "Skipped":
      return "left out"
    case "Blocked":
      return "not run"
    case "Failed":
      return "failed"
    case "Stopped":
      return "stopped"
  }
}

const installLines = ({
  agents,
  binaries,
  onPath,
  prefix,
  previous,
  version
}: InstallResult): ReadonlyArray<string> => [
  `${prefix}: version ${version}${previous === null ? "" : `, before it ${previous}`}`,
  `${binaries.length} ${binaries.length === 1 ? "binary" : "binaries"} + ${plural(agents.length, "agent").replace(/^no/, "0")}`,
  ...binaries.map(({ path, size }) => `${path}  ${bytes(size)}`),
  ...(onPath ? [] : [`${prefix}/bin is not on PATH: export PATH="${prefix}/bin:$PATH"`])
]

/** The largest, and how much the others are together. */
const outputLines = (steps: ReadonlyArray<StepResult>): ReadonlyArray<string> => {
  // Two steps may come to the same file, as targets of Nx that build what they need do.
  const byPath = new Map(steps.flatMap(({ outputs }) => outputs).map((output) => [output.path, output]))
  const all = [...byPath.values()].sort((a, b) => b.size - a.size)
  const rest = all.slice(mostOutputs)
  const restBytes = rest.reduce((sum, { size }) => sum + size, 0)
  return [
    ...all.slice(0, mostOutputs).map(({ debugSize, path, size }) => {
      const debug = debugSize === null ? "" : ` (the debug build's: ${bytes(debugSize)})`
      return `${path}  ${bytes(size)}${debug}`
    }),
    ...(rest.length === 0 ? [] : [`${plural(rest.length, "smaller file")}, ${bytes(restBytes)} together`])
  ]
}
