/**
 * The events of a run as they come, whoever writes them, until it ends.
 *
 * 1. A run whose owner died has no end: the record is looked at once more after the owner was found gone, because what
 *    it wrote last may not have been read yet.
 * 2. An event counts as seen only once it has left the part of the stream that is cut off then.
 */

import type { RunId } from "@deputize/core/domain/Ids"
import { Journal, type JournalError, type JournalEvent } from "@deputize/core/journal/Journal"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { isAlive, type Owner, ownerIn } from "./Owner.ts"

/** Ends with the run, or with the process that owned it. */
export const follow = (run: RunId): Stream.Stream<JournalEvent, JournalError, Journal> =>
  Stream.unwrap(
    Effect.map(Journal, (journal) => {
      let owner: Owner | undefined
      let seen = 0
      const isGone = Effect.sync(() => owner === undefined || !isAlive(owner))
      const gone = Effect.repeat(Effect.delay(isGone, lookAgain), { until: (found) => found })
      const rest = Stream.unwrap(
        Effect.map(
          Effect.suspend(() => journal.read(run, seen + 1)),
          Stream.fromIterable
        )
      )
      return journal.tail(run).pipe(
        Stream.interruptWhen(gone),
        Stream.tap((event) =>
          Effect.sync(() => {
            owner = ownerIn(event) ?? owner
            seen = event.seq
          })
        ),
        Stream.concat(rest)
      )
    })
  )

// internal

/** How often the owner is looked for. */
const lookAgain = "1 second"
