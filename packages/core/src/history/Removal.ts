/**
 * Takes a run out of the record, and the bytes with it that no other run names.
 *
 * Bytes are named by their hash somewhere in an event, of whatever version or package: every hash that is found in the
 * text of one counts, so that nothing is lost that a later version names in another way.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { RunId } from "../domain/Ids.ts"
import { Blobs, type Pruned } from "../journal/Blobs.ts"
import { Journal, type JournalError, type JournalService } from "../journal/Journal.ts"

/**
 * Removes a run after `first`, while this process holds it: nobody goes on with a run of which a part is gone. One that
 * had ended, and could not be removed, is as it was.
 */
export const removeRunAfter = <E, R>(run: RunId, first: Effect.Effect<void, E, R>) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const wasClosed = (yield* journal.standing(run)) === "closed"
    yield* journal.hold(run)
    yield* Effect.onError(Effect.andThen(first, journal.remove(run, true)), () =>
      wasClosed ? Effect.ignore(journal.close(run)) : Effect.void
    )
  }).pipe(Effect.scoped, Effect.andThen(pruneBlobs))

/** Removes a run, and says what was freed of kept bytes. Fails while somebody holds it. */
export const removeRun = Effect.fn("removeRun")(function* (
  run: RunId
): Effect.fn.Return<Pruned, JournalError, Journal | Blobs> {
  yield* (yield* Journal).remove(run)
  return yield* pruneBlobs
})

/**
 * Removes kept bytes that no run names any more. Those of the last ten minutes stay, and all since the oldest run that is
 * under way was begun: they may have been put and not be named yet.
 */
export const pruneBlobs: Effect.Effect<Pruned, JournalError, Journal | Blobs> = Effect.gen(function* () {
  const journal = yield* Journal
  const now = yield* Clock.currentTimeMillis
  const held = yield* journal.holders
  const before = Math.min(now - unnamedForMs, ...held.map(({ since }) => since))
  return yield* (yield* Blobs).prune(before, (hashes) => unnamedIn(journal, hashes))
})

// internal

/** More than any writer needs between putting bytes and recording their name. */
const unnamedForMs = 600_000

const unnamedIn = Effect.fnUntraced(function* (journal: JournalService, hashes: ReadonlySet<string>) {
  const unnamed = new Set(hashes)
  for (const { run } of hashes.size === 0 ? [] : yield* journal.list) {
    const look = Stream.runForEach(journal.stream(run), ({ body }) => Effect.sync(() => strike(unnamed, body)))
    // Another process may remove the run meanwhile.
    yield* Effect.catch(look, (error) => (error.reason._tag === "Removed" ? Effect.void : Effect.fail(error)))
    if (unnamed.size === 0) break
  }
  return unnamed
})

/** Takes out what a value names, in any depth. */
const strike = (hashes: Set<string>, value: unknown): void => {
  if (typeof value === "string") {
    if (value.length >= 64) for (const [hash] of value.matchAll(hashIn)) hashes.delete(hash)
  } else if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) {
      strike(hashes, key)
      strike(hashes, member)
    }
  }
}

const hashIn = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g
