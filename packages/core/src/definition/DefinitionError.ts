/**
 * A definition that cannot be read. It names the first thing that is wrong with the file, and carries the others.
 */
import * as Schema from "effect/Schema"
import { type PlacedProblem, type Problem, placed, placedFields } from "../document/PlacedProblem.ts"

export class DefinitionError extends Schema.TaggedError<DefinitionError>()("DefinitionError", placedFields) {
  override get message() {
    const rest = this.others.length === 0 ? "" : ` (and ${this.others.length} more)`
    return `${placed(this.file, this)}${rest}`
  }
  get hint() {
    return this.fix
  }
  /** All that is wrong, in order of places. */
  get problems(): ReadonlyArray<Problem> {
    return [this, ...this.others]
  }

  static of({ column, field, file, fix, line, others, problem }: PlacedProblem): DefinitionError {
    return new DefinitionError({ file, line, column, field, problem, fix, others })
  }
}
