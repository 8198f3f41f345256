/**
 * Names with what is said of each: names on the left, the values beside them, each folded under itself. Pure.
 */
import type { Style } from "./Style.ts"
import { foldTo, padTo, visible } from "./Width.ts"

export type Fact = readonly [name: string, values: ReadonlyArray<string>]

/** Names take `nameColumns`; one without a value is left out. Line breaks within a value stay. */
export const factLines = (facts: ReadonlyArray<Fact>, nameColumns: number, style: Style): ReadonlyArray<string> =>
  facts.flatMap(([name, values]) =>
    values
      .flatMap((value) => foldBeside(visible(value), nameColumns, style.columns))
      .map((line, index) => `${style.paint("dim", padTo(index === 0 ? name : "", nameColumns))}${line}`.trimEnd())
  )

/** Lines for the room that is left beside `taken` columns; at least some words fit on each. */
export const foldBeside = (text: string, taken: number, columns: number | undefined): ReadonlyArray<string> =>
  text
    .split("\n")
    .flatMap((line) => foldTo(line, columns === undefined ? undefined : Math.max(leastColumns, columns - taken)))

// internal

const leastColumns = 16
