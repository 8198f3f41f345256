/**
 * What a format of definitions is: which files are written in it, how one is recognised, how it is read.
 */
import type { Fields } from "../../document/Fields.ts"
import type { Place } from "../../document/Place.ts"
import type { DefinitionFacts } from "../DefinitionFacts.ts"

/** What a file is written in, told by its ending; formats are shapes of these. */
export type Language = "markdown" | "yaml" | "json" | "toml"

/** A file's text, as its language has it. */
export interface Sheet {
  readonly fields: Fields
  /** What follows the front matter of Markdown. */
  readonly body?: { readonly text: string; readonly place: Place }
}

export interface Format {
  /** As users are told of it. */
  readonly name: string
  /** Keys that it is known by, for who wrote none of the formats. */
  readonly shape: string
  readonly languages: ReadonlyArray<Language>
  readonly recognises: (fields: Fields) => boolean
  /** Notes in `fields` what is wrong. */
  readonly parse: (sheet: Sheet) => DefinitionFacts
}
