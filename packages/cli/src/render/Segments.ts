/**
 * A line in parts of their own colour, cut to the columns of a terminal before it is coloured. Pure.
 */
import type { Colour, Style } from "./Style.ts"
import { cutTo, widthOf } from "./Width.ts"

export interface Segment {
  readonly text: string
  readonly colour?: Colour
}

export const dim = (text: string): Segment => ({ text, colour: "dim" })

/** The line, at most `columns` wide. */
export const compose = (segments: ReadonlyArray<Segment>, columns: number, style: Style): string => {
  let left = columns
  let line = ""
  for (const { colour, text } of segments) {
    const width = widthOf(text)
    const part = width <= left ? text : cutTo(text, left, style.marks.more)
    line += colour === undefined ? part : style.paint(colour, part)
    left -= widthOf(part)
    if (width > left + widthOf(part)) break
  }
  return line
}
