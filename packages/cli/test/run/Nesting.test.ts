import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Invocation } from "../../src/command/Invocation.ts"
import { UsageError } from "../../src/command/UsageError.ts"
import { parallelismOf, readNesting, teamWords } from "../../src/run/Nesting.ts"

const flags = (values: Readonly<Record<string, string>>) =>
  new Invocation("delegate", [], new Map(Object.entries(values).map(([name, value]) => [name, [value]])))

const agent = (name: string, ...spawn: ReadonlyArray<string>): RunRequest["agents"][number] => ({
  definition: AgentDefinition.make({ name, instructions: "", permissions: { spawn } }),
  goal: "g",
  scope: []
})

const request = (agents: RunRequest["agents"], facts: Partial<RunRequest> = {}): RunRequest => ({
  workspace: "/w",
  agents,
  ...facts
})

describe("what a command line says about agents that agents start", () => {
  it.effect("is nothing unless it is said, so that the runtime's own limits hold", () =>
    Effect.gen(function* () {
      expect(yield* readNesting(flags({}), 20)).toStrictEqual({
        request: { maxParallel: 16, trusted: false, oneModel: false },
        limits: {}
      })
    })
  )

  it.effect("is how many there are, how deep and how many at once", () =>
    Effect.gen(function* () {
      const given = flags({ "max-agents": "8", "max-depth": "2", "max-parallel": "3", trust: "", model: "m" })
      expect(yield* readNesting(given, 20)).toStrictEqual({
        request: { maxParallel: 3, maxSpawnedAtOnce: 3, trusted: true, oneModel: true },
        limits: { children: 8, depth: 2 }
      })
      expect((yield* readNesting(flags({ "max-parallel": "auto" }), 20)).request).toStrictEqual({
        maxParallel: "auto",
        trusted: false,
        oneModel: false
      })
    })
  )

  it.effect.each([
    ["max-agents", "0"],
    ["max-depth", "none"],
    ["max-parallel", "-1"]
  ] as const)("is refused where it is no number: --%s %s", ([flag, value]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readNesting(flags({ [flag]: value }), 1))
      expect(error).toBeInstanceOf(UsageError)
      expect(error.message).toContain(`--${flag}`)
    })
  )
})

describe("what is told of agents that agents start", () => {
  it("is nothing where no agent may start any", () => {
    const alone = request([agent("explorer"), agent("explorer")])
    expect([teamWords(alone), parallelismOf(alone)]).toStrictEqual([null, 2])
  })

  it("is who may start whom, within which limits", () => {
    const team = [agent("lead", "*"), agent("review", "explorer", "test-gen"), agent("lead", "*"), agent("explorer")]
    const limited = request(team, { maxParallel: 2, maxSpawnedAtOnce: 6, limits: { children: 1, depth: 2 } })
    expect([teamWords(request(team)), teamWords(limited)]).toStrictEqual([
      "lead may start any agent; review may start explorer, test-gen, 32 agents in all, 3 levels deep, 4 at a time",
      "lead may start any agent; review may start explorer, test-gen, 1 agent in all, 2 levels deep, 6 at a time"
    ])
    expect([parallelismOf(request(team)), parallelismOf(limited)]).toStrictEqual([8, 8])
    const automatic = request(team, { maxParallel: "auto" })
    expect([teamWords(automatic)?.slice(-74), parallelismOf(automatic)]).toStrictEqual([
      ", 4 at a time at first, then as many as the provider and this machine bear",
      128
    ])
  })
})
