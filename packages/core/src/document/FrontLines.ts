/**
 * Where the front matter of a Markdown file ends: the lines between two lines `---` at its top, whatever they say.
 */
import { type Place, start } from "./Place.ts"
import { PlacedProblem } from "./PlacedProblem.ts"

export interface FrontLines {
  /** The lines between the fences; the first is line 2 of the file. */
  readonly front: ReadonlyArray<string>
  /** What follows, with LF line ends. */
  readonly body: string
  /** Where the body begins. */
  readonly bodyPlace: Place
}

/** The line of a file on which its front matter begins. */
export const frontLine = 2

/** Throws PlacedProblem. */
export const cutFrontMatter = (file: string, text: string): FrontLines => {
  const lines = text.split(/\r\n|\n|\r/)
  const end = lines.findIndex((line, index) => index > 0 && isFence(line))
  if (!isFence(lines[0] ?? "") || end < 0) {
    throw new PlacedProblem({
      file,
      ...start,
      field: "",
      problem: isFence(lines[0] ?? "") ? "the front matter has no end" : "the file does not begin with front matter",
      fix: "Begin with a line `---`, then `name: …` and `description: …`, then a line `---`."
    })
  }
  return { front: lines.slice(1, end), body: lines.slice(end + 1).join("\n"), bodyPlace: { line: end + 2, column: 1 } }
}

// internal

const isFence = (line: string): boolean => /^---[ \t]*$/.test(line)
