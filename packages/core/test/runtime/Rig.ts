/**
 * A runtime with a real workspace, and either wire to a provider that answers on loopback.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AgentLoader } from "../../src/definition/AgentLoader.ts"
import { builtInRole } from "../../src/definition/roles/Roles.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { OpenAiModel } from "../../src/model/openai/OpenAiModel.ts"
import type { ProviderSettings } from "../../src/model/openai/ProviderSettings.ts"
import type { AgentRequest, RunRequest } from "../../src/runtime/RunRequest.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { sharedCounter } from "../budget/sharedCounter.ts"

export const wires = ["responses", "chat"] as const
export type Wire = (typeof wires)[number]

/** A folder with files of ordinary size, removed by the returned function. */
export const makeWorkspace = (): { readonly root: string; readonly remove: () => void } => {
  const root = mkdtempSync(join(tmpdir(), "deputize-rig-"))
  mkdirSync(join(root, "src"))
  for (let file = 0; file < 12; file++) {
    const lines = Array.from(
      { length: 80 },
      (_, line) => `export const value${file}_${line} = "${"x".repeat(line % 40)}"`
    )
    writeFileSync(join(root, "src", `file${file}.ts`), `${lines.join("\n")}\n`)
  }
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

export const agent = (name: string, goal: string, more: Partial<AgentRequest> = {}): AgentRequest => {
  const definition = builtInRole(name)
  if (definition === undefined) throw new Error(`no built-in role ${name}`)
  return { definition, goal, scope: [], ...more }
}

/** The agents of `root` and the built-in roles; none of any user. */
export const agentsOf = (root: string) => AgentLoader.layer({ workspace: root, home: join(root, "nobody") })

/** A runtime on `root` that asks the provider at `url`. */
export const overTheWire = (root: string, url: string, wire: Wire, more: Partial<ProviderSettings> = {}) =>
  Runtime.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Journal.layerMemory,
        Blobs.layerMemory,
        sharedCounter,
        ConfinedRoot.layer(root),
        agentsOf(root),
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
      )
    )
  )

export const run = (request: RunRequest) =>
  Effect.flatMap(Runtime, (runtime) => Effect.flatMap(runtime.start(request), (handle) => handle.wait)).pipe(
    Effect.scoped
  )
