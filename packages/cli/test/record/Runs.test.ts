import { Journal } from "@deputize/core/journal/Journal"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { UsageError } from "../../src/command/UsageError.ts"
import { findRun, wantedOrNewest } from "../../src/record/Runs.ts"
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

const inMemory = <A, E>(effect: Effect.Effect<A, E, Journal>) => effect.pipe(Effect.provide(Journal.layerMemory))

describe("a run", () => {
  it.effect("is found by its id, by the beginning that only it has, and as the newest", () =>
    Effect.gen(function* () {
      yield* five
      const found = yield* Effect.forEach([runId(3), runId(3).slice(0, -4), undefined], wantedOrNewest)
      expect(found.map(Option.map(({ run }) => run))).toStrictEqual(
        [runId(3), runId(3), runId(5)].map((run) => Option.some(run))
      )
    }).pipe(inMemory)
  )

  it.effect("is not guessed from a beginning that several have", () =>
    Effect.gen(function* () {
      yield* five
      const ids = [5, 4, 3, 2, 1].map(runId).join(", ")
      expect(yield* Effect.flip(findRun("r0"))).toStrictEqual(
        new UsageError({ what: `5 runs begin with "r0": ${ids}`, instead: "Write more of the id." })
      )
    }).pipe(inMemory)
  )

  it.effect("that is not there is answered with those that may be meant, else with the latest", () =>
    Effect.gen(function* () {
      yield* begin(runId(1), dead)
      const typo = `${runId(1).slice(0, -1)}x`
      const missing = (id: string) => `there is no run "${id}" in this workspace`
      expect(yield* Effect.forEach([typo, "zzz"], (id) => Effect.flip(findRun(id)))).toStrictEqual([
        new UsageError({ what: missing(typo), instead: `Did you mean ${runId(1)}?` }),
        new UsageError({ what: missing("zzz"), instead: `The latest are ${runId(1)}.` })
      ])
    }).pipe(inMemory)
  )

  it.effect("is not there in an empty record", () =>
    Effect.gen(function* () {
      expect(yield* wantedOrNewest(undefined)).toStrictEqual(Option.none())
      const error = yield* Effect.flip(findRun("r0"))
      expect(error.message).toBe('there is no run "r0": this workspace has no runs yet')
    }).pipe(inMemory)
  )
})
