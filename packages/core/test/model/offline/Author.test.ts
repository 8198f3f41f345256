import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AgentName } from "../../../src/definition/AgentDefinition.ts"
import { authorGoal, nameFor, writeDefinition } from "../../../src/model/offline/Author.ts"
import { ask, requestOf } from "../MemoryWorkspace.ts"

const artifacts = (prompt: string): unknown => JSON.parse(writeDefinition(prompt)).artifacts

describe("a definition written by rules", () => {
  it("has the prompt as its goal and everything that a generated definition has", () => {
    expect(JSON.parse(writeDefinition("Count the TypeScript files by package and write a table"))).toStrictEqual({
      name: "count-typescript-files-package",
      goal: "Count the TypeScript files by package and write a table",
      tools: { mcp: ["list_dir", "glob", "grep", "read_file"], shell: [] },
      policies: { context: { max_tokens: 30_000 }, permissions: { filesystem: ["**"], network: [] } },
      success_criteria: ["artifacts/count-typescript-files-package.md holds the answer"],
      artifacts: ["artifacts/count-typescript-files-package.md"]
    })
  })

  it.each([
    ["Find TODO comments in the parser", "find-todo-comments-parser"],
    ["TypeScript ファイルをパッケージごとに数えて", "typescript-ファイル-パッケージ-数"],
    ["统计文件并生成报告", "统计-文件-报告"],
    ["Zähle die Dateien", "zähle-dateien"],
    ["Перечисли все файлы", "перечисли-все-файлы"],
    ["Explain README.md", "explain-readme-md"],
    ["../../etc/passwd", "etc-passwd"],
    ["???", "agent"],
    ["a the of", "agent"]
  ])("is named after the words of %s", (prompt, name) => {
    expect(nameFor(prompt)).toBe(name)
  })

  it.effect.prop("has a name that an agent can have, whatever the prompt", [Schema.String], ([prompt]) =>
    Effect.sync(() => Schema.is(AgentName)(nameFor(prompt)) && nameFor(prompt).length <= 48)
  )

  it.each([
    ["Find TODO comments", []],
    ["Explain how reports are written", []],
    ["Review src/parse.ts and write a report to docs/review.md", ["docs/review.md"]],
    ["結果を artifacts/結果.md に保存して", ["artifacts/結果.md"]],
    ["Zähle die Dateien und erstelle eine Tabelle", ["artifacts/zähle-dateien-tabelle.md"]],
    ["ファイルを数えて表にまとめて", ["artifacts/ファイル-数-表.md"]],
    ["Write a JSON file of all licences", ["artifacts/json-file-licences.json"]]
  ])("promises a file where one is asked for: %s", (prompt, expected) => {
    expect(artifacts(prompt)).toStrictEqual(expected)
  })

  it("is what the provider answers the author alone, and only where a form is asked for", () => {
    const goal = "Find TODO comments"
    const format = { name: "agent_definition", schema: { type: "object" } }
    const text = (agent: string, asked: typeof format | null) =>
      ask(requestOf({ agent, goal }, { format: asked }))
        .flatMap((part) => (part._tag === "Text" ? [part.text] : []))
        .join("")
    expect(text("agent-author", format)).toBe(writeDefinition(goal))
    expect(writeDefinition(authorGoal(goal))).toBe(writeDefinition(goal))
    expect([text("explorer", format), text("agent-author", null)]).toStrictEqual(["", ""])
  })
})
