/**
 * What agents spend that call tools for ever: one budget of 10,000 tokens for one, ten and fifty of them, over both
 * wires. The provider counts for itself, and its count is what is shown.
 */
import { alwaysCalls, startProviderServer } from "@deputize/core/testing/ProviderServer"
import { runExplorers } from "./benchRuntime.ts"
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
  const server = await startProviderServer((received) =>
    received.toolNames.length === 0 ? { text: "That is what I found." } : alwaysCalls(received)
  )
  try {
    await runExplorers({ url: server.url, wire, count, tokens: limit })
    return server.billed.total
  } finally {
    await server.close()
  }
}
