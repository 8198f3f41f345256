/**
 * All that is done to builds of twenty tasks: what to print of each, in the order of the table.
 */
import { damages } from "./buildDamage.ts"
import { deaths } from "./buildDeaths.ts"
import { disks } from "./buildDisks.ts"
import { failures } from "./buildFailures.ts"
import { withPlace } from "./buildPlace.ts"
import { powerLosses } from "./buildPower.ts"
import { syncLosses } from "./buildSyncs.ts"
import { randomOf, type Torture } from "./buildTruth.ts"
import type { Finding } from "./table.ts"

export interface Asked {
  /** A part of the names of rows; null for all. */
  readonly only: string | null
  /** How often each row that depends on a moment is done. */
  readonly seeds: number
  /** Of the first. */
  readonly seed: number
}

export async function* tortureBuilds({ only, seed, seeds }: Asked): AsyncGenerator<Finding> {
  for (const torture of all) {
    if (only !== null && !`${torture.name} ${torture.of}`.includes(only)) continue
    const count = torture.run.length > 1 ? seeds : 1
    for (let each = seed; each < seed + count; each += 1) yield await one(torture, each, count > 1)
  }
}

// internal

const kinds = ["steps", "nx"] as const

const all: ReadonlyArray<Torture> = [
  ...kinds.flatMap(deaths),
  ...kinds.flatMap(failures),
  ...kinds.flatMap(damages),
  ...kinds.flatMap(disks),
  ...kinds.flatMap(powerLosses),
  ...kinds.flatMap(syncLosses)
]

const one = async ({ name, of, run }: Torture, seed: number, isOneOfMany: boolean): Promise<Finding> => {
  const startedAt = performance.now()
  const { problems, seen } = await withPlace(of, (place) => run(place, randomOf(seed))).catch((cause: unknown) => ({
    seen: "the torture itself failed",
    problems: [cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)]
  }))
  return { name: isOneOfMany ? `${name}, seed ${seed}` : name, of, seen, problems, ms: performance.now() - startedAt }
}
