/**
 * What is wrong with a document, at which place of it. The errors of whoever reads documents are made of it: a
 * definition's, a configuration's.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { visibleLine } from "../domain/VisibleText.ts"
import type { Place } from "./Place.ts"

const spot = {
  line: Schema.Int,
  column: Schema.Int,
  /** The field's path, as in `tools.fs.write`; "" for the file as a whole. */
  field: Schema.String,
  problem: Schema.String,
  fix: Schema.String
}

export const placedFields = {
  file: Schema.String,
  ...spot,
  /** What else is wrong with the same file, in order of places. */
  others: Schema.Array(Schema.Struct(spot)).pipe(Schema.withConstructorDefault(Effect.succeed([])))
}

export class PlacedProblem extends Schema.TaggedError<PlacedProblem>()("PlacedProblem", placedFields) {
  override get message() {
    return placed(this.file, this)
  }
  get hint() {
    return this.fix
  }
}

/** One thing that is wrong. */
export interface Problem extends Remark {
  readonly fix: string
}

/** A remark on a document that can be read. */
export interface Remark extends Place {
  readonly field: string
  readonly problem: string
}

/** `FILE:LINE:COL: field: problem`. Names of files and keys are anybody's, so what could steer a terminal is spelled out. */
export const placed = (file: string, { column, field, line, problem }: Remark): string =>
  visibleLine(`${file}:${line}:${column}: ${field === "" ? "" : `${field}: `}${problem}`)
