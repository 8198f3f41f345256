import { describe, expect, it } from "@effect/vitest"
import { type Fields, readFields } from "../../src/document/Fields.ts"
import { PlacedProblem } from "../../src/document/PlacedProblem.ts"
import { parseYaml } from "../../src/document/Yaml.ts"

const read = <A>(text: string, use: (fields: Fields) => A) => readFields("x.yaml", parseYaml("x.yaml", text), use)

const problems = (text: string, use: (fields: Fields) => unknown): ReadonlyArray<string> => {
  try {
    read(text, use)
  } catch (error) {
    if (!(error instanceof PlacedProblem)) throw error
    return [error, ...error.others].map(({ column, field, line, problem }) => `${line}:${column} ${field}: ${problem}`)
  }
  throw new Error("it was read")
}

describe("the fields of a document", () => {
  it("are read as what is asked for, and are undefined where they are not there", () => {
    const text = "a: x\nb: 5\nc: true\nd: [x, 1]\ne: y\nf:\ng: {h: 1}\ni: 0.5\n"
    const { value } = read(text, (fields) => [
      [fields.text("a"), fields.text("b"), fields.text("c"), fields.text("z")],
      [fields.count("b"), fields.amount("i"), fields.bool("c"), fields.oneOf("a", ["x", "y"])],
      [fields.texts("d"), fields.texts("e"), fields.texts("f"), fields.texts("z")],
      [fields.boolOrItems("c"), fields.mapping("g")?.count("h"), fields.mapping("f"), fields.others(["a", "b", "c"])],
      [fields.has("f"), fields.has("z"), fields.isMapping("g"), fields.isList("d"), fields.keys.length]
    ])
    expect(value).toStrictEqual([
      ["x", "5", "true", undefined],
      [5, 0.5, true, "x"],
      [["x", "1"], ["y"], [], undefined],
      [true, 1, undefined, { d: ["x", 1], e: "y", f: null, g: { h: 1 }, i: 0.5 }],
      [true, false, true, true, 8]
    ])
  })

  it("give numbers and booleans as texts as they are written", () => {
    const { value } = read("a: 1.80\nb: [0x1F, 2.0]\nc: True\n", (fields) => [
      fields.text("a"),
      fields.texts("b"),
      fields.text("c")
    ])
    expect(value).toStrictEqual(["1.80", ["0x1F", "2.0"], "True"])
  })

  it("that are wrong are all told, once each, in order of places", () => {
    const text = "a: [1]\nb: 0\nc: 1\nd: [x, [y], {z: 1}]\ne: {f: no}\n"
    const told = problems(text, (fields) => {
      fields.mapping("e")?.bool("f")
      fields.texts("d")
      fields.bool("c")
      fields.count("b")
      fields.count("b")
      fields.text("a")
      fields.wrong("name", "a name")
      return fields.text("name")
    })
    expect(told).toStrictEqual([
      "1:1 name: missing; expected a name",
      "1:4 a: expected a text, found a list",
      "2:4 b: expected a whole number above 0, found 0",
      "3:4 c: expected true or false, found 1",
      "4:8 d[1]: this entry is not a text",
      "4:13 d[2]: this entry is not a text",
      '5:8 e.f: expected true or false, found "no"'
    ])
  })

  it("are told with those before them when a reader gives up", () => {
    const told = problems("a: 1\nb: [\n]\n", (fields) => {
      fields.text("b")
      throw fields.refusal({ line: 1, column: 1 }, "", "this is nothing", "Write something.")
    })
    expect(told).toStrictEqual(["1:1 : this is nothing", "2:4 b: expected a text, found a list"])
  })

  it("that are odd are remarked in order of places", () => {
    const { remarks } = read("b: [x, y]\na: 1\n", (fields) => {
      fields.warnUnknown(["b"])
      fields.checked(fields.items("b") ?? [], (text) => (text === "y" ? "is the last" : undefined))
    })
    expect(remarks).toStrictEqual([
      { line: 1, column: 8, field: "b[1]", problem: '"y" is the last' },
      { line: 2, column: 1, field: "a", problem: "unknown key; known are b" }
    ])
  })
})
