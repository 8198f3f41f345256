/**
 * A pipeline that cannot be run: everything that is wrong with its file at once. Lines and columns count from 1; line 0
 * stands for the file as a whole.
 */
import { visibleLine } from "@deputize/core/internal/domain/VisibleText"
import * as Schema from "effect/Schema"

export const PipelineProblem = Schema.Struct({
  /** As a user names it: from the workspace where it lies in it. */
  file: Schema.String,
  line: Schema.Int,
  column: Schema.Int,
  /** As in `steps[2].retry_on.patterns[0]`; "" for the file as a whole. */
  field: Schema.String,
  problem: Schema.String,
  /** A sentence. */
  fix: Schema.String
})
export type PipelineProblem = typeof PipelineProblem.Type

export class PipelineError extends Schema.TaggedError<PipelineError>()("PipelineError", {
  /** In the order of their places; at least one. */
  problems: Schema.Array(PipelineProblem)
}) {
  override get message(): string {
    const [first] = this.problems
    if (first !== undefined && this.problems.length === 1) return placed(first)
    const lines = this.problems.flatMap((problem) => [`  ${placed(problem)}`, `    ${visibleLine(problem.fix)}`])
    return [`the pipeline has ${this.problems.length} problems, and nothing was run`, ...lines].join("\n")
  }
  get hint(): string {
    const [first] = this.problems
    return first !== undefined && this.problems.length === 1 ? first.fix : "Correct them in the file and build again."
  }
}

// internal

/** `FILE:LINE:COL: field: problem`. Keys and values are anybody's: what could steer a terminal is spelled out. */
const placed = ({ column, field, file, line, problem }: PipelineProblem): string =>
  visibleLine(`${file}${line === 0 ? "" : `:${line}:${column}`}: ${field === "" ? "" : `${field}: `}${problem}`)
