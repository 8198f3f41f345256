/**
 * What the YAML parser finds wrong, in words for users. Pure.
 */

/** Problem and fix of what the parser says. */
export const inWords = (code: string, message: string): readonly [problem: string, fix: string] => {
  switch (code) {
    case "TAB_AS_INDENT":
      return ["a tab indents this line", "Indent with spaces."]
    case "MULTIPLE_DOCS":
      return ["the file holds more than one YAML document", "Keep what is before the line of ---."]
    case "BAD_INDENT":
      return [firstSentence(message), "Indent what belongs together by the same number of spaces."]
    case "TAG_RESOLVE_FAILED":
      return [firstSentence(message), "Remove the tag (!name)."]
    default:
      return [firstSentence(message), "Mend the YAML at this place."]
  }
}

// internal

const firstSentence = (message: string): string => {
  if (message.startsWith("Maximum call stack")) return "nested too deeply"
  const [sentence = message] = message.split(/ at line \d+|\n/)
  return sentence.replace(/:$/, "").replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())
}
