/**
 * One agent in a workspace of its own, without the runtime around it: its task can be anything, and its record is at
 * hand.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Agent from "../../src/agent/Agent.ts"
import { type AgentEvent, AgentJournal } from "../../src/agent/AgentEvent.ts"
import type { AgentTask } from "../../src/agent/AgentTask.ts"
import { systemText } from "../../src/agent/Prompt.ts"
import { Budget } from "../../src/budget/Budget.ts"
import { grantOf } from "../../src/definition/AgentDefinition.ts"
import { builtInRole } from "../../src/definition/roles/Roles.ts"
import { AgentPath, makeRunId, rootPath } from "../../src/domain/Ids.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal, type JournalEvent } from "../../src/journal/Journal.ts"
import type { Model } from "../../src/model/Model.ts"
import { OpenAiModel } from "../../src/model/openai/OpenAiModel.ts"
import type { ProviderSettings } from "../../src/model/openai/ProviderSettings.ts"
import { specs, toolbox } from "../../src/tool/Toolbox.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { sharedCounter } from "../budget/sharedCounter.ts"

export const wires = ["responses", "chat"] as const
export type Wire = (typeof wires)[number]

/** A folder with files of ordinary size, removed by `remove`. */
export const makeWorkspace = (): { readonly root: string; readonly remove: () => void } => {
  const root = mkdtempSync(join(tmpdir(), "deputize-agent-"))
  mkdirSync(join(root, "src"))
  writeFileSync(join(root, "src", "app.ts"), "export const answer = 42\n")
  for (let file = 0; file < 12; file++) {
    const lines = Array.from(
      { length: 80 },
      (_, line) => `export const value${file}_${line} = "${"x".repeat(line % 40)}"`
    )
    writeFileSync(join(root, "src", `file${file}.ts`), `${lines.join("\n")}\n`)
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

export const run = makeRunId(0, 0)

export interface Asked extends Partial<Omit<AgentTask, "limits">> {
  readonly name?: string
  readonly limits?: Partial<AgentTask["limits"]>
  /** Tokens of the whole run. */
  readonly wholeTokens?: number
}

export interface Ended {
  readonly result: Effect.Success<ReturnType<typeof Agent.run>>
  readonly used: number
  readonly events: ReadonlyArray<JournalEvent>
  readonly facts: ReadonlyArray<AgentEvent>
}

export const taskOf = ({ limits, name = "explorer", wholeTokens: _, ...more }: Asked): AgentTask => {
  const definition = more.definition ?? builtInRole(name)
  if (definition === undefined) throw new Error(`no built-in role ${name}`)
  const { tools } = toolbox(definition.tools)
  return {
    run,
    path: AgentPath.make(`/root/${definition.name}`),
    parent: rootPath,
    order: 1,
    definition,
    goal: "look",
    model: "some-model",
    scope: [],
    ceiling: [],
    policy: [grantOf(definition)],
    tools,
    toolSpecs: specs(tools),
    skills: [],
    team: null,
    inbox: null,
    settleChildren: null,
    dependants: null,
    format: null,
    unavailable: [],
    contextPaths: [],
    system: systemText(definition, []),
    kept: Effect.succeed({ system: "0".repeat(64), definition: "0".repeat(64) }),
    prompt: more.goal ?? "look",
    artifacts: [],
    checks: { commands: [], environment: {} },
    progressMs: 100,
    ...more,
    limits: { tokens: null, nanoUsd: null, wallMs: null, turns: 60, ...limits }
  }
}

/** Runs one agent from its first turn to its last. */
export const runAgent = Effect.fnUntraced(function* (root: string, asked: Asked = {}) {
  const task = taskOf(asked)
  const { nanoUsd, tokens } = task.limits
  const limit = { ...(tokens === null ? {} : { tokens }), ...(nanoUsd === null ? {} : { nanoUsd }) }
  const whole = asked.wholeTokens === undefined ? {} : { tokens: asked.wholeTokens }
  return yield* Effect.gen(function* () {
    const journal = yield* Journal
    const budget = yield* Budget
    yield* journal.open(run)
    yield* budget.carve(rootPath, task.path, { name: task.definition.name, limit })
    const result = yield* Agent.run(task)
    const events = (yield* journal.read(run)).filter((event) => event.path === task.path)
    const facts = events.flatMap((event) => Option.toArray(AgentJournal.decode(event)))
    const ended: Ended = { result, used: (yield* budget.used(task.path)).tokens, events, facts }
    return ended
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Layer.mergeAll(
        Budget.layer(whole),
        Journal.layerMemory,
        Blobs.layerMemory,
        sharedCounter,
        ConfinedRoot.layer(root)
      )
    )
  )
})

/** A model over one of the wires. */
export const overTheWire = (url: string, wire: Wire, more: Partial<ProviderSettings> = {}): Layer.Layer<Model> =>
  OpenAiModel.layer({
    name: "loopback",
    baseUrl: url,
    wire,
    apiKey: "sk-test-0123456789",
    keyVariable: "OPENAI_API_KEY",
    keyInstructions: "",
    headers: {},
    query: {},
    requiresAuth: true,
    model: "some-model",
    maxTokensField: wire === "responses" ? "max_output_tokens" : "max_completion_tokens",
    prices: { "some-model": { input: 1, cached: 0.1, output: 4 } },
    // Longer than any pause of a slow machine.
    idleTimeoutMs: 60_000,
    parallelism: 64,
    ...more
  })
