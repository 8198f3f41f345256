/**
 * How long it takes to take up a long run: from the start of a process to the first event that it adds to the record, with
 * what Node itself and the library take to start.
 */
import { readFileSync, statSync } from "node:fs"
import { join } from "node:path"
import { until } from "./buildRunner.ts"
import type { Seen } from "./buildTruth.ts"
import { ampleTokens, type Bench, ordersOf } from "./runBench.ts"
import { slowness, workedMs } from "./runPace.ts"
import { withRunPlace } from "./runPlace.ts"
import { startWorker } from "./runRunner.ts"
import type { RunTorture } from "./runTorture.ts"
import { few } from "./runTruth.ts"
import { startWitness } from "./runWitness.ts"

/** Of a run of so many events. */
export const lengths = (events: number): ReadonlyArray<RunTorture> => [
  { name: `a run of ${events.toLocaleString("en-US")} events is taken up`, run: (bench) => takenUp(bench, events) }
]

// internal

/** A part of the work that is started eight times gives so many. */
const eventsOfBatch = 8 * 8 * 24

const mostMs = 1_000
/** Of one processor, while it is measured. */
const mostOfOthers = 0.3
/** How many times its limit it may take where others do more; who waits for anything takes longer. */
const mostTurns = 5
const times = 5

const takenUp = (bench: Bench, events: number): Promise<Seen> =>
  withRunPlace(async (place) => {
    const witness = await startWitness(`${place.base}/effects`)
    try {
      const more = { batches: Math.ceil(events / eventsOfBatch) + 1, tokens: 100 * ampleTokens }
      const first = startWorker(bench.program, ordersOf(place, witness, more))
      await until(`${events} events`, () => first.acks() >= events || first.hasEnded(), 60 * events)
      const freshMs = first.firstAckMs() ?? 0
      first.signal("SIGKILL")
      const { acks, end, run, refused, stderr } = await first.ended
      let from = acks.at(-1)?.seq ?? 0
      if (from < events) {
        const why = end === null ? (refused ?? stderr) : `${end.status}; ${few(end.errors, 3).join("; ")}`
        throw new Error(`it had only ${from} events: ${why}`)
      }
      const megabytes = statSync(join(place.state, "journal.db")).size / 2 ** 20
      const all: Array<number> = []
      const busy: Array<number> = []
      const others: Array<number> = []
      for (let count = 0; count < times; count += 1) {
        const [startedAt, before] = [performance.now(), workedMs()]
        const worker = startWorker(bench.program, ordersOf(place, witness, { ...more, run, from, process: count + 2 }))
        await until("its first event", () => worker.acks() > 0 || worker.hasEnded(), 60_000)
        all.push(worker.firstAckMs() ?? Number.POSITIVE_INFINITY)
        busy.push(cpuMs(worker.pid))
        others.push((workedMs() - before - cpuMs(worker.pid)) / (performance.now() - startedAt))
        worker.signal("SIGKILL")
        const end = await worker.ended
        if (end.refused !== null) throw new Error(end.refused)
        from = end.acks.at(-1)?.seq ?? from
      }
      const [wallMs, ownMs] = [median(all), median(busy)]
      const isBusy = median(others) > mostOfOthers
      const limit = mostMs * Math.max(1, events / 10_000) * (isBusy ? slowness() : 1)
      // On a machine that is busy with other things, its own time says most of it.
      const isInTime = isBusy ? ownMs <= limit && wallMs <= mostTurns * limit : wallMs <= limit
      return {
        seen: `${from} events, ${megabytes.toFixed(0)} MiB: ${Math.round(wallMs)} ms, ${ownMs} of them its own; a new run ${Math.round(freshMs)} ms`,
        problems: isInTime
          ? []
          : [
              `it took ${all.map(Math.round).join(", ")} ms, and ${busy.join(", ")} of a processor, where ${Math.round(limit)} are the most`
            ]
      }
    } finally {
      await witness.close()
    }
  })

const median = (all: ReadonlyArray<number>): number => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

/** Of a process until now, in the steps of the system's clock. */
const cpuMs = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? []
  return (Number(fields[11]) + Number(fields[12])) * 10
}
