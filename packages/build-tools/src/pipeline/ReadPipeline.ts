/**
 * The text of a pipeline file, read: all that is wrong with it, or what it says with the places of its values.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type Needs, needsIn } from "./Needs.ts"
import { isFields, type Outline, outline } from "./Outline.ts"
import { outputProblems } from "./OutputRules.ts"
import { PipelineError, type PipelineProblem } from "./PipelineError.ts"
import { PipelineFile } from "./PipelineFile.ts"
import { type Finding, schemaProblems } from "./SchemaProblems.ts"
import { stepProblems } from "./StepRules.ts"
import { type Path, type YamlTree, yamlTree } from "./YamlTree.ts"

export interface WrittenPipeline {
  readonly file: PipelineFile
  readonly tree: YamlTree
  readonly needs: Needs["byStep"]
}

/** `shown` is the file's name for the user. */
export const parsePipeline = (text: string, shown: string): Effect.Effect<WrittenPipeline, PipelineError> =>
  Effect.suspend(() => {
    const tree = yamlTree(text)
    const misfits = tree.misfits.map(({ field, fix, place, problem }) => ({ ...place, field, problem, fix }))
    // Where the text is no YAML, or too much of it, nothing else can be said; keys given twice hide nothing.
    if (tree.value === undefined) return Effect.fail(errorOf(shown, misfits))
    const decoded = decode(tree.value)
    const outlined = outline(tree.value)
    const needs = needsIn(outlined)
    const found = [
      ...(Result.isFailure(decoded) ? schemaProblems(decoded.failure.issue, tree.value) : []),
      ...rootProblems(outlined, tree.value),
      ...needs.problems,
      ...outlined.steps.flatMap(stepProblems),
      ...outputProblems(outlined)
    ]
      .map((finding) => placed(finding, tree))
      .filter(({ field }) => !misfits.some((misfit) => misfit.field !== "" && misfit.field === field))
    if (Result.isFailure(decoded) || found.length > 0 || misfits.length > 0) {
      return Effect.fail(errorOf(shown, [...misfits, ...found]))
    }
    return Effect.succeed({ file: decoded.success, tree, needs: needs.byStep })
  })

/** `steps[2].on.linux.run`. */
export const fieldOf = (path: Path): string =>
  path.reduce<string>((field, key) => {
    if (typeof key === "number") return `${field}[${key}]`
    return field === "" ? key : `${field}.${key}`
  }, "")

// internal

const decodeFile = Schema.decodeUnknownResult(PipelineFile)

const decode = (value: unknown) => decodeFile(value, { errors: "all", onExcessProperty: "error" })

const rootProblems = ({ steps }: Outline, value: unknown): ReadonlyArray<Finding> => {
  if (steps.length > 0 || !isFields(value)) return []
  const written = value.steps
  const isEmpty = Array.isArray(written) && written.length === 0
  if (written !== undefined && !isEmpty) return []
  const fix = "Write steps: with at least one step of an id and a run."
  return [{ path: isEmpty ? ["steps"] : [], isKey: true, problem: "there is no step", fix }]
}

type Found = Omit<PipelineProblem, "file">

const placed = ({ fix, isKey, path, problem }: Finding, tree: YamlTree): Found => ({
  ...(isKey ? tree.placeOfKey(path) : tree.placeOf(path)),
  field: fieldOf(path),
  problem,
  fix
})

const errorOf = (shown: string, found: ReadonlyArray<Found>): PipelineError =>
  new PipelineError({
    problems: found
      .toSorted((a, b) => a.line - b.line || a.column - b.column)
      .map(({ column, field, fix, line, problem }) => ({ file: shown, line, column, field, problem, fix }))
  })
