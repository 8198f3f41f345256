/**
 * A journal of a million events, in one run of fifty agents and spread over ten thousand runs: how long it takes to look
 * at it, and how much memory.
 *
 * The floor is SQLite alone, that reads every row of the same file in the same round; for appends, SQLite that inserts
 * rows of the same size, a commit each. Every measurement is a process of its own; the file is in the system's cache.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { type BenchReport, type BenchRow, ratioRow, valueRow } from "./report.ts"
import { median } from "./statistics.ts"

const rounds = 3
const events = 1_000_000

/** The most that each may take, as a multiple of its floor, or in MiB. */
const cases: ReadonlyArray<{
  readonly name: string
  readonly at: Place
  readonly operation: string
  readonly bar: number
}> = [
  { name: "one run: open", at: "one", operation: "open", bar: 0.05 },
  { name: "one run: last 20 events", at: "one", operation: "last", bar: 0.01 },
  { name: "one run: events of its beginnings and ends", at: "one", operation: "few", bar: 0.5 },
  { name: "one run: what a list tells, latestRuns(20)", at: "one", operation: "latest", bar: 0.5 },
  { name: "one run: what a resume needs", at: "one", operation: "resume", bar: 2 },
  { name: "one run: all events, in pages", at: "one", operation: "stream", bar: 3 },
  { name: "one run: verify", at: "one", operation: "verify", bar: 5 },
  { name: "10,000 runs: open", at: "many", operation: "open", bar: 0.05 },
  { name: "10,000 runs: list", at: "many", operation: "list", bar: 0.15 },
  { name: "10,000 runs: latestRuns(20)", at: "many", operation: "latest", bar: 0.1 },
  { name: "10,000 runs: verify one", at: "many", operation: "verify", bar: 0.25 }
]

const memory: ReadonlyArray<{ readonly operation: string; readonly at: Place; readonly most: number }> = [
  { operation: "stream", at: "one", most: 200 },
  { operation: "verify", at: "one", most: 200 },
  { operation: "latest", at: "one", most: 50 },
  { operation: "list", at: "many", most: 50 }
]

export const journal = (): BenchReport => {
  const home = mkdtempSync(join(tmpdir(), "deputize-bench-"))
  try {
    const places: Readonly<Record<Place, Made>> = {
      one: made(join(home, "one.db"), 1),
      many: made(join(home, "many.db"), 10_000)
    }
    const samples = new Map<string, Array<Measured>>()
    const sample = (at: Place, operation: string) => {
      const key = `${at} ${operation}`
      samples.set(key, [...(samples.get(key) ?? []), once(operation, places[at])])
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const at of ["one", "many"] as const) sample(at, "floor")
      for (const { at, operation } of cases) sample(at, operation)
      sample("many", "insert")
      // A run that was held once stays as it is: appends go on behind those of the round before.
      sample("many", "append")
    }
    const found = (at: Place, operation: string, what: keyof Measured) =>
      median((samples.get(`${at} ${operation}`) ?? []).map((measured) => measured[what]))
    const opened = found("one", "open", "mebibytes")
    return {
      baseline: { name: "SQLite alone, every row", value: found("one", "floor", "ms"), unit: "ms" },
      rounds,
      rows: [
        ...cases.map(
          ({ at, bar, name, operation }): BenchRow =>
            ratioRow(name, found(at, operation, "ms"), found(at, "floor", "ms"), bar)
        ),
        ratioRow("10,000 appends, to bare inserts", found("many", "append", "ms"), found("many", "insert", "ms"), 3),
        ...memory.map(({ at, most, operation }) =>
          valueRow(`memory of ${operation}, over opening`, found(at, operation, "mebibytes") - opened, "MiB", { most })
        )
      ],
      notMeasured: "a cold disk; a network file system; readers beside a writer"
    }
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

// internal

type Place = "one" | "many"

interface Made {
  readonly file: string
  readonly runs: number
}

interface Measured {
  readonly ms: number
  readonly mebibytes: number
}

const made = (file: string, runs: number): Made => {
  once("make", { file, runs })
  return { file, runs }
}

const once = (operation: string, { file, runs }: Made): Measured => {
  const script = join(import.meta.dirname, "journalProcess.ts")
  const args = ["--conditions=@deputize/source", script, operation, file, String(runs), String(events / runs)]
  const { status, stderr, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" })
  if (status !== 0) throw new Error(`${operation} on ${runs} runs ended with ${status}: ${stderr}`)
  const measured: Measured = JSON.parse(stdout)
  return measured
}
