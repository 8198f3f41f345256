/**
 * The runtime as benchmarks run it: everything real (journal and kept bytes on disk, policy, budget), the provider on
 * loopback.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { TokenCounter } from "@deputize/core/budget/TokenCounter"
import { builtInRole } from "@deputize/core/definition/roles/Roles"
import { Blobs } from "@deputize/core/journal/Blobs"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import { OpenAiModel } from "@deputize/core/model/openai/OpenAiModel"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { Runtime } from "@deputize/core/runtime/Runtime"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

/** Runs so many explorers of this repository, each with a goal of its own, and leaves nothing behind. */
export const runExplorers = async (options: {
  readonly url: string
  readonly wire: "responses" | "chat"
  readonly count: number
  /** Of the whole run. */
  readonly tokens?: number
}): Promise<RunResult> => {
  const { count, tokens, url, wire } = options
  const folder = mkdtempSync(join(tmpdir(), "deputize-bench-"))
  const workspace = join(import.meta.dirname, "..")
  const layer = Runtime.layer.pipe(
    Layer.provide(
      Layer.mergeAll(
        SqliteJournal.layer({ file: join(folder, "journal.db") }),
        Blobs.layer(join(folder, "blobs")),
        TokenCounter.layer,
        ConfinedRoot.layer(workspace),
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
          parallelism: count
        })
      )
    )
  )
  const explorer = builtInRole("explorer")
  if (explorer === undefined) throw new Error("there is no explorer")
  const { definition, probes } = explorer
  const agents = Array.from({ length: count }, (_, index) => ({ definition, probes, goal: `goal ${index}`, scope: [] }))
  const request = { workspace, agents, ...(tokens === undefined ? {} : { tokens }) }
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
