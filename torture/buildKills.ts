/**
 * Seeded kill -9 over a pipeline of Nx tasks, programs and an install: at a moment, at a line of the output, at an effect,
 * at a growth of the record, in the midst of the install. What was killed goes on, and may be killed again. In the end
 * everything is as after a build that nobody killed, and the tool that was installed before could be called all the time.
 *
 * A seed begins with what the same first build has left, and with edits of its own: it can be repeated alone.
 */
import { spawnSync } from "node:child_process"
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import type { Asked } from "./build.ts"
import { edit, effectsOf, overlapsOf, type Place, stateFolder, withPlace, writePipeline } from "./buildPlace.ts"
import { startReader } from "./buildReader.ts"
import { build, orphansOf, type Runner, startRunner } from "./buildRunner.ts"
import { sourceOf, wrongOutputs } from "./buildTasks.ts"
import { installedFiles, leftoversOf, prefixOf, rightTool, toolPipeline, toolTasks } from "./buildTool.ts"
import { failed, knownDone, randomOf, same } from "./buildTruth.ts"
import type { Finding } from "./table.ts"

export async function* killBuilds({ seed, seeds }: Asked): AsyncGenerator<Finding> {
  yield* within(async function* (place) {
    writePipeline(place, toolPipeline(place))
    const base = await firstBuild(place)
    for (let from = seed; from < seed + seeds; from += rowSeeds) {
      yield await row(place, base, from, Math.min(from + rowSeeds, seed + seeds))
    }
  })
}

// internal

/** Seeds in a row of the table. */
const rowSeeds = 20

/** Kills of one seed at most, before it is left to end. */
const mostKills = 3

interface Base {
  /** How long an unkilled build takes after edits. */
  readonly ms: number
  /** What an unkilled build installs. */
  readonly files: string
}

/** Runs a generator in a place, which goes when it ends. */
async function* within(body: (place: Place) => AsyncGenerator<Finding>): AsyncGenerator<Finding> {
  const queue: Array<Finding> = []
  let wake = () => {}
  let isOver = false
  const running = withPlace("nx", async (place) => {
    for await (const finding of body(place)) {
      queue.push(finding)
      wake()
    }
  }).finally(() => {
    isOver = true
    wake()
  })
  for (;;) {
    const next = queue.shift()
    if (next !== undefined) yield next
    else if (isOver) break
    else await new Promise<void>((resolve) => (wake = resolve))
  }
  await running
}

/** Builds once, keeps a copy for all seeds, and builds once more to see what is right. */
const firstBuild = async (place: Place): Promise<Base> => {
  const problems = [...failed("the first build", await build(place))]
  copy(place, "to")
  editSome(place, randomOf(0))
  const end = await build(place)
  problems.push(...failed("the second build", end), ...wrongOutputs(place.workspace, toolTasks))
  problems.push(...same("the tool", said(place), rightTool(place)))
  if (problems.length > 0) throw new Error(problems.join("\n"))
  return { ms: end.ms, files: installedFiles(place) }
}

const row = async (place: Place, base: Base, from: number, to: number): Promise<Finding> => {
  const startedAt = performance.now()
  const counts = new Map<string, number>()
  const problems: Array<string> = []
  let calls = 0
  for (let seed = from; seed < to; seed += 1) {
    const found = await one(place, base, randomOf(seed), counts)
    calls += found.calls
    problems.push(...found.problems.map((problem) => `seed ${seed}: ${problem}`))
  }
  const kills = [...counts].map(([way, count]) => `${count} ${way}`).join(", ")
  const sum = [...counts.values()].reduce((total, count) => total + count, 0)
  const name = from + 1 === to ? `seed ${from}` : `seeds ${from} to ${to - 1}: ${sum} kills, ${calls} calls`
  return { name, of: "all", seen: kills, problems, ms: performance.now() - startedAt }
}

const one = async (place: Place, base: Base, random: () => number, counts: Map<string, number>) => {
  copy(place, "from")
  const before = said(place)
  editSome(place, random)
  const reader = startReader(place)
  const problems = await killAndResume(place, base, random, counts).catch((cause: unknown) => [
    cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)
  ])
  const { calls, problems: seen } = await reader.stop()
  if (calls === 0) problems.push("nobody called the tool")
  return { calls, problems: [...problems, ...seen, ...(await backAgain(place, before))] }
}

const killAndResume = async (place: Place, base: Base, random: () => number, counts: Map<string, number>) => {
  const problems: Array<string> = []
  const killed: Array<string> = []
  const done = new Set<string>()
  for (let count = 0; count < mostKills; count += 1) {
    const way = ways[Math.floor(random() * ways.length)] ?? ways[0]
    const from = effectsOf(place).starts.length
    const runner = startRunner(place, count === 0 ? [] : ["--resume"])
    const wasKilled = await way.kill(place, runner, random, base)
    const end = await runner.ended
    problems.push(...again(place, from, done))
    if (!wasKilled || end.code === 0) {
      problems.push(...failed("a build that nobody killed", end))
      break
    }
    counts.set(way.name, (counts.get(way.name) ?? 0) + 1)
    killed.push(`${way.name}, ${effectsOf(place).starts.length - from} starts, ${runner.lines()} lines`)
    // Also at once, while what the dead one left is just being ended.
    if (random() < 0.5) problems.push(...(await orphansOf(place)).map((orphan) => `alive 2 s later: ${orphan}`))
    for (const step of await knownDone(place)) done.add(step)
    if (random() < 0.4) break
  }
  const from = effectsOf(place).starts.length
  problems.push(...failed("build --resume", await build(place, "--resume")), ...again(place, from, done))
  problems.push(...(await truth(place, base)))
  return problems.length === 0 ? problems : [`killed ${killed.join("; ")}`, ...problems]
}

/** What ran though it was known to be done. */
const again = (place: Place, from: number, done: ReadonlySet<string>): ReadonlyArray<string> =>
  effectsOf(place)
    .starts.slice(from)
    .filter(({ task }) => done.has(task))
    .map(({ task }) => `${task} ran again, though it was known to be done`)

const truth = async (place: Place, base: Base): Promise<ReadonlyArray<string>> => {
  const starts = effectsOf(place).starts.length
  return [
    ...failed("one more build", await build(place)),
    ...same("tasks that one more build started", effectsOf(place).starts.length - starts, 0),
    ...wrongOutputs(place.workspace, toolTasks),
    ...overlapsOf(place).map((task) => `${task} began while it was at work already`),
    ...same("what the tool says", said(place), rightTool(place)),
    ...same("installed files", installedFiles(place), base.files),
    ...leftoversOf(place).map((name) => `left of an install: ${name}`),
    ...(await orphansOf(place)).map((orphan) => `alive 2 s after the last build: ${orphan}`)
  ]
}

/** An install that died after its swap is made again: then the version before it is the same once more. */
const backAgain = async (place: Place, before: string): Promise<ReadonlyArray<string>> => {
  const last = said(place)
  const end = await build(place, "rollback", "--prefix", prefixOf(place))
  const now = said(place)
  return [
    ...failed("build rollback", end),
    ...(now === before || now === last ? [] : [`after the rollback the tool says "${now}"`])
  ]
}

interface Way {
  readonly name: string
  /** False where the build had ended before. */
  readonly kill: (place: Place, runner: Runner, random: () => number, base: Base) => Promise<boolean>
}

const killWhen = async (runner: Runner, random: () => number, holds: () => boolean): Promise<boolean> => {
  while (!holds() && !runner.hasEnded()) await wait(1)
  await wait(random() * 20)
  const isEarly = !runner.hasEnded()
  runner.signal("SIGKILL", random() < 0.3 ? "group" : "itself")
  return isEarly
}

/** Since the runner started. */
const ways: readonly [Way, ...ReadonlyArray<Way>] = [
  {
    name: "by time",
    kill: async (_place, runner, random, { ms }) => {
      const at = performance.now() + random() * ms
      return killWhen(runner, random, () => performance.now() >= at)
    }
  },
  {
    name: "by line",
    kill: (_place, runner, random) => {
      const line = 1 + Math.floor(random() * 25)
      return killWhen(runner, random, () => runner.lines() >= line)
    }
  },
  {
    name: "by effect",
    kill: (place, runner, random) => {
      const count = effectCount(place) + 1 + Math.floor(random() * 22)
      return killWhen(runner, random, () => effectCount(place) >= count)
    }
  },
  {
    name: "by record",
    kill: (place, runner, random) => {
      const size = recordSize(place) + Math.floor(random() * 120_000)
      return killWhen(runner, random, () => recordSize(place) >= size)
    }
  },
  {
    name: "in the install",
    kill: (place, runner, random) => {
      const folder = join(prefixOf(place), "versions", "tool")
      const before = readdirSync(folder).join()
      return killWhen(runner, random, () => readdirSync(folder).join() !== before)
    }
  }
]

const effectCount = ({ base }: Place): number => {
  const file = join(base, "effects")
  return existsSync(file) ? readFileSync(file, "utf8").split("\n").length : 0
}

const recordSize = (place: Place): number => {
  const folder = stateFolder(place)
  if (folder === undefined) return 0
  return statSync(join(folder, "record.db-wal"), { throwIfNoEntry: false })?.size ?? 0
}

const editSome = (place: Place, random: () => number): void => {
  const first = Math.floor(random() * toolTasks.length)
  for (const index of [first, Math.floor(random() * toolTasks.length)]) {
    const task = toolTasks[index]
    if (task !== undefined) edit(place, sourceOf(task.name))
  }
}

const said = (place: Place): string =>
  spawnSync(join(prefixOf(place), "bin", "tool"), { encoding: "utf8" }).stdout.trim()

const kept = ["workspace", "home", "prefix", "effects"]

const copy = ({ base }: Place, direction: "to" | "from"): void => {
  const [source, target] = direction === "to" ? [base, join(base, "kept")] : [join(base, "kept"), base]
  spawnSync("mkdir", ["-p", target])
  for (const name of [...kept, "overlaps"]) rmSync(join(target, name), { recursive: true, force: true })
  const paths = kept.map((name) => join(source, name))
  const { status, stderr } = spawnSync("cp", ["-a", ...paths, target], { encoding: "utf8" })
  if (status !== 0) throw new Error(`the copy failed: ${stderr}`)
}
