/**
 * Many agents in one process, each with three requests of one second, streaming, with journal, budget and policy on.
 *
 * The floor is a bare keep-alive `node:http` loop that sends requests of the same size in the same number at the same
 * time, in the same run. Up to 50 agents efficiency counts: the time that one agent takes alone, to the time that all of
 * them take together.
 */
import { spawn } from "node:child_process"
import { join } from "node:path"
import { type ProviderProcess, startProvider } from "./providerProcess.ts"
import { type BenchReport, type BenchRow, ratioRow, valueRow } from "./report.ts"
import { median } from "./statistics.ts"

const crowd = 1_000

const rounds = 5

export const agents = async (): Promise<BenchReport> => {
  const provider = await startProvider({ delayMs: 1_000, turns: 2 })
  try {
    const alone = await many("runtime", 1, provider, rounds)
    const rows: Array<BenchRow> = []
    for (const count of [3, 5, 10, 50]) {
      const together = await many("runtime", count, provider, rounds)
      const efficiency = (100 * alone.ms) / together.ms
      rows.push({
        name: `${count} agents, efficiency ${efficiency.toFixed(1)} %`,
        value: together.ms / 1_000,
        unit: "s",
        ratio: together.ms / alone.ms,
        bar: { most: Math.round(100 / 0.98) / 100 },
        holds: efficiency >= 98
      })
      if (count === 10) rows.push(valueRow("10 agents, everything", together.ms / 1_000, "s", { most: 3.5 }))
      if (count === 50) rows.push(ratioRow("50 agents, to the ideal", together.ms / 1_000, 3, 1.1, "s"))
    }
    // One agent that starts fifty and waits for them, its own requests answered at once.
    const nested = await many("nested", 50, provider, rounds)
    rows.push(ratioRow("50 agents started by one, to the ideal", nested.ms / 1_000, 3, 1.1, "s"))
    const floor = await many("floor", crowd, provider, 1)
    const ours = await many("runtime", crowd, provider, 1)
    rows.push(
      ratioRow(`${crowd} agents, to a bare node:http loop`, ours.ms / 1_000, floor.ms / 1_000, 1.3, "s"),
      ratioRow("processor time per agent, to that loop", ours.cpuMs / crowd, floor.cpuMs / crowd, 5),
      valueRow("memory per agent", (ours.mebibytes - alone.mebibytes) / (crowd - 1), "MiB", { most: 0.25 })
    )
    return {
      baseline: { name: "one agent alone", value: alone.ms / 1_000, unit: "s" },
      rounds,
      rows,
      notMeasured: "TLS; a provider that is slower for some; start-up of Node"
    }
  } finally {
    await provider.stop()
  }
}

// internal

interface Measured {
  readonly ms: number
  readonly cpuMs: number
  readonly mebibytes: number
}

/** In a process of its own each time, so that memory and warm-up of one do not count for the next. */
const many = async (
  kind: "runtime" | "nested" | "floor",
  count: number,
  provider: ProviderProcess,
  rounds: number
): Promise<Measured> => {
  const found: Array<Measured> = []
  for (let round = 0; round < rounds; round += 1) found.push(await once(kind, count, provider.url))
  return {
    ms: median(found.map(({ ms }) => ms)),
    cpuMs: median(found.map(({ cpuMs }) => cpuMs)),
    mebibytes: median(found.map(({ mebibytes }) => mebibytes))
  }
}

const once = async (kind: string, count: number, url: string): Promise<Measured> => {
  const script = join(import.meta.dirname, "agentsProcess.ts")
  const child = spawn(process.execPath, ["--conditions=@deputize/source", script, kind, String(count), url], {
    stdio: ["ignore", "pipe", "inherit"]
  })
  let out = ""
  child.stdout.on("data", (chunk) => {
    out += chunk
  })
  const code = await new Promise((resolve) => child.once("close", resolve))
  if (code !== 0) throw new Error(`${kind} with ${count} agents ended with ${code}`)
  const measured: Measured = JSON.parse(out)
  return measured
}
