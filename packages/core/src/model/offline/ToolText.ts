/**
 * Reads the text that the reading tools return. Results may have been cut to a budget anywhere, so a line that does not
 * have the expected form is skipped, never guessed at.
 */

export interface FoundLine {
  readonly path: string
  readonly line: number
  readonly text: string
}

/** `more`: the tool said that it left something out. */
export interface Listing<A> {
  readonly items: ReadonlyArray<A>
  readonly more: boolean
}

export interface Window {
  readonly lines: ReadonlyMap<number, string>
  /** Lines of the file after the last one shown. */
  readonly linesAfter: number
}

export interface Entry {
  readonly name: string
  readonly kind: "file" | "directory" | "link"
  readonly size: number
}

/** grep: `path:line:text`. */
export const foundLines = (text: string): Listing<FoundLine> => {
  const lines = split(text)
  const items: Array<FoundLine> = []
  for (const line of lines) {
    const [, path, number, rest] = /^(.+?):(\d+):(.*)$/.exec(line) ?? []
    if (path !== undefined && number !== undefined && !isNote(line)) {
      items.push({ path: withoutDot(path), line: Number(number), text: rest ?? "" })
    }
  }
  return { items, more: lines.some(isNote) }
}

/** glob: one path a line. */
export const paths = (text: string): Listing<string> => {
  const lines = split(text)
  return {
    items: lines.filter((line) => line !== "" && line !== "no files match" && !isNote(line)).map(withoutDot),
    more: lines.some(isNote)
  }
}

/** read_file: `N<TAB>text`. */
export const fileWindow = (text: string): Window => {
  const lines = new Map<number, string>()
  let linesAfter = 0
  for (const line of split(text)) {
    const [, number, content] = /^\s*(\d+)\t(.*)$/.exec(line) ?? []
    if (number !== undefined) lines.set(Number(number), content ?? "")
    const [, more] = /^\(… ([\d,]+) more lines?/.exec(line) ?? []
    if (more !== undefined) linesAfter = Number(more.replaceAll(",", ""))
  }
  return { lines, linesAfter }
}

/** list_dir: `name/`, `name<TAB>SIZE`, `name@`. */
export const entries = (text: string): ReadonlyArray<Entry> =>
  split(text).flatMap((line): Array<Entry> => {
    if (line === "" || isNote(line)) return []
    const [, name, size] = /^(.+)\t(\d+)$/.exec(line) ?? []
    if (name !== undefined) return [{ name, kind: "file", size: Number(size) }]
    if (line.endsWith("/")) return [{ name: line.slice(0, -1), kind: "directory", size: 0 }]
    return line.endsWith("@") ? [{ name: line.slice(0, -1), kind: "link", size: 0 }] : []
  })

// internal

const split = (text: string): ReadonlyArray<string> => text.split(/\r?\n/)
const isNote = (line: string): boolean => line.startsWith("(…")
const withoutDot = (path: string): string => (path.startsWith("./") ? path.slice(2) : path)
