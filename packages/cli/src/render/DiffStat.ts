/**
 * Files with the number of lines that a run changed in them, a line each. Pure.
 */
import type { FilePatch } from "@deputize/core/changes/FilePatch"
import { count, plural } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { cutStartTo, oneLine, padTo, widthOf } from "./Width.ts"

export const statText = (patches: ReadonlyArray<FilePatch>, style: Style): string => {
  if (patches.length === 0) return ""
  const rows = patches.map(rowOf)
  const room = style.columns ?? usualColumns
  const figures = Math.max(...rows.map(({ figure, isBytes }) => (isBytes === true ? 1 : figure.length)))
  const beside = " ".length + " | ".length + figures + " ".length
  const most = Math.max(...rows.map(({ added, removed }) => added + removed))
  const names = Math.min(
    Math.max(...rows.map(({ name }) => widthOf(name))),
    Math.max(leastName, room - beside - Math.min(most, leastBar))
  )
  const scale = Math.min(1, Math.max(leastBar, room - beside - names) / Math.max(1, most))
  const lines = rows.map(({ added, figure, isBytes, name, removed }) => {
    const shown = padTo(cutStartTo(name, names, style.marks.more), names)
    const bar =
      style.paint("green", "+".repeat(marks(added, scale))) + style.paint("red", "-".repeat(marks(removed, scale)))
    return ` ${shown} | ${isBytes === true ? figure : figure.padStart(figures)} ${bar}`.trimEnd()
  })
  return `${[...lines, ` ${total(patches)}`].join("\n")}\n`
}

/** `3 files changed, 10 lines added, 2 removed` */
export const total = (patches: ReadonlyArray<FilePatch>): string => {
  const { added, removed } = linesOf(patches)
  return `${plural(patches.length, "file")} changed, ${plural(added, "line")} added, ${count(removed)} removed`
}

/** Lines of all texts among them. */
export const linesOf = (patches: ReadonlyArray<FilePatch>): { readonly added: number; readonly removed: number } => {
  const texts = patches.flatMap(({ content }) => (content._tag === "Text" ? [content] : []))
  return {
    added: texts.reduce((sum, { added }) => sum + added, 0),
    removed: texts.reduce((sum, { removed }) => sum + removed, 0)
  }
}

// internal

/** Of what is no terminal. */
const usualColumns = 80
const leastName = 20
const leastBar = 10

interface Row {
  readonly name: string
  readonly figure: string
  /** No number of lines: it may be wider than its column. */
  readonly isBytes?: boolean
  readonly added: number
  readonly removed: number
}

const rowOf = ({ content, from, path }: FilePatch): Row => {
  const name = from === null ? oneLine(path) : `${oneLine(from)} => ${oneLine(path)}`
  switch (content._tag) {
    case "Text":
      return { name, figure: count(content.added + content.removed), added: content.added, removed: content.removed }
    case "Binary":
      return { ...noLines, name, isBytes: true, figure: `${size(content.before)} -> ${size(content.after)} bytes` }
    case "Same":
      return { ...noLines, name, figure: "0" }
    case "Missing":
      return { ...noLines, name, figure: "?" }
  }
}

const noLines = { added: 0, removed: 0 }

const size = (bytes: Uint8Array | null): string => count(bytes?.length ?? 0)

/** A mark at least for what is more than nothing. */
const marks = (lines: number, scale: number): number => (lines === 0 ? 0 : Math.max(1, Math.floor(lines * scale)))
