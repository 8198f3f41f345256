import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as AnswerCheck from "../../src/agent/AnswerCheck.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { makeWorkspace, runAgent } from "./oneAgent.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

const schema = {
  type: "object",
  properties: { severity: { enum: ["low", "high"] }, lines: { type: "array", items: { type: "integer" } } },
  required: ["severity"],
  additionalProperties: false
}

const refusal = (given: unknown) =>
  Effect.map(Effect.flip(AnswerCheck.formatOf(given)), ({ place, problem }) => ({ place, problem }))

describe("a form to ask answers in", () => {
  it.effect("is refused at the place in the schema that is wrong", () =>
    Effect.gen(function* () {
      expect(yield* refusal({ type: "object", properties: { name: { type: "text" } } })).toStrictEqual({
        place: "/properties/name/type",
        problem:
          'must be equal to one of the allowed values: ["array","boolean","integer","null","number","object","string"]'
      })
      expect(yield* refusal({ required: "name" })).toStrictEqual({ place: "/required", problem: "must be array" })
      expect(yield* refusal({ properties: { a: { $ref: "#/$defs/gone" } } })).toStrictEqual({
        place: "",
        problem: "nothing stands at #/$defs/gone, to which a $ref leads"
      })
      expect(yield* refusal(["object"])).toStrictEqual({ place: "", problem: "it is not a JSON object" })
      expect(yield* refusal({ $schema: "http://json-schema.org/draft-03/schema#" })).toStrictEqual({
        place: "/$schema",
        problem: '"http://json-schema.org/draft-03/schema#" is no dialect that is known here'
      })
      expect((yield* refusal({ properties: { a: { pattern: "(" } } })).problem).toContain("Invalid regular expression")
      expect((yield* Effect.flip(AnswerCheck.formatOf({ type: 1 }))).message).toMatch(
        /^the output schema is no valid JSON Schema at \/type: must be /
      )
    })
  )

  it.effect("is refused in time where it is more than can be checked", () =>
    Effect.gen(function* () {
      const nested = Array.from({ length: 3_000 }).reduce<object>((inner) => ({ not: inner }), {})
      expect(yield* refusal(nested)).toStrictEqual({ place: "", problem: "it is nested too deeply to be checked" })
      expect((yield* refusal({ $ref: "https://example.org/form.json" })).problem).toBe(
        "nothing stands at https://example.org/form.json, to which a $ref leads"
      )
    })
  )

  it.effect("is read in the dialect that it names", () =>
    Effect.gen(function* () {
      const pair = { items: [{ type: "string" }, { type: "integer" }], additionalItems: false }
      for (const $schema of ["http://json-schema.org/draft-07/schema#", "https://json-schema.org/draft-07/schema"]) {
        const old = yield* AnswerCheck.formatOf({ $schema, ...pair })
        expect(yield* AnswerCheck.read(old, '["a", 1]')).toStrictEqual({ _tag: "Fits", json: '["a", 1]' })
        expect((yield* AnswerCheck.read(old, '["a", "b"]'))._tag).toBe("Misses")
      }
      // There a list of items is a mistake.
      expect((yield* refusal({ $schema: "https://json-schema.org/draft/2020-12/schema", ...pair })).place).toBe(
        "/items"
      )
      const next = yield* AnswerCheck.formatOf({ prefixItems: [{ type: "string" }], items: false })
      expect((yield* AnswerCheck.read(next, '["a", 1]'))._tag).toBe("Misses")
      const middle = yield* AnswerCheck.formatOf({
        $schema: "https://json-schema.org/draft/2019-09/schema",
        dependentRequired: { a: ["b"] }
      })
      expect((yield* AnswerCheck.read(middle, '{"a": 1}'))._tag).toBe("Misses")
    })
  )

  it.effect("has a name that providers take", () =>
    Effect.gen(function* () {
      const { name } = yield* AnswerCheck.formatOf(schema, `Prüf bericht/${"x".repeat(80)}`)
      expect(name).toBe(`Pr_f_bericht_${"x".repeat(51)}`)
    })
  )
})

describe("an answer in a form", () => {
  it.effect.each([
    ['{"severity":"low"}', { _tag: "Fits", json: '{"severity":"low"}' }],
    ['\n {"severity": "high", "lines": [1]}\n', { _tag: "Fits", json: '{"severity": "high", "lines": [1]}' }],
    ['```json\n{"severity":"low"}\n```', { _tag: "Fits", json: '{"severity":"low"}' }],
    ['```\n{"severity":"low"}\n```\n', { _tag: "Fits", json: '{"severity":"low"}' }],
    ['```json\r\n{"severity":"low"}\r\n```', { _tag: "Fits", json: '{"severity":"low"}' }],
    ["", { _tag: "Misses", problem: "it is empty" }],
    ['Here it is: {"severity":"low"}', { _tag: "Misses", problem: "it is not JSON" }],
    ["{}", { _tag: "Misses", problem: "the value must have required property 'severity'" }],
    [
      '{"severity":"none","lines":["x"],"more":1}',
      {
        _tag: "Misses",
        problem:
          'the value must NOT have additional properties: "more"; /severity must be equal to one of the allowed values: ["low","high"]; /lines/0 must be integer'
      }
    ],
    ["null", { _tag: "Misses", problem: "the value must be object" }]
  ] as const)("%j is read so", ([answer, read]) =>
    Effect.gen(function* () {
      expect(yield* AnswerCheck.read(yield* AnswerCheck.formatOf(schema), answer)).toStrictEqual(read)
    })
  )

  it.effect("names a few of many mistakes, and how many more there are", () =>
    Effect.gen(function* () {
      const answer = JSON.stringify({ severity: "low", lines: Array.from({ length: 9 }, () => "x") })
      const read = yield* AnswerCheck.read(yield* AnswerCheck.formatOf(schema), answer)
      expect(read._tag === "Misses" && read.problem.endsWith("/lines/4 must be integer; 4 more")).toBe(true)
    })
  )
})

describe("a check of an answer", () => {
  it.effect("ends where a pattern would go over it for ever", () =>
    Effect.gen(function* () {
      const format = yield* AnswerCheck.formatOf({ type: "string", pattern: "^(a+)+$" })
      expect((yield* AnswerCheck.read(format, '"aaaa"'))._tag).toBe("Fits")
      const began = performance.now()
      expect(yield* AnswerCheck.read(format, JSON.stringify(`${"a".repeat(60)}!`))).toStrictEqual({
        _tag: "Misses",
        problem: "it takes longer than 0.5 s to check; look at its patterns"
      })
      expect(performance.now() - began).toBeLessThan(5_000)
    })
  )

  it.effect("ends for lists in lists without end, too", () =>
    Effect.gen(function* () {
      const format = yield* AnswerCheck.formatOf({ type: "array", items: { $ref: "#" } })
      const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth)
      expect((yield* AnswerCheck.read(format, nested(100)))._tag).toBe("Fits")
      expect(yield* AnswerCheck.read(format, nested(50_000))).toStrictEqual({
        _tag: "Misses",
        problem: "it is nested too deeply to be checked"
      })
    })
  )

  it.effect("tells of no value, name or place more than its beginning", () =>
    Effect.gen(function* () {
      const values = Array.from({ length: 2_000 }, (_, index) => `value ${index}`)
      const format = yield* AnswerCheck.formatOf({
        additionalProperties: { type: "integer" },
        properties: { a: { enum: values } }
      })
      const answer = JSON.stringify({ a: "other", ["x".repeat(5_000)]: "y" })
      const read = yield* AnswerCheck.read(format, answer)
      expect(read._tag === "Misses" && read.problem.length).toBeLessThan(700)
    })
  )

  it.effect("leaves the form out of what the agent is told, where there is no room for it", () =>
    Effect.gen(function* () {
      const format = yield* AnswerCheck.formatOf(schema)
      const [long, short] = [500, 60].map((tokens) => AnswerCheck.mismatchText(format, "it is empty", tokens))
      expect(long).toContain(JSON.stringify(schema))
      expect(short).toBe(
        "Your answer does not have the form that was asked for: it is empty.\nAnswer again with one JSON value and nothing around it, by the JSON Schema that was given"
      )
    })
  )
})

/** An agent that answers with these texts, one after the other, asked for the form. */
const answering = Effect.fnUntraced(function* (
  texts: ReadonlyArray<string>,
  more: Parameters<typeof runAgent>[1] & { readonly callsFirst?: boolean } = {}
) {
  const { callsFirst = false, ...asked } = more
  const requests: Array<ModelRequest> = []
  const format = yield* AnswerCheck.formatOf(schema)
  const left = [...texts]
  const model = ScriptedModel.layer((request, before) => {
    requests.push(request)
    if (callsFirst && before === 0) {
      return { calls: [{ id: "a", name: "read_file", args: '{"path":"src/app.ts"}' }] }
    }
    const text = left.shift()
    return text === undefined ? undefined : { text }
  })
  const { events, facts, result } = yield* runAgent(workspace.root, { format, ...asked }).pipe(Effect.provide(model))
  const told = facts.flatMap((fact) => (fact._tag === "Told" ? [fact.text] : []))
  return { events, requests, result, told }
})

const good = '{"severity":"low"}'
const fenced = `\`\`\`json\n${good}\n\`\`\``

describe("an agent that is asked for a form", () => {
  it.effect("ends with the bare value, asked for in every request", () =>
    Effect.gen(function* () {
      const { requests, result, told } = yield* answering([fenced], { callsFirst: true })
      expect([result.status, result.answer, told]).toStrictEqual(["completed", good, []])
      expect(requests.map(({ format }) => format?.schema)).toStrictEqual([schema, schema])
    })
  )

  it.effect("is told what is wrong, twice at most", () =>
    Effect.gen(function* () {
      const mended = yield* answering(["It is low.", "{}", good])
      expect([mended.result.status, mended.result.answer, mended.result.turns]).toStrictEqual(["completed", good, 3])
      const form = `Answer again with one JSON value and nothing around it, by this JSON Schema: ${JSON.stringify(schema)}`
      expect(mended.told).toStrictEqual([
        `Your answer does not have the form that was asked for: it is not JSON.\n${form}`,
        `Your answer does not have the form that was asked for: the value must have required property 'severity'.\n${form}`
      ])
      const hopeless = yield* answering(["one", "two", "three"])
      expect([hopeless.result.status, hopeless.result.error?.tag, hopeless.result.answer]).toStrictEqual([
        "failed",
        "AnswerMismatch",
        "three"
      ])
    })
  )

  it.effect("is told so of its closing answer, too, while the budget pays for another", () =>
    Effect.gen(function* () {
      const little = { limits: { tokens: 3_000 } }
      const closed = yield* answering(["wrong", fenced], little)
      expect(closed.requests.map(({ closing, tools }) => [closing, tools.length])).toStrictEqual([
        [true, 0],
        [true, 0]
      ])
      expect([closed.result.status, closed.result.error?.tag, closed.result.answer]).toStrictEqual([
        "paused",
        "BudgetExceeded",
        good
      ])
      expect(closed.told.length).toBe(1)
      const spent = yield* answering(["x".repeat(3_000), "still wrong", "wrong"], little)
      expect([spent.result.status, spent.result.error?.tag]).toStrictEqual(["failed", "AnswerMismatch"])
      expect(spent.result.tokensCharged).toBeLessThanOrEqual(3_000)
    })
  )

  it.effect("has no turn more than its limit to mend an answer in", () =>
    Effect.gen(function* () {
      const { requests, result } = yield* answering(["wrong"], { limits: { turns: 1 } })
      expect([requests.length, result.status, result.error?.tag]).toStrictEqual([1, "failed", "AnswerMismatch"])
    })
  )
})
