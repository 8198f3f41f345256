/**
 * Text from files, names and programs, made safe to show: characters that move the cursor, hide text or reorder it
 * stand as `\u{…}`, so that a reader and a model see what is there.
 */

// C0 without tab and newline, DEL, C1, soft hyphen, bidi marks and overrides, zero-width space and joiners of words,
// line and paragraph separators, invisible operators, BOM, interlinear marks, tag characters. ZWJ and ZWNJ stay: they
// belong to ordinary words and emoji.
const hidden =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu

/** Most text has none, and to look for one takes a tenth of what a replacement takes that replaces nothing. */
const anyHidden = new RegExp(hidden.source, "u")

/** How an unsafe character is shown: `\u{1b}`. */
export const spelledOut = (character: string): string => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** Keeps tabs and newlines. */
export const visibleText = (text: string): string => (anyHidden.test(text) ? text.replace(hidden, spelledOut) : text)

/** For names and messages of one line: tabs and newlines are spelled out as well. */
export const visibleLine = (text: string): string => {
  const visible = visibleText(text)
  return /[\t\n]/.test(visible) ? visible.replace(/[\t\n]/g, spelledOut) : visible
}
