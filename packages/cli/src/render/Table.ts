/**
 * Rows in aligned columns, as wide as they come or as a terminal has room for. Pure.
 *
 * Where there is too little room, columns of text give way first, the widest before the others, but none below what it
 * keeps. Then whole columns go, the least important first, and a line says which; at last texts are cut to a few
 * characters. Figures are never cut: a number without its end is another number.
 */
import type { Style } from "./Style.ts"
import { cutStartTo, cutTo, foldTo, padTo, widthOf } from "./Width.ts"

export interface Column {
  readonly title: string
  /** Numbers stand at the right of their column. */
  readonly right?: boolean
  /** Columns of the terminal that its cells keep while others can still go; without it they are never cut. */
  readonly keeps?: number
  /** The end of a cell says more than its beginning: that of a path. */
  readonly cutsStart?: boolean
  /** When whole columns have to go: the highest goes first. Without it the column stays. */
  readonly dispensable?: number
}

/** What a table needs to know of where it is shown. */
export type Room = Pick<Style, "columns" | "marks">

/** Lines with two spaces between the columns and none at the end. Cells are plain text on one line. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
  room?: Room
): ReadonlyArray<string> => {
  const all = columns.map((column, index) => {
    const cells = [column.title, ...rows.map((row) => row[index] ?? "")]
    return { ...column, cells, width: Math.max(...cells.map(widthOf)) }
  })
  if (room?.columns === undefined) return linesOf(all, "")
  const { columns: most, marks } = room
  const { left, shown } = fitting(all, most)
  const missing = left.length === 0 ? [] : foldTo(`no room for ${left.map(({ title }) => title).join(", ")}`, most)
  // On a terminal of a few columns even the rest is too wide.
  return [...linesOf(shown, marks.more).map((line) => cutTo(line, most, marks.more)), ...missing]
}

// internal

interface Filled extends Column {
  /** The title, then the cell of each row. */
  readonly cells: ReadonlyArray<string>
  readonly width: number
}

const between = 2

/** A text of fewer columns says nothing. */
const leastText = 4

const linesOf = (columns: ReadonlyArray<Filled>, mark: string): ReadonlyArray<string> =>
  (columns[0]?.cells ?? []).map((_, row) =>
    columns
      .map(({ cells, cutsStart, right, width }) => {
        const cell = (cutsStart === true ? cutStartTo : cutTo)(cells[row] ?? "", width, mark)
        return right === true ? " ".repeat(Math.max(0, width - widthOf(cell))) + cell : padTo(cell, width)
      })
      .join(" ".repeat(between))
      .trimEnd()
  )

const fitting = (columns: ReadonlyArray<Filled>, room: number) => {
  let shown = columns
  const left: Array<Filled> = []
  for (;;) {
    const narrow = narrowed(shown, room)
    const [least] = shown
      .filter(({ dispensable }) => dispensable !== undefined)
      .sort((a, b) => (b.dispensable ?? 0) - (a.dispensable ?? 0))
    if (widthOfAll(narrow) <= room || least === undefined) {
      const last = narrowed(narrow, room, leastText)
      return { shown: last, left: columns.filter((column) => left.includes(column)) }
    }
    left.push(least)
    shown = shown.filter((column) => column !== least)
  }
}

/** Takes from the widest column that may be cut, until all fit or none gives any more; `most` is what any may keep. */
const narrowed = (columns: ReadonlyArray<Filled>, room: number, most = room): ReadonlyArray<Filled> => {
  const widths = columns.map(({ width }) => width)
  for (let over = widthOfAll(columns) - room; over > 0; over -= 1) {
    const widest = columns.reduce((best, { keeps }, index) => {
      const width = widths[index] ?? 0
      return keeps !== undefined && width > Math.min(keeps, most) && width > (widths[best] ?? 0) ? index : best
    }, -1)
    if (widest < 0) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return columns.map((column, index) => ({ ...column, width: widths[index] ?? 0 }))
}

const widthOfAll = (columns: ReadonlyArray<Filled>): number =>
  columns.reduce((sum, { width }) => sum + width, between * Math.max(0, columns.length - 1))
