import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { AgentLoader } from "../../src/definition/AgentLoader.ts"
import { type Delegation, type Limit, requestOf, type WholeOptions } from "../../src/promise/Delegation.ts"
import { folderWith, removeFolders, seen } from "./fixture.ts"

afterAll(removeFolders)

const workspace = folderWith({
  ".deputize/agents/writer.md":
    "---\nname: writer\ndescription: Writes\ntools: Read, Write\nmodel: sonnet\n---\nWrite.\n",
  ".deputize/agents/reporter.md":
    "---\nname: reporter\ndescription: Reports\ntools: Read, Write\nartifacts: [report.md]\n---\nReport.\n"
})
const loader = AgentLoader.layer({ workspace, home: "/nonexistent" })
const explorer = { agent: "explorer", goal: "look" }
const ask = (...args: Parameters<typeof requestOf> extends [string, ...infer Rest] ? Rest : never) =>
  requestOf(workspace, ...args).pipe(Effect.provide(loader))

/** `token` is no unit. */
const misspelt: Limit = JSON.parse(`{ "token": 5 }`)

const refused: ReadonlyArray<
  readonly [ReadonlyArray<Delegation>, WholeOptions, number | Limit | undefined, problem: string]
> = [
  [[], {}, undefined, "there is no agent to delegate to"],
  [
    [{ agent: "explorer" }],
    {},
    undefined,
    "explorer has no goal: neither is one given, nor does its definition hold one"
  ],
  [
    [{ agent: "explorer", goal: " \n" }],
    {},
    undefined,
    "explorer has no goal: neither is one given, nor does its definition hold one"
  ],
  [[explorer], {}, 0, "the budget: tokens is 0"],
  [[explorer], {}, { tokens: 1.5 }, "the budget: tokens is 1.5"],
  [[explorer], {}, { usd: Number.NaN }, "the budget: usd is NaN"],
  [[{ ...explorer, budget: { usd: -1 } }], {}, undefined, "the budget of explorer: usd is -1"],
  [[{ ...explorer, budget: misspelt }], {}, undefined, 'the budget of explorer has "token"'],
  [[explorer], { maxSpawnedAtOnce: -1 }, undefined, "maxSpawnedAtOnce is -1"],
  [[explorer], { maxParallel: Number.POSITIVE_INFINITY }, undefined, "maxParallel is Infinity"],
  [[{ ...explorer, priority: JSON.parse('"soon"') }], {}, undefined, 'priority is "soon"'],
  [[{ ...explorer, scope: ["../x"] }], {}, undefined, 'the scope "../x" is not a path in the workspace'],
  [[{ ...explorer, scope: ["a/../.."] }], {}, undefined, 'the scope "a/../.." is not a path in the workspace'],
  [[{ ...explorer, scope: ["/etc"] }], {}, undefined, 'the scope "/etc" is not a path in the workspace'],
  [[{ ...explorer, scope: ["C:\\x"] }], {}, undefined, 'the scope "C:\\\\x" is not a path in the workspace'],
  [[{ ...explorer, scope: [""] }], {}, undefined, 'the scope "" is not a path in the workspace']
]

describe("a delegation", () => {
  it.effect("becomes a request in the runtime's words", () =>
    Effect.gen(function* () {
      const definition = new AgentDefinition({ name: "poet", instructions: "Rhyme." })
      const poet: Delegation = {
        agent: definition,
        goal: "a poem",
        budget: { tokens: 9_000, usd: 0.25, calls: 3, ms: 60_000, turns: 4, agents: 2, depth: 1 },
        scope: ["src/", "./docs", "a\\b", "."],
        inputs: { subject: "rain" },
        model: "gpt-6-luna",
        priority: "high"
      }
      const { request, warnings } = yield* ask(
        [poet],
        {
          maxParallel: "auto",
          maxSpawnedAtOnce: 3,
          trust: true,
          checks: ["npm test"],
          environment: { PATH: "/bin", NONE: undefined }
        },
        50_000
      )
      expect({ request, warnings }).toStrictEqual({
        request: {
          workspace,
          agents: [
            {
              definition,
              goal: "a poem",
              scope: ["src", "docs", "a/b", "."],
              inputs: { subject: "rain" },
              priority: "high",
              model: "gpt-6-luna",
              ceiling: [],
              limits: {
                tokens: 9_000,
                nanoUsd: 250_000_000,
                toolCalls: 3,
                wallMs: 60_000,
                turns: 4,
                children: 2,
                depth: 1
              }
            }
          ],
          limits: { tokens: 50_000 },
          trusted: true,
          maxParallel: "auto",
          maxSpawnedAtOnce: 3,
          checks: { commands: ["npm test"], environment: { PATH: "/bin" } }
        },
        warnings: []
      })
    })
  )

  it.effect("to a definition of the workspace is held to its artifacts until it is trusted, and says so", () =>
    Effect.gen(function* () {
      const held = yield* ask([{ agent: "writer", goal: "write" }], {})
      const trusted = yield* ask([{ agent: "writer", goal: "write" }], { trust: true })
      const rights = ({ request }: typeof held) =>
        request.agents.map(({ ceiling = [], model }) => ({ ceiling: ceiling.map(({ write }) => write), model }))
      expect([rights(held), rights(trusted)]).toStrictEqual([
        [{ ceiling: [[]], model: undefined }],
        [{ ceiling: [], model: undefined }]
      ])
      expect(held.warnings).toStrictEqual([
        expect.stringContaining("the model sonnet is another maker's name"),
        expect.stringContaining("comes with the repository")
      ])
      expect(trusted.warnings).toStrictEqual([expect.stringContaining("the model sonnet is another maker's name")])
    })
  )

  it.effect("to several of one definition of the workspace leaves each the artifacts of its own copy", () =>
    Effect.gen(function* () {
      const reporter = { agent: "reporter", goal: "report" }
      const { request } = yield* ask([reporter, explorer, reporter], {})
      expect(request.agents.map(({ ceiling = [] }) => ceiling.map(({ write }) => write))).toStrictEqual([
        [["report.md"]],
        [],
        [["report-2.md"]]
      ])
    })
  )

  it.effect("that is read-only gets a ceiling without any writing", () =>
    Effect.gen(function* () {
      const { request } = yield* ask([{ agent: "test-gen", goal: "look", readOnly: true }], {})
      expect(
        request.agents.map(({ ceiling = [] }) => ceiling.map(({ label, write }) => ({ label, write })))
      ).toStrictEqual([[{ label: "readOnly", write: [] }]])
    })
  )

  it.effect.each(refused)("%j with %j and a budget of %j is refused", ([delegations, options, budget, message]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ask(delegations, options, budget))
      expect(seen(error)).toStrictEqual({ _tag: "RequestInvalid", message, hint: expect.stringMatching(/\.$/) })
    })
  )
})
