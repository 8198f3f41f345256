/**
 * `npm run torture -- soak --minutes N`: 50 agents at a time in one process, run after run, for as long as is asked. What
 * must not grow does not: memory, open files, connections; what is shown of an event is shown at once, and every event is.
 */
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { ampleTokens, ordersOf } from "./runBench.ts"
import { bundleWorkload } from "./runBundle.ts"
import { type RunPlace, withRunPlace } from "./runPlace.ts"
import { startWorker } from "./runRunner.ts"
import { type Sample, soonMs } from "./runSample.ts"
import type { RunsAsked } from "./runs.ts"
import { few } from "./runTruth.ts"
import { startWitness } from "./runWitness.ts"
import type { Finding } from "./table.ts"

export async function* soakRuns({ minutes }: RunsAsked): AsyncGenerator<Finding> {
  const program = await bundleWorkload()
  const startedAt = performance.now()
  yield await withRunPlace(async (place) => {
    const witness = await startWitness(`${place.base}/effects`)
    try {
      const orders = ordersOf(place, witness, { soakMs: minutes * 60_000, tokens: ampleTokens })
      const worker = startWorker(program, orders, [], {
        flags: ["--expose-gc"],
        env: { MALLOC_ARENA_MAX: heaps }
      })
      const mostMs = minutes * 90_000 + 60_000
      let isLate = false
      const late = setTimeout(() => {
        isLate = true
        worker.signal("SIGKILL")
      }, mostMs)
      const { code, refused, samples, stderr } = await worker.ended
      clearTimeout(late)
      const { problems, seen } = judged(samples, minutes)
      return {
        name: `${samples.length} runs of ${agents} agents, ${sumOf(samples, ({ events }) => events)} events`,
        of: "runs",
        seen: `${seen}; MALLOC_ARENA_MAX=${heaps}`,
        problems: [
          ...(isLate ? [`it had not ended after ${Math.round(mostMs / 1_000)} s, and was killed`] : []),
          ...(code === 0 ? [] : [`it ended with ${code}: ${refused ?? stderr}`]),
          ...few(unseen(place, samples)),
          ...problems
        ],
        ms: performance.now() - startedAt
      }
    } finally {
      await witness.close()
    }
  })
}

// internal

const agents = 50

/** How many heaps glibc may use: as the guide says of processes that serve for long, or as whoever starts the soak does. */
const heaps = process.env.MALLOC_ARENA_MAX ?? "2"

/** By what the workload says of itself. */
const judged = (samples: ReadonlyArray<Sample>, minutes: number): Pick<Finding, "problems" | "seen"> => {
  // The first third warms up, some 600 runs: so long does Node go on to translate what runs often, which takes memory.
  const steady = samples.filter(({ at }) => at > minutes * 21_000)
  const last = steady.at(-1)
  // Of a few minutes a slope says nothing, and pools of connections may still be filling.
  const isLong = minutes >= 20
  const least = Math.max(5, Math.floor(minutes))
  const growth = slopeOf(steady) / 2 ** 20
  const [files, sockets] = [leastOf(steady, (sample) => sample.files), leastOf(steady, (sample) => sample.sockets)]
  const mostSockets = Math.max(0, ...steady.map((sample) => sample.sockets))
  const lateShare =
    (100 * sumOf(steady, ({ late }) => late)) /
    Math.max(
      1,
      sumOf(steady, ({ events }) => events)
    )
  const lateMs = steady.map((sample) => sample.lateMs).toSorted((a, b) => a - b)
  const [usual, worst] = [lateMs[Math.floor(lateMs.length / 2)] ?? 0, lateMs.at(-1) ?? 0]
  return {
    seen: `${Math.round((last?.rss ?? 0) / 2 ** 20)} MiB, ${growth.toFixed(1)} MiB an hour${isLong ? "" : " (growth of memory and sockets is not judged in less than 20 minutes)"}; ${last?.files} files, ${last?.sockets} sockets; ${lateShare.toFixed(2)} of 100 events seen later than ${soonMs} ms; 99 of 100 of a run after ${usual} ms, of the worst after ${worst}`,
    problems: [
      ...(steady.length < least ? [`only ${steady.length} runs were measured, where ${least} are the least`] : []),
      ...few([
        ...new Set(samples.flatMap(({ status }) => (status === "completed" ? [] : [`a run ended as ${status}`])))
      ]),
      ...(isLong && growth > 1 ? [`memory grows by ${growth.toFixed(1)} MiB an hour`] : []),
      ...((files.at(-1) ?? 0) > (files[0] ?? 0) ? [`open files, the least of each fifth: ${files.join(", ")}`] : []),
      ...(isLong && growsOn(sockets) ? [`sockets, the least of each fifth: ${sockets.join(", ")}`] : []),
      ...(mostSockets > 4 * agents ? [`${mostSockets} sockets for ${agents} agents and two servers`] : []),
      ...(lateShare > 1 ? [`${lateShare.toFixed(1)} of 100 events are seen later than ${soonMs} ms`] : [])
    ]
  }
}

const sumOf = (samples: ReadonlyArray<Sample>, figure: (sample: Sample) => number): number =>
  samples.reduce((sum, sample) => sum + figure(sample), 0)

/** Bytes an hour, by least squares. */
const slopeOf = (samples: ReadonlyArray<Sample>): number => {
  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [at, rss] = [mean(samples.map((sample) => sample.at)), mean(samples.map((sample) => sample.rss))]
  const above = samples.reduce((sum, sample) => sum + (sample.at - at) * (sample.rss - rss), 0)
  const below = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0)
  return below === 0 ? 0 : (above / below) * 3_600_000
}

/** Of each fifth of the time: what comes and goes is left out. */
const leastOf = (samples: ReadonlyArray<Sample>, figure: (sample: Sample) => number): ReadonlyArray<number> =>
  [0, 1, 2, 3, 4].flatMap((fifth) => {
    const part = samples.slice((fifth * samples.length) / 5, ((fifth + 1) * samples.length) / 5)
    return part.length === 0 ? [] : [Math.min(...part.map(figure))]
  })

/** A pool grows until it is full, and then stays as it is; what leaks grows with the number of runs. */
const growsOn = (least: ReadonlyArray<number>): boolean =>
  (least.at(-1) ?? 0) - (least[0] ?? 0) >= 10 &&
  least.every((each, index) => index === 0 || each > (least[index - 1] ?? 0))

/** Runs of which not every event was seen, each by the number of its last event on record. */
const unseen = ({ state }: RunPlace, samples: ReadonlyArray<Sample>): ReadonlyArray<string> => {
  const db = new DatabaseSync(join(state, "journal.db"), { readOnly: true })
  const last = db.prepare("SELECT max(seq) AS seq FROM events WHERE run = ?")
  const problems = samples.flatMap(({ events, run }) => {
    const recorded = Number(last.get(run)?.seq ?? 0)
    return events > 0 && events === recorded ? [] : [`of ${recorded} events of ${run}, ${events} were seen`]
  })
  db.close()
  return problems
}
