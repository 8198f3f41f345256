/**
 * Patches as `git apply` reads them, a line each with what it is, so that a view can colour them. Pure.
 */
import { binaryPatch } from "./BinaryPatch.ts"
import type { FilePatch } from "./FilePatch.ts"
import type { Hunk, Line } from "./TextDiff.ts"

export interface PatchLine {
  readonly kind: "file" | "hunk" | "same" | "removed" | "added" | "note"
  /** Without a line feed. */
  readonly text: string
}

/** None for a file whose bytes are missing. `binary` says how bytes are shown that are no text. */
export const patchLines = (patch: FilePatch, binary: "whole" | "named"): ReadonlyArray<PatchLine> => {
  const { content, from, kind, path } = patch
  if (content._tag === "Missing") return []
  const [old, now] = [quoted(`a/${from ?? path}`), quoted(`b/${path}`)]
  const head = [`diff --git ${old} ${now}`, ...modeLines(patch)]
  if (from !== null) head.push("similarity index 100%", `rename from ${quoted(from)}`, `rename to ${quoted(path)}`)
  if (content._tag === "Same") return head.map(as("file"))
  const [before, after] = [kind === "created" ? "/dev/null" : old, kind === "removed" ? "/dev/null" : now]
  if (content._tag === "Binary") {
    if (binary === "named") return [...head, `Binary files ${before} and ${after} differ`].map(as("file"))
    return [...head, ...binaryPatch(content.before, content.after)].map(as("file"))
  }
  // A file without lines that comes or goes has nothing that differs.
  const names = content.hunks.length === 0 ? [] : [`--- ${ended(before)}`, `+++ ${ended(after)}`]
  return [...[...head, ...names].map(as("file")), ...content.hunks.flatMap(hunkLines)]
}

// internal

const as =
  (kind: PatchLine["kind"]) =>
  (text: string): PatchLine => ({ kind, text })

const modeLines = ({ executable: { after, before }, kind }: FilePatch): ReadonlyArray<string> => {
  if (kind === "created") return [`new file mode ${gitMode(after)}`]
  if (kind === "removed") return [`deleted file mode ${gitMode(before)}`]
  return before === null || after === null || before === after
    ? []
    : [`old mode ${gitMode(before)}`, `new mode ${gitMode(after)}`]
}

const gitMode = (executable: boolean | null): string => (executable === true ? "100755" : "100644")

const hunkLines = ({ after, before, lines }: Hunk): ReadonlyArray<PatchLine> => [
  { kind: "hunk", text: `@@ -${rangeText(before)} +${rangeText(after)} @@` },
  ...lines.flatMap((line): ReadonlyArray<PatchLine> => {
    const shown = { kind: line.kind, text: `${signs[line.kind]}${line.text}` }
    return line.isOpen ? [shown, { kind: "note", text: "\\ No newline at end of file" }] : [shown]
  })
]

const rangeText = ({ count, start }: Hunk["before"]): string => (count === 1 ? `${start}` : `${start},${count}`)

const signs: Readonly<Record<Line["kind"], string>> = { same: " ", removed: "-", added: "+" }

/** A tab ends a name with spaces in it. */
const ended = (name: string): string => (name.includes(" ") && !name.startsWith('"') ? `${name}\t` : name)

/** As git writes names that would end a line or a quotation. */
const quoted = (name: string): string =>
  needsQuotes.test(name)
    ? `"${name.replace(/["\\\u0000-\u001f\u007f]/g, (character) => escapes[character] ?? octal(character))}"`
    : name

const needsQuotes = /["\\\u0000-\u001f\u007f]/

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\u0007": "\\a",
  "\b": "\\b",
  "\t": "\\t",
  "\n": "\\n",
  "\u000b": "\\v",
  "\f": "\\f",
  "\r": "\\r"
}

const octal = (character: string): string => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`
