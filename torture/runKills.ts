/**
 * Seeded kill -9 over runs of eight agents that start others: at a moment, after a line of the output, at the Nth sync,
 * rename, write or removal of a thread. What was killed is taken up again, and killed again, until it has had its share;
 * then it comes to its end, and the outside has to have seen the same as of a run that nobody killed.
 */
import { existsSync } from "node:fs"
import { delimiter, join } from "node:path"
import process from "node:process"
import { setTimeout as wait } from "node:timers/promises"
import type { Asked } from "./build.ts"
import { randomOf } from "./buildTruth.ts"
import { ampleTokens, type Bench, type Choice } from "./runBench.ts"
import { orphansIn, type Worker } from "./runRunner.ts"
import { type Plan, withSession } from "./runSession.ts"
import type { Base } from "./runTruth.ts"
import { few } from "./runTruth.ts"
import type { Finding } from "./table.ts"

export async function* killOn(bench: Bench, { seed, seeds }: Pick<Asked, "seed" | "seeds">): AsyncGenerator<Finding> {
  for (let from = seed; from < seed + seeds; from += rowSeeds) {
    yield await row(bench, from, Math.min(from + rowSeeds, seed + seeds))
  }
}

/** Ends a process once something holds; right at its end where it never does. */
export const killWhen = async (worker: Worker, holds: () => boolean): Promise<void> => {
  while (!holds() && !worker.hasEnded()) await wait(1)
  worker.signal("SIGKILL")
}

// internal

/** Seeds in a row of the table. */
const rowSeeds = 10

/** Kills of one seed at most, before it is left to end. */
const mostKills = 12

/** Runs at the same time: while one waits the other computes. */
const sideBySide = 3

interface Seed {
  /** By the way in which they came. */
  readonly kills: ReadonlyMap<string, number>
  readonly requests: number
  readonly problems: ReadonlyArray<string>
}

const row = async (bench: Bench, from: number, to: number): Promise<Finding> => {
  const startedAt = performance.now()
  const counts = new Map<string, number>()
  const problems: Array<string> = []
  let requests = 0
  let next = from
  const work = async () => {
    while (next < to) {
      const seed = next
      next += 1
      const found = await one(bench, seed).catch(
        (cause: unknown): Seed => ({
          kills: new Map(),
          requests: 0,
          problems: [cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)]
        })
      )
      requests += found.requests
      for (const [way, count] of found.kills) counts.set(way, (counts.get(way) ?? 0) + count)
      if (found.problems.length === 0) continue
      const again = bench.more.broken === undefined ? "" : ` --break ${bench.more.broken}`
      problems.push(`npm run torture -- run-kills --seed ${seed}${again}`, ...found.problems.map((each) => `  ${each}`))
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, work))
  const sum = [...counts.values()].reduce((total, count) => total + count, 0)
  const seen = [...counts].map(([way, count]) => `${count} ${way}`).join(", ")
  const seeds = from + 1 === to ? `seed ${from}` : `seeds ${from} to ${to - 1}`
  const name = `${seeds}: ${sum} kills, ${requests} requests`
  return { name, of: "runs", seen, problems: few(problems, 60), ms: performance.now() - startedAt }
}

const one = (bench: Bench, seed: number): Promise<Seed> => {
  const random = randomOf(seed)
  const choice = choose(random)
  return withSession(bench, choice, async ({ finish, isOver, next, place, problems, witness }) => {
    const kills = new Map<string, number>()
    const orphans: Array<string> = []
    for (let count = 0; count < mostKills && !isOver() && problems.length === 0; count += 1) {
      const way = ways[Math.floor(random() * ways.length)] ?? ways[0]
      const { code, refused, stderr } = await next(way.plan(random, bench.bases[choice.wire]))
      if (code === 137) kills.set(way.name, (kills.get(way.name) ?? 0) + 1)
      else if (!isOver()) orphans.push(`it ended by itself with ${code}: ${refused ?? stderr.slice(-500)}`)
      // Else at once, while what the dead one left is just being ended.
      if (random() < 0.3) orphans.push(...(await orphansIn(place)).map((each) => `alive 2 s later: ${each}`))
      if (orphans.length > 0) break
    }
    const found = [...orphans, ...(await finish())]
    return { kills, requests: witness.requests.length, problems: found }
  })
}

const choose = (random: () => number): Choice => {
  const wire = random() < 0.5 ? "chat" : "responses"
  const isTight = random() < 0.2
  const chance = random()
  return {
    wire,
    isTight,
    tokens: isTight ? Math.floor(300_000 + random() * 400_000) : ampleTokens,
    onUnknown: chance < 0.7 ? "ask" : chance < 0.85 ? "skip" : "retry",
    maxParallel: random() < 0.7 ? 8 : 2 + Math.floor(random() * 6)
  }
}

interface Way {
  readonly name: string
  readonly plan: (random: () => number, base: Base) => Plan
}

/** By a tracer, in the midst of the Nth of such calls of one thread; else when as much has happened as of others. */
const traced = (name: string, calls: string, most: number): Way => ({
  name,
  plan: (random, base) => {
    const when = 1 + Math.floor(random() * most)
    const inject = `inject=${calls}:signal=KILL:when=${when}`
    const last = Math.floor(base.acks / 4)
    return {
      text: `${name}, N = ${when}`,
      wrapper: ["strace", "-f", "-qq", "-o", "/dev/null", "-e", `trace=${calls}`, "-e", inject],
      kill: (worker) => killWhen(worker, () => worker.acks() >= last)
    }
  }
})

const untraced: readonly [Way, ...ReadonlyArray<Way>] = [
  {
    name: "by time",
    plan: (random, { ms }) => {
      const after = random() * ms * 0.6
      const kill = (worker: Worker) => {
        const at = performance.now() + after
        return killWhen(worker, () => performance.now() >= at)
      }
      return { text: `by time, ${Math.round(after)} ms`, kill }
    }
  },
  {
    name: "by line",
    plan: (random, { acks }) => {
      const count = 1 + Math.floor(random() * (acks / 6))
      return { text: `by line, ${count} acks`, kill: (worker) => killWhen(worker, () => worker.acks() >= count) }
    }
  }
]

const byTracer: ReadonlyArray<Way> = [
  traced("in a sync", "fdatasync,fsync", 14),
  traced("in a commit", "pwrite64", 400),
  traced("in a write", "write", 90),
  traced("in a rename", "rename,link", 4),
  traced("in a removal", "unlink", 6)
]

/** Where there is no tracer, by time and by line alone. */
const ways: readonly [Way, ...ReadonlyArray<Way>] = (process.env.PATH ?? "")
  .split(delimiter)
  .some((folder) => existsSync(join(folder, "strace")))
  ? [...untraced, ...byTracer]
  : untraced
