import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { checkpointed, cuts, databaseFlips, outcome, places, record, tally, walFlips } from "./damage.ts"
import { folder } from "./fixture.ts"

describe("a damaged journal", () => {
  it.live("is the same when nothing is damaged, before a checkpoint and after", () =>
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const after = yield* checkpointed(recording)
      expect(yield* outcome(recording, recording.database, recording.wal)).toBe("same")
      expect(yield* outcome(after, after.database, after.wal)).toBe("same")
    })
  )

  // At every byte, and at more bits than below: node packages/core/test/journal/damageAll.ts
  it.live("is never silently different when its write-ahead file is cut in its last 4,096 bytes", () =>
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const damages = [...cuts(recording, 64), ...cuts(recording, 4096).filter(({ at }) => at % 16 === 0)]
      const { counts, different } = yield* tally(recording, damages)
      expect(different).toStrictEqual([])
      // Every cut loses the last append, and the head of its run tells.
      expect(counts).toStrictEqual({ refused: 0, corrupt: damages.length, same: 0, different: 0 })
    })
  )

  it.live("is never silently different when its write-ahead file is cut between any two appends", () =>
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const frames = [...places(0, recording.wal.length, 8)].filter((at) => at < 32 || (at - 32) % (4096 + 24) === 0)
      const damages = frames.map((at) => ({ at, database: recording.database, wal: recording.wal.subarray(0, at) }))
      const { counts, different } = yield* tally(recording, damages)
      expect(different).toStrictEqual([])
      expect(counts.corrupt).toBe(frames.length)
    })
  )

  it.live("is never silently different when a bit of its write-ahead file is flipped", () =>
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const end = recording.wal.length
      const { counts, different } = yield* tally(recording, [
        ...walFlips(recording, places(0, 32 + 24)),
        ...walFlips(recording, places(end - 24 - 4096, end - 4096 + 512, 5)),
        ...walFlips(recording, places(32 + 24, end, 2003))
      ])
      expect(different).toStrictEqual([])
      expect(counts.corrupt).toBeGreaterThan(200)
    })
  )

  it.live("is never silently different when a bit of its database is flipped", () =>
    Effect.gen(function* () {
      const after = yield* checkpointed(yield* record(yield* folder, 12))
      const { counts, different } = yield* tally(after, [
        ...databaseFlips(after, places(0, 108)),
        ...databaseFlips(after, places(108, after.database.length, 127))
      ])
      expect(different).toStrictEqual([])
      expect(counts.corrupt).toBeGreaterThan(30)
      expect(counts.refused).toBeGreaterThan(10)
    })
  )
})
