/**
 * Measures build tools on one size of workspace, in rounds: every situation of a round is measured for each tool in turn,
 * so that a busy moment of the machine hits all of them, and every round begins with another tool.
 *
 * After each run the content of every output is checked: a quick wrong answer ends the benchmark.
 */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { forget, type Tool, type ToolFolder, type ToolName, toolFolder, toolNamed } from "./buildTools.ts"
import { type Usage, usageOf } from "./buildUsage.ts"
import { median } from "./statistics.ts"
import { editPackage, layeredPackages, type WorkspacePackage, writeWorkspace, wrongOutputs } from "./workspace.ts"

/** In the order in which they are measured: each needs what the one before has left. */
export const situations = ["cold", "no-op", "one leaf changed", "outputs deleted"] as const

export type Situation = (typeof situations)[number]

/** Medians of the rounds; null where a tool is not measured in a situation. */
export type ToolMedians = Readonly<Record<Situation, Usage | null>>

export interface SizeResult {
  readonly packages: number
  readonly rounds: number
  /** What one round took, with its preparations and checks. */
  readonly roundSeconds: number
  readonly tools: ReadonlyMap<ToolName, ToolMedians>
}

export const measureSize = (count: number, rounds: number, names: ReadonlyArray<ToolName>): SizeResult => {
  const base = mkdtempSync(join(tmpdir(), "deputize-bench-build-"))
  const packages = layeredPackages(count)
  const benches: ReadonlyArray<Bench> = names.map((name) => {
    const folder = toolFolder(base, name)
    return { folder, tool: toolNamed(name, folder), log: join(base, "log"), found: emptyFound() }
  })
  try {
    for (const { folder } of benches) writeWorkspace(folder.workspace, packages)
    for (const bench of benches) service(bench, bench.tool.start)
    const start = performance.now()
    for (let round = 0; round < rounds; round += 1) {
      const first = round % benches.length
      measureRound([...benches.slice(first), ...benches.slice(0, first)], packages, round)
    }
    const roundSeconds = (performance.now() - start) / 1_000 / rounds
    const tools = new Map(benches.map(({ found, tool }) => [tool.name, mediansOf(found)]))
    return { packages: count, rounds, roundSeconds, tools }
  } finally {
    for (const bench of benches) service(bench, bench.tool.stop)
    rmSync(base, { recursive: true, force: true })
  }
}

// internal

interface Bench {
  readonly tool: Tool
  readonly folder: ToolFolder
  readonly log: string
  readonly found: Readonly<Record<Situation, Array<Usage>>>
}

const emptyFound = (): Bench["found"] => ({ cold: [], "no-op": [], "one leaf changed": [], "outputs deleted": [] })

/** How often a round measures a situation: the short ones waver more and cost less. */
const repeats: Readonly<Record<Situation, number>> = {
  cold: 1,
  "no-op": 5,
  "one leaf changed": 2,
  "outputs deleted": 1
}

const measureRound = (
  benches: ReadonlyArray<Bench>,
  packages: ReadonlyArray<WorkspacePackage>,
  round: number
): void => {
  for (const situation of situations) {
    for (let repeat = 0; repeat < repeats[situation]; repeat += 1) {
      for (const bench of benches) {
        prepare(bench, packages, situation, `${round}.${repeat}`)
        const usage = run(bench, packages, situation)
        // A tool whose service keeps the state of a workspace in memory has no cold run worth the name, but needs a build.
        if (situation !== "cold" || bench.tool.memory !== null) bench.found[situation].push(usage)
      }
    }
  }
}

const prepare = (
  { folder: { workspace }, tool }: Bench,
  packages: ReadonlyArray<WorkspacePackage>,
  situation: Situation,
  mark: string
): void => {
  const outputs = packages.map(({ name }) => join("packages", name, "dist"))
  const leaf = packages.at(-1)
  if (situation === "cold") forget(workspace, [...outputs, ...(tool.memory ?? [])])
  if (situation === "outputs deleted") forget(workspace, outputs)
  if (situation === "one leaf changed" && leaf !== undefined) editPackage(workspace, leaf, mark)
}

const run = (bench: Bench, packages: ReadonlyArray<WorkspacePackage>, situation: Situation): Usage => {
  const { folder, log, tool } = bench
  const usage = usageOf({ argv: tool.argv, cwd: folder.workspace, env: tool.env, log })
  const wrong = wrongOutputs(folder.workspace, packages)
  if (wrong.length > 0) {
    throw new Error(
      `${tool.name}, ${packages.length} packages, ${situation}: ended well with ${wrong.length} wrong outputs, ` +
        `among them ${wrong[0]}`
    )
  }
  return usage
}

const service = ({ folder, tool }: Bench, argv: ReadonlyArray<string> | null): void => {
  const [command, ...args] = argv ?? []
  if (command === undefined) return
  const { error, status, stderr } = spawnSync(command, args, {
    cwd: folder.workspace,
    env: { ...tool.env },
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"]
  })
  if (error !== undefined) throw error
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}: ${stderr}`)
}

const mediansOf = (found: Bench["found"]): ToolMedians => {
  const of = (usages: ReadonlyArray<Usage>): Usage | null =>
    usages.length === 0
      ? null
      : { ms: median(usages.map(({ ms }) => ms)), cpuMs: median(usages.map(({ cpuMs }) => cpuMs)) }
  return {
    cold: of(found.cold),
    "no-op": of(found["no-op"]),
    "one leaf changed": of(found["one leaf changed"]),
    "outputs deleted": of(found["outputs deleted"])
  }
}
