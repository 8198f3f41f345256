/**
 * What became of files that a command wrote for the user, and what to try next. Pure.
 */

import type { Style } from "./Style.ts"
import { padTo, visible } from "./Width.ts"

interface Imported {
  readonly name: string
  readonly path: string
  readonly format: string
  readonly warnings: ReadonlyArray<string>
}

interface Begun {
  readonly written: ReadonlyArray<string>
  readonly kept: ReadonlyArray<string>
  readonly agent: string
}

export const importedText = ({ format, name, path }: Imported, style: Style): string =>
  `${style.paint("green", style.marks.done)} ${name} is in ${path} (it was ${format})\n`

/** What was lost on the way, and where to look. */
export const lostText = ({ name, warnings }: Imported, style: Style): string =>
  [
    ...(warnings.length === 0 ? [] : ["Not carried over, or without effect here:"]),
    ...warnings.map((warning) => `  ${visible(warning)}`),
    `${style.paint("dim", "next")}  deputize agents show ${name}`,
    ""
  ].join("\n")

export const begunText = ({ kept, written }: Begun, style: Style): string =>
  [
    ...written.map((path) => `${style.paint("green", padTo("wrote", 7))}${path}`),
    ...kept.map((path) => `${style.paint("dim", padTo("kept", 7))}${path}`),
    ""
  ].join("\n")

export const nextText = ({ agent }: Begun, style: Style): string =>
  [
    "",
    "Try next:",
    ...[
      [`deputize agents show ${agent}`, "what the agent may do"],
      [`deputize delegate ${agent} "Where do I begin?"`, "give it a goal"],
      ["deputize agents validate", "after you changed a definition"],
      ["deputize config explain", "what is configured, and why"]
    ].map(([line = "", what = ""]) => `  ${padTo(line, 58)}${style.paint("dim", what)}`),
    ""
  ].join("\n")
