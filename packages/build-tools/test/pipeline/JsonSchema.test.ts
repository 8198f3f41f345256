import { describe, expect, it } from "@effect/vitest"
import { Ajv2020 } from "ajv/dist/2020.js"
import { parse } from "yaml"
import { pipelineJsonSchema } from "../../src/pipeline/JsonSchema.ts"
import { broken } from "./broken.ts"
import { whole } from "./whole.ts"

const accepts = new Ajv2020({ strict: true, strictTuples: false, allowUnionTypes: true }).compile(pipelineJsonSchema())

describe("the JSON Schema of pipelines", () => {
  for (const [what, text] of Object.entries(whole)) {
    it(`accepts ${what}`, () => {
      accepts(parse(text))
      expect(accepts.errors ?? []).toStrictEqual([])
    })
  }

  const refused = [
    "steps as a mapping",
    "a step without an id",
    "an id with a slash",
    "a command of a wrong type",
    "an unknown key of a step",
    "an unknown key at the top",
    "a duration without a unit",
    "retries that are no count",
    "a cache that does not exist",
    "names of variables that are none",
    "a platform that does not exist",
    "an nx step without targets",
    "a size that is none",
    "a severity that does not exist"
  ]
  for (const { text, what } of broken.filter((each) => refused.includes(each.what))) {
    it(`refuses ${what}`, () => {
      expect(accepts(parse(text))).toBe(false)
    })
  }
})
