/**
 * Where a value of a setting comes from. Pure.
 */
import { basename } from "node:path"

export type Source =
  | { readonly _tag: "Default" }
  | {
      readonly _tag: "File"
      readonly by: "user" | "project"
      readonly file: string
      readonly line: number
      readonly column: number
    }
  | { readonly _tag: "Variable"; readonly name: string }
  | { readonly _tag: "Flag"; readonly name: string }
  /** What the run was begun with that is taken up again. */
  | { readonly _tag: "Record"; readonly run: string }

/** A value with where it was said. */
export interface Said<A> {
  readonly value: A
  readonly source: Source
}

/** `config.yaml:3:9`, `DEPUTIZE_MODEL`, `--model`, `default` */
export const sourceText = (source: Source): string => {
  switch (source._tag) {
    case "Default":
      return "default"
    case "File":
      return `${source.file}:${source.line}:${source.column}`
    case "Variable":
    case "Flag":
      return source.name
    case "Record":
      return `run ${source.run}`
  }
}

/** The same without the folders of the user, for what models are told too. */
export const sourceName = (source: Source): string =>
  source._tag === "File" && source.by === "user"
    ? sourceText({ ...source, file: `the user's ${basename(source.file)}` })
    : sourceText(source)
