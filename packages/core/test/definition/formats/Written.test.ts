import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { AgentDefinition, agentName } from "../../../src/definition/AgentDefinition.ts"
import { unwritable, written } from "../../../src/definition/formats/Written.ts"
import { parseText } from "../../../src/definition/ReadDefinition.ts"
import { builtInRoles } from "../../../src/definition/roles/Roles.ts"
import { Supervision } from "../../../src/definition/Supervision.ts"
import { Limits } from "../../../src/domain/Limits.ts"
import { fixture } from "./Texts.ts"

const languages = [
  ["markdown", "x.md"],
  ["yaml", "x.yaml"],
  ["json", "x.json"],
  ["toml", "x.toml"]
] as const

const fixtures = [
  "code-reviewer.yaml",
  "python-reviewer.yaml",
  "researcher.yaml",
  "test-writer.md",
  "reviewer.toml",
  "sec-scan.yaml",
  "doc-writer.yaml",
  "license-checker.json",
  "deputize-mcp-researcher.yaml"
]

const survives = (definition: AgentDefinition): void => {
  for (const [language, file] of languages) {
    if (unwritable(definition, language) !== undefined) continue
    expect(parseText(file, written(definition, language)).definition).toStrictEqual(definition)
  }
}

describe("a definition that is written", () => {
  it.each(fixtures)("is the same when it is read again, in every language: %s", (file) => {
    survives(parseText(file, fixture(file)).definition)
  })

  it.each(builtInRoles)("is the same when it is a built-in one: $name", survives)

  it("is a file that people can read", () => {
    const { definition } = parseText("test-writer.md", fixture("test-writer.md"))
    expect(written(definition, "markdown")).toBe(
      `---
name: test-writer
description: Writes missing unit tests. Use after code changes.
model: inherit
tools:
  - read_file
  - grep
  - glob
  - write_file
  - shell
permissions:
  read:
    - "**"
  write:
    - "**"
  exec:
    - npm test
limits:
  tokens: 40000
  turns: 12
isolation: worktree
---

You write unit tests for code that has none. Read the code first, follow the style of the tests next to it, run them.
`
    )
  })

  it("says what TOML cannot say of it", () => {
    const definition = new AgentDefinition({ name: "a", instructions: "i", extra: { x: [{ y: null }] } })
    expect(languages.map(([language]) => unwritable(definition, language))).toStrictEqual([
      undefined,
      undefined,
      undefined,
      "TOML has no null, which extra.x[0].y is"
    ])
  })

  const text = Schema.String
  const texts = Schema.Array(text)
  const positive = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 1e12 })))
  const json = Schema.Record(
    text,
    Schema.Union([
      text,
      Schema.Boolean,
      Schema.Null,
      Schema.Finite,
      texts,
      Schema.Record(text, Schema.Array(Schema.Finite))
    ])
  )
  /** Files are UTF-8, which halves of pairs are not. */
  const wellFormed = <A>(value: A): A =>
    JSON.parse(JSON.stringify(value), (_, each: unknown) => (typeof each === "string" ? each.toWellFormed() : each))
  const keysFormed = (record: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(record).map(([key, each]) => [key.toWellFormed(), each]))
  const name = Schema.Literals(["a", "code-reviewer", "レビュー", "x1-2"])

  it.prop(
    "is the same when it is read again, whatever it says",
    [
      Schema.Struct({
        name,
        description: text,
        instructions: text,
        goal: text,
        model: text,
        effort: Schema.Literals(["low", "medium", "high"]),
        skills: texts,
        permissions: Schema.Struct({ read: texts, write: texts, net: texts, exec: texts, mcp: texts, spawn: texts }),
        supervision: Supervision,
        isolation: Schema.Literals(["none", "worktree"]),
        worktree: Schema.Struct({ copy: texts, setup: texts }),
        retention: Schema.Literals(["job", "session", "permanent"]),
        redactSecrets: Schema.Boolean,
        successCriteria: texts,
        checks: texts,
        artifacts: texts
      }),
      Schema.Struct({ tokens: positive, nanoUsd: positive, wallMs: positive, children: positive }),
      json
    ],
    ([facts, limits, extra]) => {
      const { instructions, worktree, ...others } = wellFormed(facts)
      const hasTree = others.isolation === "worktree" && worktree.copy.length + worktree.setup.length > 0
      survives(
        new AgentDefinition({
          ...others,
          ...(hasTree ? { worktree } : {}),
          instructions: `${instructions}x${others.description}`,
          tools: ["read_file", "git__log", "some tool"],
          limits: new Limits(limits),
          extra: keysFormed(wellFormed(extra))
        })
      )
    }
  )

  it.prop("keeps a title that is another than the name", [Schema.Literals(["Py Reviewer", "a_B", "Ä x"])], ([title]) =>
    survives(new AgentDefinition({ name: agentName(title), title, instructions: "i" }))
  )
})
