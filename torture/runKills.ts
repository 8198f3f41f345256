/**
 * Seeded kill -9 over runs of nine agents that start others, in all the ways of runWays.ts. What was killed is taken up
 * again, and killed again, until it has had its share; then it comes to its end, and the outside has to have seen the same
 * as of a run that nobody killed. What was open when it died is told by the record.
 */
import type { Asked } from "./build.ts"
import { randomOf } from "./buildTruth.ts"
import { ampleTokens, type Bench, type Choice } from "./runBench.ts"
import type { Known, Open } from "./runRecord.ts"
import type { WorkerEnd } from "./runRunner.ts"
import { withSession } from "./runSession.ts"
import { few } from "./runTruth.ts"
import { byLines, hasTracer, inCheckpoint, wayFor } from "./runWays.ts"
import type { Finding } from "./table.ts"

export async function* killOn(bench: Bench, { seed, seeds }: Pick<Asked, "seed" | "seeds">): AsyncGenerator<Finding> {
  const all = noKills()
  for (let from = seed; from < seed + seeds; from += rowSeeds) {
    const to = Math.min(from + rowSeeds, seed + seeds)
    const { found, kills } = await row(bench, from, to)
    add(all, kills)
    yield found
  }
  if (seeds > rowSeeds) yield sumOf(all, seed, seeds)
}

// internal

/** Seeds in a row of the table. */
const rowSeeds = 10

/** Kills of one seed at most, before it is left to end; of those of a row so many for each seed at least. */
const mostKills = 14
const leastKills = 5

/** Runs at the same time: while one waits the other computes. */
const sideBySide = 3

/** Seeds from which on each kind of moment has to have been hit by so many kills. */
const manySeeds = 100
const leastHits = 100
/** Of 100 kills, how many have to come after the first event that their process has acknowledged. */
const leastLate = 30

/** Counts of kills. */
interface Kills {
  /** By the way in which they came. */
  readonly ways: Map<string, number>
  /** By what was open when they came; of one kill several things may have been. */
  readonly moments: Map<Moment, number>
  /** After the first event that the killed process had acknowledged. */
  late: number
  /** Runs that were held against the one that nobody killed. */
  whole: number
}

/** What a kill may come in, in the order in which it is told. */
const moments = [
  "in a request",
  "in a summary",
  "in a tool",
  "in a program",
  "in a change of files",
  inCheckpoint
] as const
type Moment = (typeof moments)[number]

const noKills = (): Kills => ({
  ways: new Map(),
  moments: new Map(moments.map((moment) => [moment, 0])),
  late: 0,
  whole: 0
})

const add = (sum: Kills, more: Kills): void => {
  for (const [way, count] of more.ways) sum.ways.set(way, (sum.ways.get(way) ?? 0) + count)
  for (const [moment, count] of more.moments) sum.moments.set(moment, (sum.moments.get(moment) ?? 0) + count)
  sum.late += more.late
  sum.whole += more.whole
}

const countOf = ({ ways }: Kills): number => [...ways.values()].reduce((total, count) => total + count, 0)

/** The moments of a death; one that has left nothing on record found what was open as the one before it had left it. */
const momentsOf = (way: string, known: Known | undefined, before: Known | undefined): ReadonlyArray<Moment> => {
  const isNew = known !== undefined && known.last > (before?.last ?? 0)
  const { calls, changes, requests, summaries } = isNew ? known.open : nothingOpen
  const isIn: Readonly<Record<Moment, boolean>> = {
    "in a request": requests > 0,
    "in a summary": summaries > 0,
    "in a tool": calls > 0,
    "in a program": calls > 0 && known !== undefined && [...known.begun].some((call) => isProgramOpen(call, known)),
    "in a change of files": changes > 0,
    [inCheckpoint]: way === inCheckpoint
  }
  return moments.filter((moment) => isIn[moment])
}

const isProgramOpen = (call: string, { done, unknown }: Known): boolean =>
  call.startsWith("run_program:") && !done.has(call) && !unknown.has(call)

const nothingOpen: Open = { requests: 0, summaries: 0, calls: 0, changes: 0 }

const told = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([name, count]) => `${count} ${name}`).join(", ")

interface Seed {
  readonly kills: Kills
  readonly requests: number
  readonly problems: ReadonlyArray<string>
}

const row = async (
  bench: Bench,
  from: number,
  to: number
): Promise<{ readonly found: Finding; readonly kills: Kills }> => {
  const startedAt = performance.now()
  const kills = noKills()
  const problems: Array<string> = []
  let requests = 0
  let next = from
  const work = async () => {
    while (next < to) {
      const seed = next
      next += 1
      const found = await one(bench, seed).catch(
        (cause: unknown): Seed => ({
          kills: noKills(),
          requests: 0,
          problems: [cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)]
        })
      )
      requests += found.requests
      add(kills, found.kills)
      if (found.problems.length === 0) continue
      const again = bench.more.broken === undefined ? "" : ` --break ${bench.more.broken}`
      problems.push(`npm run torture -- run-kills --seed ${seed}${again}`, ...found.problems.map((each) => `  ${each}`))
    }
  }
  await Promise.all(Array.from({ length: sideBySide }, work))
  const seeds = from + 1 === to ? `seed ${from}` : `seeds ${from} to ${to - 1}`
  const name = `${seeds}: ${countOf(kills)} kills, ${requests} requests`
  const seen = [
    told(kills.moments),
    lateText(kills),
    told(kills.ways),
    `${kills.whole} of ${to - from} like the unkilled run`,
    ...(hasTracer ? [] : ["there is no strace, so none in the midst of a call"])
  ].join("; ")
  if (countOf(kills) < leastKills * (to - from)) problems.push(`${countOf(kills)} kills are too few to show anything`)
  return { found: { name, of: "runs", seen, problems: few(problems, 60), ms: performance.now() - startedAt }, kills }
}

/** Of 100 seeds, how many have to have been held against the unkilled run: those that nothing was lacking. */
const leastWhole = 30

const lateText = ({ late }: Kills): string => `${late} after the first acknowledged event`

/** A moment that was seldom hit is not shown to be survived. Its time is in the rows before it. */
const sumOf = (kills: Kills, seed: number, seeds: number): Finding => ({
  name: `seeds ${seed} to ${seed + seeds - 1}: ${countOf(kills)} kills`,
  of: "runs",
  seen: `${told(kills.moments)}; ${lateText(kills)}`,
  problems: [
    ...[...kills.moments]
      .filter(([, count]) => seeds >= manySeeds && count < leastHits)
      .map(([moment, count]) => `${count} kills ${moment}, where ${leastHits} are the least`),
    ...(100 * kills.late < leastLate * countOf(kills) ? [`only ${lateText(kills)}`] : []),
    ...(seeds >= manySeeds && 100 * kills.whole < leastWhole * seeds
      ? [`only ${kills.whole} like the unkilled run`]
      : [])
  ],
  ms: 0
})

const one = (bench: Bench, seed: number): Promise<Seed> => {
  const random = randomOf(seed)
  const choice = choose(random, bench)
  return withSession(bench, choice, async (session) => {
    const { finish, isOver, isPaused, isWhole, next, orphans, problems, story, witness } = session
    const kills = noKills()
    const found: Array<string> = []
    for (let count = 0; count < mostKills && !isOver() && problems.length === 0; count += 1) {
      const way = wayFor(random, session)
      const end = await next(way.plan(random, bench.bases[choice.wire], session))
      if (end.code === 137) {
        const name = end.wasAsMeant ? way.name : byLines
        const hit = momentsOf(name, story.deaths.at(-1)?.known, story.deaths.at(-2)?.known)
        const late = end.acks.length > 0 ? 1 : 0
        add(kills, { ways: new Map([[name, 1]]), moments: new Map(hit.map((moment) => [moment, 1])), late, whole: 0 })
      } else if (!isOver() && !isPaused()) found.push(endedText(end))
      // Else at once, while what the dead one left is just being ended.
      if (random() < 0.3) found.push(...(await orphans()))
      if (found.length > 0) break
    }
    found.push(...(await finish()))
    kills.whole = isWhole() ? 1 : 0
    return { kills, requests: witness.requests.length, problems: found }
  })
}

const endedText = ({ code, refused, stderr }: WorkerEnd): string =>
  `it ended by itself with ${code}: ${refused ?? stderr.slice(-500)}`

/** With more than enough; near to what it needs, and more of it in time; with less, and more whenever that is used up. */
const purse = (
  chance: number,
  random: () => number,
  need: number
): Pick<Choice, "isTight" | "tokens" | "more" | "least"> => {
  if (chance < 0.2) return { isTight: false, tokens: ampleTokens }
  if (chance < 0.6)
    return { isTight: true, tokens: Math.floor((1.2 + 1.8 * random()) * need), more: need, least: 2 * need }
  return { isTight: true, tokens: Math.floor((0.4 + 0.8 * random()) * need), more: Math.floor(0.4 * need) }
}

const choose = (random: () => number, { needs }: Bench): Choice => {
  const wire = random() < 0.5 ? "chat" : "responses"
  const chance = random()
  return {
    wire,
    ...purse(random(), random, needs[wire]),
    onUnknown: chance < 0.7 ? "ask" : chance < 0.85 ? "skip" : "retry",
    maxParallel: random() < 0.7 ? 9 : 2 + Math.floor(random() * 6)
  }
}
