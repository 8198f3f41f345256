import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { PlacedProblem } from "../../src/document/PlacedProblem.ts"
import { plainYaml } from "../../src/document/PlainYaml.ts"
import { parseYaml } from "../../src/document/Yaml.ts"

/** As the parser of all YAML reads it; undefined for what it refuses. */
const whole = (text: string) => {
  try {
    return parseYaml("x.yaml", text, 3)
  } catch (error) {
    if (error instanceof PlacedProblem) return undefined
    throw error
  }
}

const agrees = (text: string): void => {
  const plain = plainYaml(text, 3)
  if (plain !== undefined) expect(plain).toStrictEqual(whole(text))
}

const fixtures = join(import.meta.dirname, "..", "definition", "fixtures")

describe("plain YAML", () => {
  it.each([
    "a: x\n",
    "a: x y, z; (w) http://a.b/c?d=e\n",
    "a: 5\nb: true\nc: false\nd: 0\n",
    'a: "x: # y"\nb: \'it is "so"\'\n"c d": e\n',
    "a:\nb:\n",
    "a:\n  b:\n    c: x\n  d: y\ne: z\n",
    "a:\n  - x\n  - y z\nb:\n- u\n- 'v, w'\n",
    "a: [x, y z, 'q', \"r\", 7, true, ./s/**]\nb: []\n",
    "a:\n  - b: x\n    c: y\n  - d.e: [f]\n  - g\n",
    "a:\n  -   b: x\n      c: y\n",
    "# head\n\na: x\n\n  # between\nb: y\n\n\n",
    "a: Überprüfung\nb: 日本語の説明\n",
    "a: ./x\nb: ../y\nc: /z\n",
    "a:   x\n",
    "a: {b: c, d: 'e', f: 5}\nb: { c: d e }\nd: {}\n"
  ])("is read as the parser of all YAML reads it: %j", (text) => {
    expect(plainYaml(text, 3)).toStrictEqual(whole(text))
    expect(plainYaml(text, 3)).not.toBe(undefined)
  })

  it.each([
    "a: x # y\n",
    "a: x: y\n",
    "a: x:\n",
    "a: |\n  x\n",
    "a: &b x\nc: *b\n",
    "a: !!str 5\n",
    "a: {b: {c: d}}\n",
    "a: {b: c, b: d}\n",
    "a: {b}\n",
    "a: {b:c}\n",
    "a: [x, [y]]\n",
    "a: ['x, y']\n",
    "a: x\n  y\n",
    "a: x\na: y\n",
    "a: 'it''s'\n",
    'a: "\\n"\n',
    "a: -5\nb: 1.5\n",
    "a: ~\nb: null\nc: True\n",
    "a: .inf\n",
    "a: 007\n",
    "a: @x\n",
    "- a\n",
    " a: x\n",
    "---\na: x\n",
    "a: x\n...\n",
    "a:\tx\n",
    "a: x\r\nb: y\r\n",
    "a:\n    b: x\n  c: y\n",
    "a:\n  - - x\n",
    "a:\n  -\n    x\n",
    "a: x \n",
    "a:\n  - b: x\n  c: y\n",
    "? a\n: b\n",
    "a b: c\n",
    "",
    "# nothing\n"
  ])("is not what is more, or wrong: %j", (text) => {
    expect(plainYaml(text)).toBe(undefined)
  })

  it.each(readdirSync(fixtures).filter((name) => name.endsWith(".yaml")))("agrees on real definitions: %s", (name) => {
    agrees(readFileSync(join(fixtures, name), "utf8"))
  })

  it("is what definitions are mostly written in", () => {
    const read = (name: string) => plainYaml(readFileSync(join(fixtures, name), "utf8")) !== undefined
    expect(["code-reviewer.yaml", "researcher.yaml", "doc-writer.yaml"].map(read)).toStrictEqual([true, true, true])
  })

  const piece = Schema.Literals([
    ..."a b c.d e-f 5 0 1.5 -1 true null ~ x:y : ' \" [ ] , { } # | > & * ! % @ ` - ? . / ( ) \\".split(" "),
    ": ",
    "- ",
    " #",
    "[x, y]",
    "{ a: x, b: y }",
    "{a: 5}",
    "'q'",
    '"r"',
    "ü",
    "\u00a0",
    "\u2028",
    " "
  ])
  const line = Schema.Struct({
    indent: Schema.Literals([0, 0, 2, 2, 4, 1]),
    begin: Schema.Literals(["", "- ", "a: ", "b: ", "c:", "- d: ", "- e: ", "# "]),
    pieces: Schema.Array(piece).pipe(Schema.check(Schema.isMaxLength(4)))
  })

  it.prop("never reads what the parser of all YAML reads otherwise or refuses", [Schema.Array(line)], ([lines]) => {
    agrees(lines.map(({ begin, indent, pieces }) => `${" ".repeat(indent)}${begin}${pieces.join("")}\n`).join(""))
  })
})
