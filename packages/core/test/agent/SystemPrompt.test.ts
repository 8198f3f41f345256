import { forOneRun } from "@deputize/core/agent/SystemPrompt"
import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import { builtInRole } from "@deputize/core/definition/roles/Roles"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fixture } from "../workspace/fixture.ts"

const definition = builtInRole("explorer")
if (definition === undefined) throw new Error("there is no explorer")
const other = new AgentDefinition({ ...definition, name: "other" })
const most = 8_000

it.effect("is read once for a run and stays as it was read, and is read anew by the next run", () =>
  Effect.gen(function* () {
    const files = yield* fixture
    files.write("AGENTS.md", "the first notes")
    files.write("src/AGENTS.md", "notes on src")
    yield* Effect.gen(function* () {
      const prompts = forOneRun()
      const first = yield* prompts(definition, [], most)
      files.write("AGENTS.md", "the second notes")
      expect(first.contextPaths).toStrictEqual(["AGENTS.md"])
      expect(first.text).toContain("the first notes")
      expect(yield* prompts(definition, [], most)).toBe(first)
      expect((yield* prompts(other, [], most)).text).toContain("You are other")
      expect((yield* prompts(definition, ["src"], most)).contextPaths).toStrictEqual(["AGENTS.md", "src/AGENTS.md"])
      expect((yield* prompts(definition, [], 0)).text).not.toContain("notes")
      expect((yield* forOneRun()(definition, [], most)).text).toContain("the second notes")
    }).pipe(Effect.provide(ConfinedRoot.layer(files.root)))
  }).pipe(Effect.scoped)
)

it.effect("cuts context files to whole lines, and keeps those of the nearest folder longest", () =>
  Effect.gen(function* () {
    const files = yield* fixture
    files.write("AGENTS.md", "a general rule\n".repeat(200))
    files.write("src/AGENTS.md", "a rule for src\n")
    const { contextPaths, text } = yield* forOneRun()(definition, ["src"], 200).pipe(
      Effect.provide(ConfinedRoot.layer(files.root))
    )
    expect(contextPaths).toStrictEqual(["AGENTS.md", "src/AGENTS.md"])
    expect(text).toMatch(
      /Project notes from AGENTS\.md \(beginning only\):\n(a general rule\n){5,50}\n\nProject notes from src\/AGENTS\.md:\na rule for src\n$/
    )
  }).pipe(Effect.scoped)
)
