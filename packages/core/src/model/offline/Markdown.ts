/**
 * Text from files as Markdown shows it: unchanged to the eye, and unable to be anything but text.
 */

/** A code span that survives backticks inside, as Markdown wants it; control characters are shown, not sent. */
export const codeSpan = (text: string): string => {
  const clean = text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (char) =>
    char === "\t" ? " " : "\uFFFD"
  )
  const longest = Math.max(0, ...(clean.match(/`+/g) ?? []).map((run) => run.length))
  const fence = "`".repeat(longest + 1)
  return longest === 0 ? `\`${clean}\`` : `${fence} ${clean} ${fence}`
}

/** The most of a quoted line that is shown. */
export const quoteCharacters = 160

export const quote = (text: string): string => codeSpan(shortened(text.trim(), quoteCharacters))

/** At most so many characters, the last one an ellipsis if some are missing. */
export const shortened = (text: string, most: number): string => {
  const characters = Array.from(text)
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`
}
