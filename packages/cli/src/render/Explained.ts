/**
 * Settings with where they come from, for people and as data. Pure.
 */
import type { Explained } from "../config/Explain.ts"
import { type Source, sourceText } from "../config/Source.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { oneLine } from "./Width.ts"

export const explainedText = (rows: ReadonlyArray<Explained>, style: Style): string => {
  const lines = table(
    [
      { title: "SETTING", keeps: 26, cutsStart: true },
      { title: "VALUE", keeps: 12 },
      { title: "FROM", keeps: 16, cutsStart: true }
    ],
    rows.flatMap(({ key, over, shown, source }) => [
      [oneLine(key), oneLine(shown), oneLine(sourceText(source))],
      ...over.map((each) => ["  instead of", oneLine(each.shown), oneLine(sourceText(each.source))])
    ]),
    style
  )
  return `${lines.join("\n")}\n`
}

/** The stable shape of `config explain --json`. */
export const explainedJson = (
  rows: ReadonlyArray<Explained>,
  files: ReadonlyArray<string>,
  warnings: ReadonlyArray<string>
) => ({
  schema_version: 1,
  files,
  settings: rows.map(({ key, over, source, value }) => ({
    key,
    value,
    source: sourceJson(source),
    overridden: over.map((each) => ({ value: each.value, source: sourceJson(each.source) }))
  })),
  warnings
})

// internal

const sourceJson = (source: Source) => {
  switch (source._tag) {
    case "Default":
      return { kind: "default" }
    case "File":
      return { kind: source.by, file: source.file, line: source.line, column: source.column }
    case "Variable":
      return { kind: "variable", name: source.name }
    case "Flag":
      return { kind: "flag", name: source.name }
  }
}
