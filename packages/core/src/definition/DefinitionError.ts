/**
 * A definition that cannot be read, and remarks on one that can. Lines and columns count from 1.
 */
import * as Schema from "effect/Schema"
import { visibleLine } from "../workspace/VisibleText.ts"

export class DefinitionError extends Schema.TaggedError<DefinitionError>()("DefinitionError", {
  file: Schema.String,
  line: Schema.Int,
  column: Schema.Int,
  /** The field's path, as in `tools.fs.write`; "" for the file as a whole. */
  field: Schema.String,
  problem: Schema.String,
  fix: Schema.String
}) {
  override get message() {
    return placed(this.file, this)
  }
  get hint() {
    return this.fix
  }
}

export interface DefinitionWarning {
  readonly line: number
  readonly column: number
  readonly field: string
  readonly problem: string
}

export interface Parsed<A> {
  readonly definition: A
  readonly warnings: ReadonlyArray<DefinitionWarning>
}

/** `FILE:LINE:COL: field: problem`. Names of files and keys are anybody's, so what could steer a terminal is spelled out. */
export const placed = (file: string, { column, field, line, problem }: DefinitionWarning): string =>
  visibleLine(`${file}:${line}:${column}: ${field === "" ? "" : `${field}: `}${problem}`)
