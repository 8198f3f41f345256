import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Invocation } from "../../src/command/Invocation.ts"
import { readOutputSchema } from "../../src/run/OutputSchema.ts"

let folder = ""
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "deputize-schema-"))
})
afterAll(() => rm(folder, { recursive: true }))

const asked = (file: string) => new Invocation("delegate", [], new Map([["output-schema", [file]]]))

const written = (name: string, text: string | Uint8Array) =>
  Effect.promise(async () => {
    const file = join(folder, name)
    await writeFile(file, text)
    return asked(file)
  })

/** What is said of a file with this text, without the folder before its name. */
const problemOf = Effect.fnUntraced(function* (text: string | Uint8Array) {
  const error = yield* Effect.flip(readOutputSchema(yield* written("s.json", text)))
  return error.message.replaceAll(`${folder}/`, "")
})

describe("the form of an answer", () => {
  it.effect("is the schema in the file, by the file's name", () =>
    Effect.gen(function* () {
      const schema = { type: "object", properties: { "a b": { type: "string" } } }
      const invocation = yield* written("my findings.schema.json", JSON.stringify(schema))
      expect(yield* readOutputSchema(invocation)).toStrictEqual({ name: "my_findings", schema })
    })
  )

  it.effect("is free where no file is named", () =>
    Effect.gen(function* () {
      expect(yield* readOutputSchema(new Invocation("delegate", [], new Map()))).toBeUndefined()
    })
  )

  it.effect("is refused with the place of what is wrong", () =>
    Effect.gen(function* () {
      const problems = yield* Effect.forEach(
        [
          '{\n  "type": "object",\n  "properties": { "a": { "type": "strin" } }\n}',
          '{\n  "anyOf": [true,\n    { "minLength": -1 }]\n}',
          '{\n  "properties": {"a/b": {"type": 7}}\n}',
          '{ "$ref": "#/$defs/x" }',
          '{\n  "type": "object",\n}',
          "[]",
          "",
          '{"type":"object","type":"array"}',
          Uint8Array.of(0x7b, 0xff, 0x7d)
        ],
        problemOf
      )
      const types = '["array","boolean","integer","null","number","object","string"]'
      expect(problems).toStrictEqual([
        `s.json:3:34: properties.a.type: must be equal to one of the allowed values: ${types}`,
        "s.json:3:20: anyOf.1.minLength: must be >= 0",
        `s.json:2:34: properties.a/b.type: must be equal to one of the allowed values: ${types}`,
        "s.json:1:1: nothing stands at #/$defs/x, to which a $ref leads",
        's.json:3:1: expected a key in double quotes, found "}"',
        "s.json:1:1: the file is not a mapping of keys to values",
        "s.json:1:1: the file is empty",
        "s.json:1:18: type: given twice",
        "s.json:1:1: the file is not text in UTF-8"
      ])
    })
  )

  it.effect("is refused where its file cannot be read", () =>
    Effect.gen(function* () {
      const problems = yield* Effect.forEach(["", join(folder, "none.json"), folder], (file) =>
        Effect.map(Effect.flip(readOutputSchema(asked(file))), ({ message }) => message.replaceAll(folder, "/f"))
      )
      expect(problems).toStrictEqual([
        "--output-schema: cannot read a file without a name: there is no such file",
        "--output-schema: cannot read /f/none.json: there is no such file",
        "--output-schema: cannot read /f: it is a folder"
      ])
    })
  )
})
