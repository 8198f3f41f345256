import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { allRuns, type ListedRun, latestRuns } from "../../src/history/Runs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { alive, append, begin, dead, finish, runId } from "./Journals.ts"

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

/** What a list tells of a run, out of all that is told of it. */
const shown = (run: ListedRun | undefined) => {
  if (run === undefined) return undefined
  const { ending, events, lastAt, limits, model, owner, provider, queue, startedAt, state, tally } = run
  const agents = run.agents.map(({ agent, depth, goal, model, order, path, status }) => {
    return { agent, depth, goal, model, order, path, status }
  })
  const { charged, nanoUsd } = tally
  return { agents, charged, ending, events, lastAt, limits, model, nanoUsd, owner, provider, queue, startedAt, state }
}

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

  it.effect("are under way while they are held, whatever process their record names, and lost once they are not", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* begin(runId(1), dead)
      yield* begin(runId(2), alive)
      for (const n of [3, 4, 5]) yield* begin(runId(n), dead)
      yield* journal.remove(runId(4))
      const listed = Effect.map(latestRuns(2), states)
      yield* Effect.scoped(
        Effect.gen(function* () {
          yield* journal.hold(runId(1))
          expect(yield* listed).toStrictEqual([
            [runId(5), "lost"],
            [runId(3), "lost"],
            [runId(2), "running"],
            [runId(1), "running"]
          ])
          expect(states(yield* allRuns)).toStrictEqual(yield* listed)
        })
      )
      // Its process lives, and has given it back without an end.
      yield* Effect.scoped(journal.hold(runId(2)))
      expect(yield* listed).toStrictEqual([
        [runId(5), "lost"],
        [runId(3), "lost"]
      ])
    }).pipe(inMemory)
  )

  it.effect("are listed as they ended, also when they were paused, taken up again or undone", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      for (const n of [1, 2, 3]) {
        yield* begin(runId(n), alive)
        yield* append(runId(n), "run.Ended", { status: "paused", usedTokens: 10, nanoUsd: null })
        yield* journal.close(runId(n))
      }
      yield* journal.open(runId(2))
      yield* append(runId(2), "run.Resumed", { ...alive, tokens: 50, nanoUsd: null, agents: [] })
      yield* append(runId(2), "run.Ended", { status: "completed", usedTokens: 30, nanoUsd: 7 })
      yield* journal.close(runId(2))
      yield* journal.open(runId(3))
      const before = yield* latestRuns(9)
      yield* append(runId(3), "undo.Ended", { undo: 1, files: 2, left: [] })
      yield* journal.close(runId(3))
      const after = yield* latestRuns(9)
      expect(after.map(({ state, tally }) => [state, tally.charged, tally.nanoUsd])).toStrictEqual([
        ["paused", 10, null],
        ["completed", 30, 7],
        ["paused", 10, null]
      ])
      expect(after.map(({ lastAt }) => lastAt)).toStrictEqual(before.map(({ lastAt }) => lastAt))
    }).pipe(inMemory)
  )

  it.effect("are listed from few events once they have ended, with all that a list tells", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      const run = runId(1)
      yield* begin(run, alive)
      yield* append(run, "agent.Started", { agent: "code-reviewer", goal: "All of it", model: "m" })
      for (let turn = 1; turn <= 100; turn++) {
        yield* append(run, "agent.TurnRequested", { turn, attempt: 1, reserved: 9 })
        yield* append(run, "agent.TurnProgress", { turn, text: "…" })
        yield* append(run, "agent.TurnCompleted", { turn, text: "…", calls: [], charged: 5, nanoUsd: 2, usage: null })
      }
      const result = { agent: "code-reviewer", goal: "All of it", model: "m", status: "completed" }
      yield* append(run, "agent.Ended", { result })
      yield* append(run, "run.Ended", { status: "completed", usedTokens: 500, nanoUsd: 200 })
      yield* journal.close(run)
      let reads = 0
      const watched: Journal["Service"] = {
        ...journal,
        stream: (...args) => Stream.tap(journal.stream(...args), () => Effect.sync(() => reads++)),
        read: (...args) => Effect.tap(journal.read(...args), ({ length }) => Effect.sync(() => (reads += length)))
      }
      const [listed] = yield* Effect.provideService(latestRuns(1), Journal, watched)
      expect(reads).toBe(4)
      const [whole] = yield* allRuns
      expect(shown(listed)).toStrictEqual(shown(whole))
    }).pipe(inMemory)
  )

  it.effect("are not read through where they are older and nobody is at work at them", () =>
    Effect.gen(function* () {
      const journal = yield* Journal
      yield* begin(runId(1), dead)
      for (const n of [2, 3, 4]) yield* begin(runId(n), alive)
      for (const n of [2, 4]) yield* Effect.scoped(journal.hold(runId(n)))
      const read: Array<string> = []
      const watched: Journal["Service"] = {
        ...journal,
        stream: (run, ...rest) => {
          read.push(run)
          return journal.stream(run, ...rest)
        }
      }
      const listed = yield* Effect.provideService(latestRuns(1), Journal, watched)
      expect(states(listed)).toStrictEqual([
        [runId(4), "lost"],
        [runId(3), "running"]
      ])
      expect(read).toStrictEqual([runId(4), runId(3)])
    }).pipe(inMemory)
  )

  it.effect("are told of without one that is removed while they are read", () =>
    Effect.gen(function* () {
      yield* five
      const journal = yield* Journal
      const removing: Journal["Service"] = {
        ...journal,
        latest: (count) => Effect.tap(journal.latest(count), () => journal.remove(runId(4))),
        list: Effect.tap(journal.list, () => journal.remove(runId(3)))
      }
      const inBetween = Effect.provideService(Journal, removing)
      expect(states(yield* latestRuns(2).pipe(inBetween))).toStrictEqual([
        [runId(5), "lost"],
        [runId(1), "running"]
      ])
      expect((yield* allRuns.pipe(inBetween)).map(({ run }) => run)).toStrictEqual([5, 2, 1].map(runId))
    }).pipe(inMemory)
  )

  it.effect("are none in an empty record", () =>
    Effect.gen(function* () {
      expect(yield* allRuns).toStrictEqual([])
    }).pipe(inMemory)
  )
})
