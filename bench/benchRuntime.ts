/**
 * The runtime as benchmarks run it: everything real (journal and kept bytes on disk, policy, budget), the provider on
 * loopback.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { TokenCounter } from "@deputize/core/budget/TokenCounter"
import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { builtInRole } from "@deputize/core/definition/roles/Roles"
import { Limits } from "@deputize/core/domain/Limits"
import { Blobs } from "@deputize/core/journal/Blobs"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import { OpenAiModel } from "@deputize/core/model/openai/OpenAiModel"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { Runtime } from "@deputize/core/runtime/Runtime"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

interface Options {
  readonly url: string
  readonly wire: "responses" | "chat"
  readonly count: number
  /** Of the whole run. */
  readonly tokens?: number
}

/** Runs so many explorers of this repository, each with a goal of its own. */
export const runExplorers = (options: Options): Promise<RunResult> => {
  const definition = builtInRole("explorer")
  if (definition === undefined) throw new Error("there is no explorer")
  const { count, tokens } = options
  const agents = Array.from({ length: count }, (_, index) => ({ definition, goal: `goal ${index}`, scope: [] }))
  return run(options, { agents, ...(tokens === undefined ? {} : { limits: { tokens } }) })
}

/** Runs one agent that starts so many explorers, all at once. */
export const runNested = (options: Options): Promise<RunResult> => {
  const { count } = options
  const definition = new AgentDefinition({
    name: "lead",
    instructions: "Give work away.",
    tools: ["spawn_agent"],
    permissions: { spawn: ["explorer"] },
    limits: new Limits({ tokens: 50_000 * (count + 1) })
  })
  const agents = [{ definition, goal: String(count), scope: [] }]
  return run(options, { agents, limits: { children: count }, maxSpawnedAtOnce: count })
}

// internal

/** On a record of its own, of which nothing is left behind. */
const run = async ({ count, url, wire }: Options, asked: Omit<RunRequest, "workspace">): Promise<RunResult> => {
  const folder = mkdtempSync(join(tmpdir(), "deputize-bench-"))
  const workspace = join(import.meta.dirname, "..")
  const layer = Runtime.layer.pipe(
    Layer.provide(
      Layer.mergeAll(
        SqliteJournal.layer({ file: join(folder, "journal.db") }),
        Blobs.layer(join(folder, "blobs")),
        TokenCounter.layer,
        ConfinedRoot.layer(workspace),
        AgentLoader.layer({ workspace, home: join(folder, "nobody") }),
        OpenAiModel.layer({
          name: "bench",
          baseUrl: url,
          wire,
          apiKey: "sk-bench",
          keyVariable: "",
          keyInstructions: "",
          headers: {},
          query: {},
          requiresAuth: true,
          model: "some-model",
          maxTokensField: wire === "chat" ? "max_completion_tokens" : "max_output_tokens",
          prices: {},
          idleTimeoutMs: 60_000,
          parallelism: count + 1
        })
      )
    )
  )
  const request = { workspace, ...asked }
  try {
    return await Effect.runPromise(
      Effect.flatMap(Runtime, (runtime) => Effect.flatMap(runtime.start(request), (handle) => handle.wait)).pipe(
        Effect.scoped,
        Effect.provide(layer)
      )
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
