import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { isStrict } from "../../../src/model/openai/AnswerSchema.ts"
import { rig, wires } from "./fixture.ts"

const closed = (properties: Readonly<Record<string, unknown>>, more: object = {}) => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more
})

const choice = (count: number, length: number) => ({
  type: "string",
  enum: Array.from({ length: count }, (_, index) => `${index}`.padEnd(length, "x"))
})

const nested = (depth: number): object => (depth === 0 ? { type: "string" } : closed({ a: nested(depth - 1) }))

describe("a schema that is enforced while the model writes", () => {
  it.each([
    [
      "closed objects with all properties required",
      closed({ a: { type: "string" }, b: { type: ["integer", "null"] } })
    ],
    [
      "lists, choices and constants",
      closed({
        a: {
          type: "array",
          items: {
            anyOf: [
              { type: "integer", enum: [1, 2] },
              { type: "string", const: "x" }
            ]
          }
        }
      })
    ],
    ["references within it", closed({ a: { $ref: "#/$defs/a" } }, { $defs: { a: closed({}) } })],
    [
      "formats and bounds that are known",
      closed({ a: { type: "string", format: "date" }, b: { type: "number", minimum: 0 } })
    ],
    ["a reference to the whole", closed({ a: { anyOf: [{ $ref: "#" }, { type: "null" }] } })],
    ["a choice of many short values", closed({ a: choice(300, 40) })],
    ["nine levels of objects", nested(9)]
  ])("has %s", (_, schema) => {
    expect(isStrict({ ...schema })).toBe(true)
  })

  it.each([
    ["a property that may be left out", closed({ a: { type: "string" } }, { required: [] })],
    ["an open object", closed({}, { additionalProperties: true })],
    ["an open object inside", closed({ a: { type: "object", properties: {} } })],
    ["an open object in a list", closed({ a: { type: "array", items: { type: "object" } } })],
    ["a list of anything", closed({ a: { type: "array" } })],
    ["a value of any kind", closed({ a: {} })],
    ["a root that is no object", { type: "array", items: { type: "string" } }],
    ["a choice at the root", closed({}, { anyOf: [closed({})] })],
    ["a keyword that is not known", closed({ a: { type: "string", minLength: 1 } })],
    ["a combination", closed({ a: { allOf: [closed({})] } })],
    ["a format that is not known", closed({ a: { type: "string", format: "uri" } })],
    ["a pattern that looks around", closed({ a: { type: "string", pattern: "^(?!x)" } })],
    ["a reference out of it", closed({ a: { $ref: "https://example.org/a" } })],
    ["a reference to a property", closed({ a: { type: "string" }, b: { $ref: "#/properties/a" } })],
    [
      "a reference with something beside it",
      closed({ a: { $ref: "#/$defs/a", description: "the first" } }, { $defs: { a: closed({}) } })
    ],
    ["a required name that it does not know", closed({}, { required: ["a"] })],
    ["a choice without a type", closed({ a: { enum: ["x", "y"] } })],
    ["a constant without a type", closed({ a: { const: "x" } })],
    ["a choice of many long values", closed({ a: choice(300, 60) })],
    [
      "more characters in its names than are taken",
      closed(Object.fromEntries(Array.from({ length: 400 }, (_, at) => [`${at}`.padEnd(301, "x"), { type: "string" }])))
    ],
    ["a boolean schema", closed({ a: true })],
    ["more than ten levels", nested(11)],
    ["too many choices", closed({ a: { enum: Array.from({ length: 1_001 }, (_, index) => index) } })]
  ])("has not %s", (_, schema) => {
    expect(isStrict({ ...schema })).toBe(false)
  })
})

describe.each(wires)("a request over the %s wire", (wire) => {
  it.live("asks for the form strictly where it can be, as a wish where not, and for none where none is wanted", () =>
    Effect.gen(function* () {
      const { parts, server } = yield* rig(wire, { text: "{}" })
      const strict = closed({ a: { type: "string" } })
      const open = { type: "object" }
      yield* parts({
        format: { name: "report", schema: { $schema: "https://json-schema.org/draft/2020-12/schema", ...strict } }
      })
      yield* parts({ format: { name: "report", schema: open } })
      yield* parts()
      expect(server.requests.map(({ format }) => format)).toStrictEqual([
        { schema: strict, strict: true },
        { schema: open, strict: false },
        null
      ])
      const named = server.requests.map(({ body }) => (wire === "chat" ? body.response_format : body.text))
      const told = { name: "report", schema: strict, strict: true }
      expect(named[0]).toStrictEqual(
        wire === "chat" ? { type: "json_schema", json_schema: told } : { format: { type: "json_schema", ...told } }
      )
      expect(named[2]).toBe(undefined)
    })
  )

  it.live("says a form in words that is none of an object: providers take no schema of it", () =>
    Effect.gen(function* () {
      const { parts, server } = yield* rig(wire, { text: "[]" })
      const list = { type: "array", items: { type: "string" } }
      const schema = { $schema: "https://json-schema.org/draft/2020-12/schema", ...list }
      const format = { name: "list", schema }
      yield* parts({ system: "You look.", format })
      yield* parts({ system: "You look.", format })
      yield* parts({ system: "You look." })
      const [first, second, third] = server.requests
      expect([first?.format, first?.body.response_format ?? null, first?.body.text ?? null]).toStrictEqual([
        null,
        null,
        null
      ])
      expect(first?.system).toBe(
        `You look.\n\nYour final answer is one JSON value and nothing around it, by this JSON Schema: ${JSON.stringify(list)}`
      )
      expect(second?.raw).toBe(first?.raw)
      expect(third?.system).toBe("You look.")
    })
  )
})
