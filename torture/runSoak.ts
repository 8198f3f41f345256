/**
 * `npm run torture -- soak --minutes N`: 50 agents at a time in one process, run after run, for as long as is asked. What
 * must not grow does not: memory, open files; what is shown of an event is shown at once.
 */
import { ampleTokens, ordersOf } from "./runBench.ts"
import { bundleWorkload } from "./runBundle.ts"
import { withRunPlace } from "./runPlace.ts"
import { startWorker } from "./runRunner.ts"
import type { RunsAsked } from "./runs.ts"
import { few } from "./runTruth.ts"
import { startWitness } from "./runWitness.ts"
import type { Finding } from "./table.ts"

/** What the workload says of itself after each run of a soak. */
export interface Sample {
  /** Milliseconds since it began. */
  readonly at: number
  /** Bytes, after a collection of what is not used any more. */
  readonly rss: number
  readonly descriptors: number
  /** Milliseconds from when an event was recorded to when it was seen, that 99 of 100 do not exceed. */
  readonly lateMs: number
  readonly events: number
  readonly status: string
}

export async function* soakRuns({ minutes }: RunsAsked): AsyncGenerator<Finding> {
  const program = await bundleWorkload()
  const startedAt = performance.now()
  yield await withRunPlace(async (place) => {
    const witness = await startWitness(`${place.base}/effects`)
    try {
      const orders = ordersOf(place, witness, { soakMs: minutes * 60_000, tokens: ampleTokens })
      const { code, refused, samples, stderr } = await startWorker(program, orders, [], ["--expose-gc"]).ended
      const events = samples.reduce((sum, sample) => sum + sample.events, 0)
      // The first fifth warms up.
      const steady = samples.filter(({ at }) => at > minutes * 12_000)
      const [first, last] = [steady[0], steady.at(-1)]
      const growth = slopeOf(steady) / 2 ** 20
      const lateMs =
        steady.map((sample) => sample.lateMs).toSorted((a, b) => a - b)[Math.floor(steady.length * 0.99)] ?? 0
      const problems = [
        ...(code === 0 ? [] : [`it ended with ${code}: ${refused ?? stderr}`]),
        ...few([
          ...new Set(samples.flatMap(({ status }) => (status === "completed" ? [] : [`a run ended as ${status}`])))
        ]),
        // Of a few minutes a slope says nothing.
        ...(growth > 1 && minutes >= 20 ? [`memory grows by ${growth.toFixed(1)} MiB an hour`] : []),
        ...(first !== undefined && last !== undefined && last.descriptors > first.descriptors
          ? [`open files: first ${first.descriptors}, then ${last.descriptors}`]
          : []),
        ...(lateMs > 100 ? [`1 of 100 events is seen ${lateMs} ms late`] : [])
      ]
      return {
        name: `${samples.length} runs of 50 agents, ${events} events`,
        of: "runs",
        seen: `${Math.round((last?.rss ?? 0) / 2 ** 20)} MiB, ${growth.toFixed(1)} MiB an hour; ${last?.descriptors} files; seen after ${lateMs} ms`,
        problems,
        ms: performance.now() - startedAt
      }
    } finally {
      await witness.close()
    }
  })
}

// internal

/** Bytes an hour, by least squares. */
const slopeOf = (samples: ReadonlyArray<Sample>): number => {
  const mean = (values: ReadonlyArray<number>) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [at, rss] = [mean(samples.map((sample) => sample.at)), mean(samples.map((sample) => sample.rss))]
  const above = samples.reduce((sum, sample) => sum + (sample.at - at) * (sample.rss - rss), 0)
  const below = samples.reduce((sum, sample) => sum + (sample.at - at) ** 2, 0)
  return below === 0 ? 0 : (above / below) * 3_600_000
}
