import { describe, expect, it } from "@effect/vitest"
import { plain, type Value } from "../../src/document/Value.ts"
import { parseYaml, readYaml } from "../../src/document/Yaml.ts"
import { problemOf } from "./Problems.ts"

const toldOf = (value: Value) =>
  value._tag === "Scalar" ? [value.value, ...(value.written === undefined ? [] : [value.written])] : value._tag

const problem = (text: string) => problemOf(() => parseYaml("x.yaml", text))

describe("YAML", () => {
  it("is read with the place of each key and value", () => {
    expect(parseYaml("x.yaml", "a: 1\nb:\n  - x\n  - {c: true}\n", 3)).toStrictEqual({
      warnings: [],
      root: {
        _tag: "Mapping",
        place: { line: 3, column: 1 },
        entries: [
          {
            key: "a",
            place: { line: 3, column: 1 },
            value: { _tag: "Scalar", place: { line: 3, column: 4 }, value: 1 }
          },
          {
            key: "b",
            place: { line: 4, column: 1 },
            value: {
              _tag: "List",
              place: { line: 5, column: 3 },
              items: [
                { _tag: "Scalar", place: { line: 5, column: 5 }, value: "x" },
                {
                  _tag: "Mapping",
                  place: { line: 6, column: 5 },
                  entries: [
                    {
                      key: "c",
                      place: { line: 6, column: 6 },
                      value: { _tag: "Scalar", place: { line: 6, column: 9 }, value: true }
                    }
                  ]
                }
              ]
            }
          }
        ]
      }
    })
  })

  it("means what YAML 1.2 says, whatever version it asks for, and gives aliases their values", () => {
    const text = "%YAML 1.1\n---\na: no\nday: 2001-01-01\nl: {<<: 5}\nn: .inf\nx: &x [1]\ny: *x\nx2: &x 2\nz: *x\n"
    expect(plain(parseYaml("x.yaml", text).root)).toStrictEqual({
      a: "no",
      day: "2001-01-01",
      l: { "<<": 5 },
      n: null,
      x: [1],
      y: [1],
      x2: 2,
      z: 2
    })
  })

  it.each([
    ["an open quote", "goal: 'open\n", "2:1: missing closing 'quote"],
    ["a tab as indentation", "tools:\n\tmcp: []\n", "2:1: a tab indents this line"],
    ["a key given twice", "name: a\nname: b\n", "2:1: name: given twice"],
    ["a key given twice below", "a:\n  b: {c: 1, c: 2}\n", "2:13: a.b.c: given twice"],
    ["a key that is a list", "name: a\n? [b]\n: c\n", "2:3: a key that is not a text"],
    ["two documents", "name: a\n---\nname: b\n", "2:1: the file holds more than one YAML document"],
    ["nothing", "", "1:1: the file is empty"],
    ["a list", "- a\n", "1:1: the file is not a mapping of keys to values"],
    ["keys that would move the cursor", 'a: {"\\e[2J": 1, "\\e[2J": 2}\n', "1:17: a.\\u{1b}[2J: given twice"],
    ["aliases of themselves", "k: &a [*a]", "1:8: its aliases (*name) expand to too much"],
    [
      "aliases without number",
      `k: &a 1\nl: [${"*a,".repeat(10_000)}]`,
      "2:29996: its aliases (*name) expand to too much"
    ],
    ["more values than anybody writes", "- a\n".repeat(20_000).replace(/^/, "k:\n"), "10000:3: more than 10000 values"],
    ["lists in lists in lists", `k: ${"[".repeat(66)}${"]".repeat(66)}`, "1:68: nested deeper than 64 levels"]
  ])("with %s is refused with line and column", (_, text, expected) => {
    expect(problem(text)).toBe(expected)
  })

  it("with an alias of what is deep is refused where it stands too deep", () => {
    const text = `a: &a ${"[".repeat(40)}${"]".repeat(40)}\nb: ${"[".repeat(30)}*a${"]".repeat(30)}\n`
    expect(problem(text)).toBe("2:34: nested deeper than 64 levels")
  })

  it("with an alias before its anchor is refused where it stands", () => {
    expect(problem("a: {b: *c}\nc: &c 1\n")).toBe("1:8: a.b: there is no &c before this")
  })

  it("is read as far as it goes, with all that is wrong", () => {
    const { misfits, root, warnings } = readYaml("? [a]\n: 1\nb: 1\nb: 2\nc: *d\ne: !odd x\n")
    expect({
      root: root && plain(root),
      misfits: misfits.map(({ field, place, problem }) => `${place.line}:${place.column} ${field}: ${problem}`),
      warnings: warnings.map(({ fix, place, problem }) => `${place.line}:${place.column} ${problem} > ${fix}`)
    }).toStrictEqual({
      root: { b: 1, c: null, e: "x" },
      misfits: ["1:3 : a key that is not a text", "4:1 b: given twice", "5:4 c: there is no &d before this"],
      warnings: ["6:4 unresolved tag: !odd > Remove the tag (!name)."]
    })
    expect(readYaml("a: 'b\nc: [\n").misfits.length).toBeGreaterThan(0)
    expect(readYaml("# nothing\n")).toStrictEqual({ root: undefined, misfits: [], warnings: [] })
  })

  it("keeps how a number or boolean is written where JSON writes it otherwise, and keys as they are written", () => {
    const { root } = parseYaml("x.yaml", "a: [1, 1.80, 0x1F, True, true, '1.80']\n1.0: x\n")
    expect(
      root.entries.map(({ key, value }) => [key, value._tag === "List" ? value.items.map(toldOf) : toldOf(value)])
    ).toStrictEqual([
      ["a", [[1], [1.8, "1.80"], [31, "0x1F"], [true, "True"], [true], ["1.80"]]],
      ["1.0", ["x"]]
    ])
  })

  it("with aliases that expand without end is refused before they do", () => {
    const lines = Array.from({ length: 12 }, (_, index) => {
      const items = index === 0 ? "x" : Array.from({ length: 9 }, () => `*a${index - 1}`).join(",")
      return `k${index}: &a${index} [${items}]`
    })
    expect(problem(lines.join("\n"))).toBe("5:30: its aliases (*name) expand to too much")
  })

  it.each(["[", "{a: ", "- ", "? "])("nested deeper than the stack is refused: %j", (opening) => {
    expect(problem(`k:\n  ${opening.repeat(50_000)}`)).toMatch(/^\d+:\d+: /)
  })
})
