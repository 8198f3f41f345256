import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Line, type TextDiff, textDiff } from "../../src/changes/TextDiff.ts"

const signs = { same: " ", removed: "-", added: "+" } as const

const shown = ({ hunks }: TextDiff): ReadonlyArray<string> =>
  hunks.flatMap(({ after, before, lines }) => [
    `@@ ${before.start},${before.count} ${after.start},${after.count}`,
    ...lines.map(({ isOpen, kind, text }) => `${signs[kind]}${text}${isOpen ? "|" : ""}`)
  ])

const numbered = (count: number, changed: Readonly<Record<number, string>> = {}): string =>
  Array.from({ length: count }, (_, index) => `${changed[index + 1] ?? `line ${index + 1}`}\n`).join("")

/** The text that the diff leads to from `before`. */
const applied = (before: string, { hunks }: TextDiff): string => {
  const lines = before.match(/[^\n]*\n|[^\n]+/g) ?? []
  const textOf = ({ isOpen, text }: Line) => (isOpen ? text : `${text}\n`)
  let at = 0
  let out = ""
  for (const hunk of hunks) {
    const start = hunk.before.count === 0 ? hunk.before.start : hunk.before.start - 1
    out += lines.slice(at, start).join("")
    const old = hunk.lines.filter(({ kind }) => kind !== "added")
    expect(lines.slice(start, start + hunk.before.count)).toStrictEqual(old.map(textOf))
    out += hunk.lines
      .filter(({ kind }) => kind !== "removed")
      .map(textOf)
      .join("")
    at = start + hunk.before.count
  }
  return out + lines.slice(at).join("")
}

describe("a diff of two texts", () => {
  it("shows three lines around what differs, and joins what is close", () => {
    const before = numbered(30)
    const after = numbered(30, { 5: "five", 12: "twelve", 25: "25" })
    expect(shown(textDiff(before, after)).filter((line) => !line.startsWith(" "))).toStrictEqual([
      "@@ 2,14 2,14",
      "-line 5",
      "+five",
      "-line 12",
      "+twelve",
      "@@ 22,7 22,7",
      "-line 25",
      "+25"
    ])
  })

  it.each([
    ["a new text", "", "a\nb", ["@@ 0,0 1,2", "+a", "+b|"]],
    ["a text that goes", "a\n", "", ["@@ 1,1 0,0", "-a"]],
    ["a line feed that comes at the end", "a\nb", "a\nb\n", ["@@ 1,2 1,2", " a", "-b|", "+b"]],
    ["a line that is put in", "a\nc\n", "a\nb\nc\n", ["@@ 1,2 1,3", " a", "+b", " c"]],
    ["other ends of lines", "a\r\n", "a\n", ["@@ 1,1 1,1", "-a\r", "+a"]],
    ["a carriage return inside a line", "a\rb\n", "a\rc\n", ["@@ 1,1 1,1", "-a\rb", "+a\rc"]],
    ["the same text", "a\n", "a\n", []]
  ])("tells %s", (_, before, after, expected) => {
    expect(shown(textDiff(before, after))).toStrictEqual(expected)
  })

  it("counts lines, and comes to an end for long texts that have nothing in common", () => {
    const [before, after] = [numbered(20_000), numbered(20_000).replaceAll("line", "other")]
    const { added, hunks, removed } = textDiff(before, after)
    expect({ added, removed, hunks: hunks.length }).toStrictEqual({ added: 20_000, removed: 20_000, hunks: 1 })
  })

  const Text = Schema.Array(Schema.Literals(["a\n", "b\n", "c\r\n", "\n", "d"])).check(Schema.isMaxLength(40))
  it.effect.prop("leads from one text to the other, and back", [Text, Text], ([first, second]) =>
    Effect.sync(() => {
      const [before, after] = [first.join(""), second.join("")]
      expect(applied(before, textDiff(before, after))).toBe(after)
      expect(applied(after, textDiff(after, before))).toBe(before)
    })
  )
})
