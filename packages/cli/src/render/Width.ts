/**
 * Text in columns of a terminal: wide characters take two, and what could move the cursor is made visible. Pure.
 */
import { visibleText } from "@deputize/core/domain/VisibleText"
import fastWidth from "fast-string-truncated-width"

/** Escapes what a terminal would obey instead of show; line breaks and tabs stay. */
export const visible = (text: string): string => visibleText(text.replace(/\r\n/g, "\n"))

/** On one line: every run of white space is one space. */
export const oneLine = (text: string): string => visible(text.replace(/\s+/g, " ").trim())

/** Columns that the text takes on one line of a terminal. */
export const widthOf = (text: string): number => (plain.test(text) ? text.length : fastWidth(text).width)

/** Fills up with spaces to `columns`; longer text stays as it is. */
export const padTo = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - widthOf(text)))

/** Cuts to `columns` between characters as readers see them, and says so with `mark`. */
export const cutTo = (text: string, columns: number, mark: string): string => {
  if (widthOf(text) <= columns) return text
  const room = columns - widthOf(mark)
  return room < 0 ? text.slice(0, fitting(text, columns)) : text.slice(0, fitting(text, room)).trimEnd() + mark
}

/** The end of the text that fits into `columns`, behind `mark` when something is left out. */
export const cutStartTo = (text: string, columns: number, mark: string): string => {
  if (widthOf(text) <= columns) return text
  const room = columns - widthOf(mark)
  if (room < 0) return ""
  // A start further to the right leaves less text: the first that fits is found by halving, but for joined characters,
  // which may be wider in parts.
  let [from, to] = [0, text.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (widthOf(text.slice(middle)) <= room) to = middle
    else from = middle + 1
  }
  const end = () => text.slice(from).replace(continued, "").trimStart()
  while (widthOf(end()) > room) from += 1
  return mark + end()
}

/** Lines of at most `columns`, broken where a terminal would break them. */
export const wrapTo = (text: string, columns: number): ReadonlyArray<string> =>
  text.split("\n").flatMap((line) => {
    const rows: Array<string> = []
    let rest = line.replaceAll("\t", "    ")
    while (widthOf(rest) > columns) {
      const end = Math.max(1, fitting(rest, columns))
      rows.push(rest.slice(0, end))
      rest = rest.slice(end)
    }
    return [...rows, rest]
  })

/**
 * Lines of at most `columns`, broken between words, and between characters of scripts that write none apart. A word that
 * is longer stays whole on a line of its own: it may be a path, which is copied. One line where `columns` is undefined.
 */
export const foldTo = (text: string, columns: number | undefined): ReadonlyArray<string> => {
  if (columns === undefined || widthOf(text) <= columns) return [text]
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    const pieces = plain.test(word) ? [word] : (word.match(piecesOfWord) ?? [""])
    for (const [index, piece] of pieces.entries()) {
      const joined = index === 0 && line !== "" ? `${line} ${piece}` : line + piece
      if (line !== "" && widthOf(joined) > columns) {
        lines.push(line)
        line = piece
      } else line = joined
    }
  }
  return [...lines, line]
}

// internal

/** One column for each character. Asked first: to compile what knows all scripts takes longer than most texts. */
const plain = /^[\x20-\x7e]*$/

/** Each character of a script that is broken anywhere, with its marks and the punctuation behind it; the rest as it is. */
const piecesOfWord =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}][\p{M}、。，．！？」』）ー]*|[^\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu

/** How much of the beginning fits. The measure is right for whole texts, but may cut a mixed one too late. */
const fitting = (text: string, columns: number): number => {
  let end = fastWidth(text, { limit: Math.max(0, columns) }).index
  while (end > 0 && widthOf(text.slice(0, end)) > columns)
    end -= text.slice(0, end).match(lastCharacter)?.[0].length ?? 1
  return end
}

/** With all that is joined to it. */
const lastCharacter = /(?:\P{M}\u200d)*\P{M}(?:\p{M}|\p{Emoji_Modifier})*$/u

/** What belongs to the character before it: the second half of a pair, marks, joiners. */
const continued = /^(?:[\uDC00-\uDFFF]|\p{M}|\u200d|\p{Emoji_Modifier})+/u
