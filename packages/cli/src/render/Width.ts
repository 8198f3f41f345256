/**
 * Text in columns of a terminal: wide characters take two, and what could move the cursor is made visible. Pure.
 */
import fastWidth from "fast-string-truncated-width"

/** Escapes what a terminal would obey instead of show; line breaks and tabs stay. */
export const visible = (text: string): string =>
  text.replace(/\r\n/g, "\n").replace(unsafe, (char) => {
    const code = char.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`
  })

/** On one line: every run of white space is one space. */
export const oneLine = (text: string): string => visible(text.replace(/\s+/g, " ").trim())

/** Columns that the text takes on one line of a terminal. */
export const widthOf = (text: string): number => fastWidth(text).width

/** Fills up with spaces to `columns`; longer text stays as it is. */
export const padTo = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - widthOf(text)))

/** Cuts to `columns` between characters as readers see them, and says so with `mark`. */
export const cutTo = (text: string, columns: number, mark: string): string => {
  const { ellipsed, index } = fastWidth(text, { limit: columns, ellipsis: mark })
  return ellipsed ? text.slice(0, index).trimEnd() + mark : text.slice(0, index)
}

// internal

/** C0 and C1 controls but tab and line feed, line separators, and the marks that reorder text. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g
