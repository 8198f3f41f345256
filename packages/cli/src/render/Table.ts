/**
 * Rows in aligned columns. Pure.
 */
import { padTo, widthOf } from "./Width.ts"

export interface Column {
  readonly title: string
  /** Numbers stand at the right of their column. */
  readonly right?: boolean
}

/** Lines with two spaces between the columns and none at the end. Cells are plain text on one line. */
export const table = (
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>
): ReadonlyArray<string> => {
  const lines = [columns.map(({ title }) => title), ...rows]
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => widthOf(cells[index] ?? ""))))
  return lines.map((cells) =>
    columns
      .map(({ right }, index) => {
        const cell = cells[index] ?? ""
        const width = widths[index] ?? 0
        return right === true ? " ".repeat(Math.max(0, width - widthOf(cell))) + cell : padTo(cell, width)
      })
      .join("  ")
      .trimEnd()
  )
}
