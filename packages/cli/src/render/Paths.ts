/**
 * Files and folders of ours, with whether they are there, for people and as data. Pure.
 */
import type { KnownPath } from "../config/KnownPath.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { oneLine } from "./Width.ts"

export const pathsText = (paths: ReadonlyArray<KnownPath>, style: Style): string => {
  const lines = table(
    [
      { title: "NAME" },
      { title: "PATH", keeps: 16, cutsStart: true },
      { title: "THERE" },
      { title: "WHAT IT HOLDS", keeps: 12, dispensable: 1 }
    ],
    paths.map(({ about, exists, name, path }) => [
      name,
      path === null ? "none: there is no home folder" : oneLine(path),
      exists ? "yes" : "no",
      about
    ]),
    style
  )
  return `${lines.join("\n")}\n`
}

/** The stable shape of `config path --json`. */
export const pathsJson = (paths: ReadonlyArray<KnownPath>) => ({
  schema_version: 1,
  paths: paths.map(({ exists, name, path }) => ({ name, path, exists }))
})
