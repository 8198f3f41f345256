/**
 * The long form of Damage.test.ts: the write-ahead file cut at every one of its last 4,096 bytes, and 1,000 random bits
 * flipped in it and in the database.
 *
 *   node --conditions=@deputize/source packages/core/test/journal/damageAll.ts [SEED]
 *
 * Prints how often each outcome came up; ends with 1 when the journal was silently different once.
 */
import process from "node:process"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import { checkpointed, cuts, databaseFlips, record, tally, walFlips } from "./damage.ts"
import { folder } from "./fixture.ts"

const [seed = "deputize"] = process.argv.slice(2)

const randomPlaces = (count: number, below: number) =>
  Effect.replicateEffect(Random.nextIntBetween(0, below), count).pipe(Random.withSeed(seed))

const found = await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const recording = yield* record(yield* folder, 12)
      const after = yield* checkpointed(recording)
      const [inWal, inDatabase] = [
        yield* randomPlaces(1_000, recording.wal.length),
        yield* randomPlaces(1_000, after.database.length)
      ]
      return yield* Effect.all({
        cuts: tally(recording, cuts(recording, 4096)),
        "bits of the write-ahead file": tally(recording, walFlips(recording, inWal)),
        "bits of the database": tally(after, databaseFlips(after, inDatabase))
      })
    })
  )
)
for (const [name, { counts, different }] of Object.entries(found)) {
  process.stdout.write(`${name}: ${JSON.stringify(counts)} ${different.join()}\n`)
}
process.exitCode = Object.values(found).every(({ different }) => different.length === 0) ? 0 : 1
