import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { allRuns, latestRuns } from "../../src/history/Runs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { alive, begin, dead, finish, runId } from "./Journals.ts"

/** Five runs, oldest first: running, lost, completed, completed, lost. */
const five = Effect.gen(function* () {
  yield* begin(runId(1), alive)
  yield* begin(runId(2), dead)
  yield* begin(runId(3), dead)
  yield* finish(runId(3))
  yield* begin(runId(4), alive)
  yield* finish(runId(4))
  yield* begin(runId(5), dead)
})

const states = (runs: ReadonlyArray<{ readonly run: string; readonly state: string }>) =>
  runs.map(({ run, state }) => [run, state])

const inMemory = <A, E>(effect: Effect.Effect<A, E, Journal>) => effect.pipe(Effect.provide(Journal.layerMemory))

describe("the runs on record", () => {
  it.effect("are the newest ones first, with older ones only while they run", () =>
    Effect.gen(function* () {
      yield* five
      expect(states(yield* latestRuns(2))).toStrictEqual([
        [runId(5), "lost"],
        [runId(4), "completed"],
        [runId(1), "running"]
      ])
    }).pipe(inMemory)
  )

  it.effect("are all of them when all are asked for", () =>
    Effect.gen(function* () {
      yield* five
      expect(states(yield* allRuns)).toStrictEqual([
        [runId(5), "lost"],
        [runId(4), "completed"],
        [runId(3), "completed"],
        [runId(2), "lost"],
        [runId(1), "running"]
      ])
    }).pipe(inMemory)
  )

  it.effect("are none in an empty record", () =>
    Effect.gen(function* () {
      expect(yield* allRuns).toStrictEqual([])
    }).pipe(inMemory)
  )
})
