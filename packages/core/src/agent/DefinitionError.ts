/**
 * A definition that cannot be read, and remarks on one that can. Lines and columns count from 1.
 */
import * as Schema from "effect/Schema"

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
    const { column, field, file, line, problem } = this
    return `${file}:${line}:${column}: ${field === "" ? "" : `${field}: `}${problem}`
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
