/**
 * A help page as lines of a terminal: texts and rows are folded to its width, examples broken as a shell would take them.
 * The file that npm links uses it too, so it needs next to nothing. Pure.
 */
import { foldTo, padTo, widthOf } from "../render/Width.ts"

/** Blocks with an empty line between them. */
export type HelpPage = ReadonlyArray<ReadonlyArray<HelpLine>>

export type HelpLine =
  /** A paragraph. */
  | string
  /** A name, and what it means beside it. */
  | readonly [name: string, meaning: string]
  /** A line for a shell, below what it is for; "" for nothing. */
  | { readonly line: string; readonly what: string }

/** Where there is no terminal. */
export const usualColumns = 80

export const layOut = (page: HelpPage, columns: number): string => {
  const width = Math.max(leastColumns, Math.min(columns, mostColumns))
  return `${page.map((block) => blockLines(block, width).join("\n")).join("\n\n")}\n`
}

// internal

/** Longer lines are hard to read. */
const mostColumns = 100
const leastColumns = 20

/** Names that are longer stand above their meaning. */
const mostName = 32
/** Where meanings would have less room, all stand below their names. */
const leastMeaning = 24
const below = 6

const blockLines = (block: ReadonlyArray<HelpLine>, width: number): ReadonlyArray<string> => {
  const names = block.flatMap((line) => (Array.isArray(line) ? [widthOf(line[0])] : []))
  const beside = Math.max(0, ...names.filter((name) => name <= mostName)) + 4
  const column = width - beside < leastMeaning ? undefined : beside
  return block.flatMap((line) => {
    if (typeof line === "string") return foldTo(line, width)
    if ("line" in line) {
      const what = line.what === "" ? [] : foldTo(line.what, width - 4).map((part) => `  # ${part}`)
      return [...what, ...shellLines(line.line, width)]
    }
    return rowLines(line, width, column)
  })
}

const rowLines = (
  [name, meaning]: readonly [string, string],
  width: number,
  column: number | undefined
): ReadonlyArray<string> => {
  const indent = column ?? below
  const folded = foldTo(meaning, width - indent).map((part) => " ".repeat(indent) + part)
  const fits = column !== undefined && widthOf(name) + 4 <= column
  return fits
    ? [padTo(`  ${name}`, column) + (folded[0] ?? "").trimStart(), ...folded.slice(1)]
    : [`  ${name}`, ...folded]
}

/** Continued as a shell reads it, so that what is copied from a narrow terminal still works. */
const shellLines = (line: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let at = " "
  for (const part of line.match(shellParts) ?? []) {
    if (at.trim() !== "" && widthOf(at) + 1 + widthOf(part) > width - 2) {
      lines.push(`${at} \\`)
      at = "   "
    }
    at = `${at} ${part}`
  }
  return [...lines, at]
}

/** Words, each flag with the word behind it. Quotes may hold spaces. */
const shellParts = /(?:--?\w[\w-]* (?!-))?(?:[^\s"']|"[^"]*"|'[^']*')+/g
