import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as AnswerCheck from "../../src/agent/AnswerCheck.ts"
import { AgentName } from "../../src/definition/AgentDefinition.ts"
import { definitionFormat } from "../../src/generate/DefinitionFormat.ts"
import { DefinitionUnusable, readDraft, safeName } from "../../src/generate/Draft.ts"
import { isStrict } from "../../src/model/openai/AnswerSchema.ts"

const answer = {
  name: "licence-checker",
  goal: "Find files without a licence header",
  tools: { mcp: ["codex_read_file", "codex_grep"], shell: ["npm test"] },
  policies: { context: { max_tokens: 12_000 }, permissions: { filesystem: ["./src/**"], network: ["docs.rs"] } },
  success_criteria: ["Every file is listed"],
  artifacts: ["artifacts/licences.md"]
}
const json = (more: object = {}): string => JSON.stringify({ ...answer, ...more })

describe("the form that the author answers in", () => {
  it("is one that providers enforce", () => {
    expect(isStrict(definitionFormat.schema)).toBe(true)
  })

  it.effect("takes a generated definition, and says what is wrong with anything else", () =>
    Effect.gen(function* () {
      const read = (text: string) => AnswerCheck.read(definitionFormat, text)
      expect(yield* read(json())).toStrictEqual({ _tag: "Fits", json: json() })
      const { goal: _, ...without } = answer
      for (const wrong of [
        "Sure! Here it is.",
        "[]",
        JSON.stringify(without),
        json({ goal: "" }),
        json({ goal: "x".repeat(5_000) }),
        json({ tools: [] }),
        json({ policies: { ...answer.policies, context: { max_tokens: 0 } } }),
        json({ artifacts: Array.from({ length: 20 }, String) }),
        json({ hooks: [] })
      ]) {
        expect((yield* read(wrong))._tag, wrong.slice(0, 80)).toBe("Misses")
      }
    })
  )
})

describe("the answer of the author", () => {
  it.effect("is read like a definition file of that format", () =>
    Effect.gen(function* () {
      const { definition, renamed } = yield* readDraft(json(), "…")
      expect(renamed).toStrictEqual([])
      expect(definition.name).toBe("licence-checker")
      expect(definition.permissions).toStrictEqual({
        read: ["./src/**"],
        write: [],
        net: ["docs.rs"],
        exec: ["npm test *"],
        mcp: [],
        spawn: []
      })
      expect(definition.limits.tokens).toBe(12_000)
    })
  )

  it.effect("is refused with the place of what is wrong in it", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readDraft(json({ tools: { mcp: 3, shell: [] } }), "…"))
      expect(error).toBeInstanceOf(DefinitionUnusable)
      expect(error.message).toMatch(/^the model wrote no definition that can be used: answer\.json:1:\d+: tools\.mcp: /)
      expect(error.hint).toContain("Nothing was created.")
      expect((yield* Effect.flip(readDraft("nonsense", "…"))).problem).toBe("it is not JSON")
    })
  )

  it.effect("gets a name that files can have, and says so where that is another one", () =>
    Effect.gen(function* () {
      const named = (name: string) =>
        Effect.map(readDraft(json({ name }), "Count the files"), ({ definition, renamed }) => [
          definition.name,
          renamed.map((each) => each.kept)
        ])
      expect(yield* named("Licence Checker")).toStrictEqual(["licence-checker", []])
      expect(yield* named("../../etc/passwd")).toStrictEqual(["etc-passwd", ["etc-passwd"]])
      expect(yield* named("📄")).toStrictEqual(["count-files", ["count-files"]])
      expect(yield* named("nul")).toStrictEqual(["agent-nul", ["agent-nul"]])
      expect(yield* named("COM¹")).toStrictEqual(["agent-com¹", ["agent-com¹"]])
      expect(yield* named("ライセンス確認")).toStrictEqual(["ライセンス確認", []])
    })
  )

  it.effect.prop("has a safe name, whatever the model calls it", [Schema.String], ([text]) =>
    Effect.sync(() => {
      const name = safeName(text)
      return name === undefined || (Schema.is(AgentName)(name) && !/[/\\.\0]/.test(name))
    })
  )
})
