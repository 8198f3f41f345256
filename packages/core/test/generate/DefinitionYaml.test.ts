import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { parseText } from "../../src/definition/ReadDefinition.ts"
import { Limits } from "../../src/domain/Limits.ts"
import { definitionYaml } from "../../src/generate/DefinitionYaml.ts"
import { narrow } from "../../src/generate/Narrow.ts"

const made = (more: Partial<ConstructorParameters<typeof AgentDefinition>[0]> = {}) =>
  narrow(
    new AgentDefinition({
      name: "count-files",
      description: "Count the files",
      goal: "Count the files",
      instructions: "Count the files",
      tools: ["glob"],
      limits: new Limits({ tokens: 12_000 }),
      ...more
    }),
    {
      allowed: { exec: ["npm test *", "*"], net: ["https://docs.rs/*"], write: ["docs/**"] },
      ceiling: [],
      limits: {},
      there: new Map()
    }
  ).definition

describe("a generated definition as a file", () => {
  it("has the keys of generated definitions, and says how it was made", () => {
    const text = definitionYaml(
      new AgentDefinition({
        name: "count-files",
        goal: "Count the files: all of them",
        instructions: "Count the files: all of them",
        tools: ["glob", "write_file", "edit", "shell"],
        permissions: { read: ["**"], exec: ["npm test *"] },
        limits: new Limits({ tokens: 12_000 }),
        artifacts: ["artifacts/count.md"]
      }),
      "Made by deputize."
    )
    expect(text).toBe(`# Made by deputize.
name: count-files
goal: "Count the files: all of them"
tools:
  mcp:
    - glob
    - write_file
    - edit
  shell:
    - npm test
policies:
  context:
    max_tokens: 12000
  permissions:
    filesystem:
      - "**"
    network: []
success_criteria: []
artifacts:
  - artifacts/count.md
`)
  })

  it("is read back as what it was, with every right that a flag opened", () => {
    const definition = made({
      permissions: { net: ["https://docs.rs/std/*"], exec: ["npm test *", "ls *"] },
      artifacts: ["artifacts/a b.md", "docs/*.md"],
      successCriteria: ["“quoted”: yes", "# no comment"]
    })
    const read = parseText("count-files.yaml", definitionYaml(definition, "Made.\n\u0085name: other"))
    expect(read).toStrictEqual({ definition, format: "generated", warnings: [] })
  })

  it.effect.prop(
    "is read back as what it was, whatever texts it holds",
    [Schema.NonEmptyString, Schema.Array(Schema.NonEmptyString), Schema.String],
    ([goal, successCriteria, note]) =>
      Effect.sync(() => {
        const text = goal.toWellFormed()
        const definition = made({
          goal: text,
          description: text,
          instructions: text,
          successCriteria: successCriteria.map((each) => each.toWellFormed())
        })
        expect(parseText("x.yaml", definitionYaml(definition, note)).definition).toStrictEqual(definition)
      })
  )

  it.each(["no", "null", "1e5", "count-files", "数える", "007"])("keeps the name %s a text", (name) => {
    const definition = made({ name })
    expect(parseText("x.yaml", definitionYaml(definition, "")).definition.name).toBe(name)
  })
})
