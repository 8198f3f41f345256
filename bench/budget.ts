/**
 * What agents spend that call tools for ever: one budget of 10,000 tokens for one, ten and fifty of them, over both
 * wires. The provider counts for itself, and its count is what is shown.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { TokenCounter } from "@deputize/core/budget/TokenCounter"
import { builtInRole } from "@deputize/core/definition/roles/Roles"
import { Blobs } from "@deputize/core/journal/Blobs"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import { OpenAiModel } from "@deputize/core/model/openai/OpenAiModel"
import { Runtime } from "@deputize/core/runtime/Runtime"
import { alwaysCalls, startProviderServer } from "@deputize/core/testing/ProviderServer"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type BenchReport, type BenchRow, valueRow } from "./report.ts"

const limit = 10_000

export const budget = async (): Promise<BenchReport> => {
  const rows: Array<BenchRow> = []
  for (const wire of ["responses", "chat"] as const) {
    for (const count of [1, 10, 50]) {
      const spent = await billed(wire, count)
      rows.push(valueRow(`${count} agents, ${wire}`, spent, "tokens", { most: limit }))
    }
  }
  return {
    baseline: { name: "the limit", value: limit, unit: "tokens" },
    rounds: 1,
    rows,
    notMeasured: "providers that bill more than the cap they were given"
  }
}

// internal

const billed = async (wire: "responses" | "chat", count: number): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), "deputize-bench-"))
  const server = await startProviderServer((received) =>
    received.toolNames.length === 0 ? { text: "That is what I found." } : alwaysCalls(received)
  )
  const explorer = builtInRole("explorer")
  if (explorer === undefined) throw new Error("there is no explorer")
  const { definition, probes } = explorer
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
          baseUrl: server.url,
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
  const agents = Array.from({ length: count }, (_, index) => ({ definition, probes, goal: `goal ${index}`, scope: [] }))
  await Effect.runPromise(
    Effect.flatMap(Runtime, (runtime) =>
      Effect.flatMap(runtime.start({ workspace, agents, tokens: limit }), (handle) => handle.wait)
    ).pipe(Effect.scoped, Effect.provide(layer))
  )
  await server.close()
  rmSync(folder, { recursive: true, force: true })
  return server.billed.total
}
