/**
 * The patch format that models of several makers are trained on: files to add, delete, update and move, with hunks that
 * are found by their context and not by line numbers. Pure: reads a patch, applies hunks to a text.
 *
 *   *** Begin Patch
 *   *** Update File: src/a.ts
 *   *** Move to: src/b.ts
 *   @@ function f() {
 *    unchanged
 *   -old
 *   +new
 *   *** Add File: src/c.ts
 *   +its text
 *   *** Delete File: src/d.ts
 *   *** End Patch
 */
import * as Result from "effect/Result"

export interface Hunk {
  /** A line to begin the search at: what stood after `@@`; "" for anywhere. */
  readonly anchor: string
  /** Unchanged, removed and added lines. */
  readonly lines: ReadonlyArray<HunkLine>
  /** The hunk's last line is the file's last. */
  readonly atEnd: boolean
}

interface HunkLine {
  readonly sign: " " | "-" | "+"
  readonly text: string
}

export type FilePatch =
  | { readonly _tag: "Add"; readonly path: string; readonly text: string }
  | { readonly _tag: "Delete"; readonly path: string }
  | {
      readonly _tag: "Update"
      readonly path: string
      readonly moveTo: string | undefined
      readonly hunks: ReadonlyArray<Hunk>
    }

/** The files of a patch in order, or what is wrong with it, with the line. */
export const parse = (patch: string): Result.Result<ReadonlyArray<FilePatch>, string> => {
  const lines = patch.replace(/\r\n/g, "\n").split("\n")
  while (lines.at(-1)?.trim() === "") lines.pop()
  const first = lines.findIndex((line) => line.trim() !== "")
  if (lines[first]?.trim() !== "*** Begin Patch") return Result.fail("the patch does not begin with *** Begin Patch")
  if (lines.at(-1)?.trim() !== "*** End Patch") return Result.fail("the patch does not end with *** End Patch")
  const files: Array<FilePatch> = []
  let at = first + 1
  while (at < lines.length - 1) {
    const [, kind, path] = /^\*\*\* (Add|Delete|Update) File: (.+)$/.exec(lines[at] ?? "") ?? []
    if (kind === undefined || path === undefined) {
      return Result.fail(`line ${at + 1} is none of *** Add File:, *** Update File:, *** Delete File:`)
    }
    let end = at + 1
    while (end < lines.length - 1 && !/^\*\*\* (Add|Delete|Update) File: /.test(lines[end] ?? "")) end++
    const file = fileOf(kind, path.trim(), lines.slice(at + 1, end), at + 2)
    if (Result.isFailure(file)) return Result.fail(file.failure)
    files.push(file.success)
    at = end
  }
  return files.length === 0 ? Result.fail("the patch changes nothing") : Result.succeed(files)
}

/**
 * The text with all hunks applied, or which one does not fit. Lines that stay are as they were, their ends included, also
 * where a hunk spells them otherwise. What is added ends as the line that it replaces, or else as the one before it.
 */
export const apply = (text: string, hunks: ReadonlyArray<Hunk>): Result.Result<string, string> => {
  const lines = linesOf(text)
  const texts = lines.map((line) => line.text)
  const out: Array<ReadonlyArray<TextLine>> = []
  let from = 0
  for (const [index, hunk] of hunks.entries()) {
    const place = find(texts, hunk, from)
    if (place === undefined) {
      const shown = stated(hunk)[0] ?? hunk.anchor
      return Result.fail(
        `hunk ${index + 1} does not fit: its lines, beginning with ${JSON.stringify(shown)}, do not stand there in this order`
      )
    }
    out.push(lines.slice(from, place))
    from = place
    let replaced: Array<string> = []
    for (const { sign, text } of hunk.lines) {
      if (sign === "+") {
        out.push([{ text, end: replaced.shift() ?? "" }])
        continue
      }
      const line = lines[from++]
      if (line === undefined) continue
      if (sign === "-") replaced.push(line.end)
      else {
        out.push([line])
        replaced = []
      }
    }
  }
  out.push(lines.slice(from))
  return Result.succeed(joined(out.flat(), text === "" || text.endsWith("\n")))
}

// internal

interface TextLine {
  readonly text: string
  /** Empty: as that of the line before. */
  readonly end: string
}

const linesOf = (text: string): ReadonlyArray<TextLine> =>
  (text === "" ? [] : text.split(/(?<=\n)/)).map((line) => {
    const end = line.endsWith("\r\n") ? "\r\n" : line.endsWith("\n") ? "\n" : ""
    return { text: line.slice(0, line.length - end.length), end }
  })

const joined = (lines: ReadonlyArray<TextLine>, isEnded: boolean): string => {
  let last = lines.find(({ end }) => end !== "")?.end ?? "\n"
  return lines
    .map(({ end, text }, index) => {
      if (end !== "") last = end
      return isEnded || index < lines.length - 1 ? text + last : text
    })
    .join("")
}

/** The lines that a hunk says stand there. */
const stated = ({ lines }: Hunk): ReadonlyArray<string> =>
  lines.flatMap(({ sign, text }) => (sign === "+" ? [] : [text]))

const fileOf = (
  kind: string,
  path: string,
  body: ReadonlyArray<string>,
  firstLine: number
): Result.Result<FilePatch, string> => {
  if (kind === "Delete") {
    const extra = body.findIndex((line) => line.trim() !== "")
    return extra < 0
      ? Result.succeed({ _tag: "Delete", path })
      : Result.fail(`line ${firstLine + extra}: *** Delete File takes no lines`)
  }
  if (kind === "Add") {
    const wrong = body.findIndex((line) => !line.startsWith("+"))
    if (wrong >= 0) return Result.fail(`line ${firstLine + wrong}: every line of a new file begins with +`)
    return Result.succeed({ _tag: "Add", path, text: body.map((line) => `${line.slice(1)}\n`).join("") })
  }
  const [, moveTo] = /^\*\*\* Move to: (.+)$/.exec(body[0] ?? "") ?? []
  const skipped = moveTo === undefined ? 0 : 1
  return Result.flatMap(hunksOf(body.slice(skipped), firstLine + skipped), (hunks) =>
    hunks.length === 0 && moveTo === undefined
      ? Result.fail(`line ${firstLine}: *** Update File: ${path} has no hunk`)
      : Result.succeed({ _tag: "Update" as const, path, moveTo: moveTo?.trim(), hunks })
  )
}

const hunksOf = (body: ReadonlyArray<string>, firstLine: number): Result.Result<ReadonlyArray<Hunk>, string> => {
  const hunks: Array<{ anchor: string; lines: Array<HunkLine>; atEnd: boolean }> = []
  for (const [index, line] of body.entries()) {
    if (line.startsWith("@@")) {
      // `@@ -1,2 +1,2 @@` of a unified diff names lines by number, which nothing is found by.
      const anchor = line.slice(2).replace(/^ /, "")
      hunks.push({ anchor: /^-\d.*@@/.test(anchor) ? "" : anchor, lines: [], atEnd: false })
      continue
    }
    if (hunks.length === 0) hunks.push({ anchor: "", lines: [], atEnd: false })
    const hunk = hunks.at(-1)
    const text = line.slice(1)
    if (hunk === undefined) continue
    if (line === "*** End of File") hunk.atEnd = true
    else if (line === "" || line.startsWith(" ")) hunk.lines.push({ sign: " ", text })
    else if (line.startsWith("-")) hunk.lines.push({ sign: "-", text })
    else if (line.startsWith("+")) hunk.lines.push({ sign: "+", text })
    else return Result.fail(`line ${firstLine + index} begins with none of space, -, +, @@`)
  }
  return Result.succeed(hunks)
}

/** How exactly lines have to agree: to the letter, then without the blanks at their ends, then without those around them. */
const likenesses: ReadonlyArray<(line: string) => string> = [
  (line) => line,
  (line) => line.trimEnd(),
  (line) => line.trim()
]

const find = (lines: ReadonlyArray<string>, hunk: Hunk, from: number): number | undefined => {
  const { anchor, atEnd } = hunk
  const before = stated(hunk)
  for (const like of likenesses) {
    const start = anchor === "" ? from : behind(lines, like, anchor, from)
    if (start === undefined) continue
    if (before.length === 0) return anchor === "" && hunk.lines.length > 0 ? lines.length : start
    const wanted = before.map(like)
    const last = lines.length - before.length
    for (let place = atEnd ? Math.max(start, last) : start; place <= last; place++) {
      if (wanted.every((line, index) => like(lines[place + index] ?? "") === line)) return place
    }
  }
  return undefined
}

/** The place after the line that is the anchor. */
const behind = (
  lines: ReadonlyArray<string>,
  like: (line: string) => string,
  anchor: string,
  from: number
): number | undefined => {
  const index = lines.findIndex((line, at) => at >= from && like(line) === like(anchor))
  return index < 0 ? undefined : index + 1
}
