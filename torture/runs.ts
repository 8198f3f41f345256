/**
 * All that is done to runs, in the order of the table: `npm run torture -- runs [--only NAME|NAME] [--seeds N] [--seed FIRST]`.
 * `--seeds` is the number of runs that are killed, a dozen times each; of those rows that depend on chance each is done a
 * tenth as often.
 */
import type { Asked } from "./build.ts"
import { randomOf } from "./buildTruth.ts"
import { type Bench, prepareBench } from "./runBench.ts"
import type { Broken } from "./runBroken.ts"
import { commandLines } from "./runCommandLines.ts"
import { complaints } from "./runComplaints.ts"
import { damages } from "./runDamage.ts"
import { disks } from "./runDisks.ts"
import { killOn } from "./runKills.ts"
import { lengths } from "./runLength.ts"
import { owners } from "./runOwners.ts"
import { powerLosses } from "./runPower.ts"
import type { RunTorture } from "./runTorture.ts"
import type { Finding } from "./table.ts"

export interface RunsAsked extends Asked {
  /** Put in the place of a whole model, so that the suite has to fail. */
  readonly broken: Broken | null
  /** How long a soak goes on. */
  readonly minutes: number
  /** Of the longest run that is taken up again. */
  readonly events: number
}

/** Of the longest run, where nobody asks for another number. */
export const usualEvents = 10_000

export async function* tortureRuns(asked: RunsAsked): AsyncGenerator<Finding> {
  const { broken, events, only, seed, seeds } = asked
  const bench = await prepareBench(broken)
  const isAsked = (name: string) => only === null || only.split("|").some((part) => name.includes(part))
  for (const torture of [...all, ...lengths(events)]) {
    if (!isAsked(torture.name)) continue
    const count = torture.isSeeded === true ? Math.max(1, Math.floor(seeds / 10)) : 1
    for (let each = seed; each < seed + count; each += 1) yield await one(bench, torture, each, asked)
  }
  if (isAsked("seeded kills")) yield* killOn(bench, asked)
}

export async function* killRuns(asked: RunsAsked): AsyncGenerator<Finding> {
  yield* killOn(await prepareBench(asked.broken), asked)
}

// internal

const all: ReadonlyArray<RunTorture> = [...owners, ...disks, ...powerLosses, ...damages, ...complaints, ...commandLines]

const one = async (
  bench: Bench,
  { isSeeded, name, run }: RunTorture,
  seed: number,
  { broken, events }: RunsAsked
): Promise<Finding> => {
  const startedAt = performance.now()
  const { problems, seen } = await run(bench, randomOf(seed)).catch((cause: unknown) => ({
    seen: "the torture itself failed",
    problems: [cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)]
  }))
  const more = [
    ...(broken === null ? [] : [` --break ${broken}`]),
    ...(events === usualEvents ? [] : [` --events ${events}`])
  ]
  const again = `npm run torture -- runs --only "${name}" --seed ${seed}${more.join("")}`
  return {
    name: isSeeded === true ? `${name}, seed ${seed}` : name,
    of: "runs",
    seen,
    problems: problems.length === 0 ? [] : [again, ...problems],
    ms: performance.now() - startedAt
  }
}
