import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { parseToml } from "../../src/document/Toml.ts"
import { nullIn, tomlText } from "../../src/document/TomlText.ts"
import { plain, type Value } from "../../src/document/Value.ts"
import { problemOf } from "./Problems.ts"

const problem = (text: string) => problemOf(() => parseToml("x.toml", text))

/** Every key with its own place and that of its value, by path. */
const placesIn = (value: Value, path = ""): ReadonlyArray<string> => {
  const at = ({ column, line }: Value["place"]) => `${line}:${column}`
  if (value._tag === "Mapping") {
    return value.entries.flatMap((entry) => [
      `${path}.${entry.key} ${at(entry.place)} ${at(entry.value.place)}`,
      ...placesIn(entry.value, `${path}.${entry.key}`)
    ])
  }
  if (value._tag === "Scalar") return []
  return value.items.flatMap((item, index) => [
    `${path}[${index}] ${at(item.place)}`,
    ...placesIn(item, `${path}[${index}]`)
  ])
}

describe("TOML", () => {
  it("is read with the place of each key and value", () => {
    const text = [
      "# head",
      'a = "x" # one',
      "b.c = [",
      "  1, # first",
      "  { d = 'y', \"e f\" = 2 },",
      "]",
      'text = """',
      'a = 1 "" \\" [x]',
      '"""',
      "[t]",
      "g = 2026-11-21T10:00:00Z",
      "[[t.list]]",
      "h = true",
      "[[t.list]]",
      "  h = 0x1f"
    ].join("\n")
    expect(placesIn(parseToml("x.toml", text).root)).toStrictEqual([
      ".a 2:1 2:5",
      ".b 3:1 3:1",
      ".b.c 3:3 3:7",
      ".b.c[0] 4:3",
      ".b.c[1] 5:3",
      ".b.c[1].d 5:5 5:9",
      ".b.c[1].e f 5:14 5:22",
      ".text 7:1 7:8",
      ".t 10:2 10:2",
      ".t.g 11:1 11:5",
      ".t.list 12:5 12:5",
      ".t.list[0] 12:1",
      ".t.list[0].h 13:1 13:5",
      ".t.list[1] 14:1",
      ".t.list[1].h 15:3 15:7"
    ])
  })

  it.each([
    ["a key given twice", "a = 1\na = 2\n", "2:6: Cannot redefine existing key 'a'"],
    ["an open text", 'a = "b\n', "1:7: Basic strings cannot contain newlines"],
    ["an open list", "a = [1,\n", "2:1: Expected a value"],
    ["keys below keys below keys", `${"a.".repeat(70)}b = 1\n`, "1:129: nested deeper than 64 levels"],
    ["lists in lists in lists", `a = ${"[".repeat(70)}${"]".repeat(70)}\n`, "1:69: nested deeper than 64 levels"],
    ["more values than anybody writes", `a = [${"1,".repeat(20_000)}]`, "1:20004: more than 10000 values"]
  ])("with %s is refused with line and column", (_, text, expected) => {
    expect(problem(text)).toBe(expected)
  })

  it("nested deeper than the stack is refused", () => {
    expect(problem(`a = ${"[".repeat(100_000)}`)).toMatch(/^1:\d+: /)
  })

  it("takes a text of many lines for one value", () => {
    const text = `a = """\n${"x = [\n".repeat(30_000)}"""\nb = 1\n`
    expect(placesIn(parseToml("x.toml", text).root)).toStrictEqual([".a 1:1 1:5", ".b 30003:1 30003:5"])
  })

  const scalar = Schema.Union([Schema.String, Schema.Finite, Schema.Boolean])
  const table = Schema.Record(
    Schema.String,
    Schema.Union([
      scalar,
      Schema.Array(scalar),
      Schema.Record(Schema.String, Schema.Union([scalar, Schema.Array(Schema.Record(Schema.String, scalar))]))
    ])
  )

  it.prop("that is written from values is read as the same values", [table], ([values]) => {
    const given: Readonly<Record<string, unknown>> = JSON.parse(JSON.stringify(values).replaceAll("\\ud", "\\u0"))
    expect(plain(parseToml("x.toml", tomlText(given)).root)).toStrictEqual(given)
  })

  it("is not written from null, wherever it stands", () => {
    expect([{ a: 1 }, { a: null }, { a: [{ b: [1, null] }] }].map((value) => nullIn(value))).toStrictEqual([
      undefined,
      "a",
      "a[0].b[1]"
    ])
  })
})
