/**
 * `npm run torture -- soak --minutes N`: 50 agents at a time in one process, run after run, for as long as is asked. What
 * must not grow does not: memory, open files; what is shown of an event is shown at once.
 */
import { ampleTokens, ordersOf } from "./runBench.ts"
import { bundleWorkload } from "./runBundle.ts"
import { withRunPlace } from "./runPlace.ts"
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
      const { code, refused, samples, stderr } = await startWorker(program, orders, [], ["--expose-gc"]).ended
      const events = samples.reduce((sum, sample) => sum + sample.events, 0)
      // The first third warms up, some 600 runs: so long does Node go on to translate what runs often, which takes memory.
      const steady = samples.filter(({ at }) => at > minutes * 21_000)
      const [first, last] = [steady[0], steady.at(-1)]
      const growth = slopeOf(steady) / 2 ** 20
      const sumOf = (figure: (sample: Sample) => number) => steady.reduce((sum, sample) => sum + figure(sample), 0)
      const mostSockets = Math.max(0, ...steady.map(({ sockets }) => sockets))
      const seen = sumOf((sample) => sample.events)
      const lateShare = (100 * sumOf(({ late }) => late)) / Math.max(1, seen)
      const lateMs = steady.map((sample) => sample.lateMs).toSorted((a, b) => a - b)
      const [usual, worst] = [lateMs[Math.floor(lateMs.length / 2)] ?? 0, lateMs.at(-1) ?? 0]
      const problems = [
        ...(code === 0 ? [] : [`it ended with ${code}: ${refused ?? stderr}`]),
        ...few([
          ...new Set(samples.flatMap(({ status }) => (status === "completed" ? [] : [`a run ended as ${status}`])))
        ]),
        // Of a few minutes a slope says nothing.
        ...(growth > 1 && minutes >= 20 ? [`memory grows by ${growth.toFixed(1)} MiB an hour`] : []),
        ...(first !== undefined && last !== undefined && last.files > first.files
          ? [`open files: first ${first.files}, then ${last.files}`]
          : []),
        ...(mostSockets > 4 * agents ? [`${mostSockets} sockets for ${agents} agents and two servers`] : []),
        ...(lateShare > 1 ? [`${lateShare.toFixed(1)} of 100 events are seen later than ${soonMs} ms`] : [])
      ]
      return {
        name: `${samples.length} runs of ${agents} agents, ${events} events`,
        of: "runs",
        seen: `${Math.round((last?.rss ?? 0) / 2 ** 20)} MiB, ${growth.toFixed(1)} MiB an hour; ${last?.files} files, ${last?.sockets} sockets; ${lateShare.toFixed(2)} of 100 events seen later than ${soonMs} ms; 99 of 100 of a run after ${usual} ms, of the worst after ${worst}`,
        problems,
        ms: performance.now() - startedAt
      }
    } finally {
      await witness.close()
    }
  })
}

// internal

const agents = 50

/** Bytes an hour, by least squares. */
const slopeOf = (samples: ReadonlyArray<Sample>): number => {
  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [at, rss] = [mean(samples.map((sample) => sample.at)), mean(samples.map((sample) => sample.rss))]
  const above = samples.reduce((sum, sample) => sum + (sample.at - at) * (sample.rss - rss), 0)
  const below = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0)
  return below === 0 ? 0 : (above / below) * 3_600_000
}
