/**
 * Text in columns of a terminal: wide characters take two, and what could move the cursor is made visible. Pure.
 *
 * The rules are those of the string-width package (the tests hold them against it). It is not used itself because merely
 * loading it builds expressions and a segmenter for 20 ms, as long as Node takes to start; here only a text that needs
 * them pays for them.
 */

/** Escapes what a terminal would obey instead of show; line breaks and tabs stay. */
export const visible = (text: string): string =>
  text.replace(/\r\n/g, "\n").replace(unsafe, (char) => {
    const code = char.codePointAt(0) ?? 0
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`
  })

/** On one line: every run of white space is one space. */
export const oneLine = (text: string): string => visible(text.replace(/\s+/g, " ").trim())

/** Columns that the text takes on one line of a terminal. */
export const widthOf = (text: string): number => {
  if (!notAscii.test(text)) return text.length
  let columns = 0
  for (const part of charactersOf(text)) columns += clusterWidth(part)
  return columns
}

/** Fills up with spaces to `columns`; longer text stays as it is. */
export const padTo = (text: string, columns: number): string => text + " ".repeat(Math.max(0, columns - widthOf(text)))

/** Cuts to `columns` between characters as readers see them, and says so with `mark`. */
export const cutTo = (text: string, columns: number, mark: string): string => {
  if (widthOf(text) <= columns) return text
  const room = columns - widthOf(mark)
  let kept = ""
  let used = 0
  for (const part of charactersOf(text)) {
    used += clusterWidth(part)
    if (used > room) break
    kept += part
  }
  return kept.trimEnd() + mark
}

// internal

/** C0 and C1 controls but tab and line feed, line separators, and the marks that reorder text. */
const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

const notAscii = /[^ -~]/
/** What may join its neighbours to one character on the screen. */
const needsClusters =
  /[\p{M}\p{Cf}\p{Emoji_Modifier}\p{Regional_Indicator}\u{1100}-\u{11ff}\u{a960}-\u{a97c}\u{d7b0}-\u{d7fb}]/u
const invisible = /^[\p{Default_Ignorable_Code_Point}\p{Cc}\p{Mn}\p{Me}\u{70f}\u{fff9}-\u{fffb}]$/u
const emoji =
  /^(?:\p{Emoji_Presentation}(?!\u{fe0e})|\p{Emoji}\u{fe0f}|\p{Extended_Pictographic}.*\u{200d}\p{Extended_Pictographic})/u
const hangul = /^[\u{1100}-\u{11ff}\u{a960}-\u{a97c}\u{ac00}-\u{d7fb}]/u

/** East Asian wide and fullwidth; emoji are told by their own property. First and last code points. */
const wide: ReadonlyArray<readonly [number, number]> = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x3247],
  [0x3250, 0xa4c6],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6b],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x1b2fb],
  [0x1d300, 0x1d376],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd]
]

let segmenter: Intl.Segmenter | undefined
/** What a reader sees as characters, one each. */
const charactersOf = (text: string): Iterable<string> => {
  if (!needsClusters.test(text)) return text
  segmenter ??= new Intl.Segmenter()
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

const clusterWidth = (cluster: string): number => {
  if (emoji.test(cluster)) return 2
  // The letters of a Hangul syllable are drawn into one block.
  if (hangul.test(cluster)) return codePointWidth(cluster)
  let columns = 0
  for (const char of cluster) {
    if (char === "\u200d") break
    columns += codePointWidth(char)
  }
  return columns
}

const codePointWidth = (char: string): number => {
  const code = char.codePointAt(0) ?? 0
  if (code < 0x300) return invisible.test(char) ? 0 : 1
  if (wide.some(([first, last]) => code >= first && code <= last)) return invisible.test(char) ? 0 : 2
  return invisible.test(char) ? 0 : 1
}
