/**
 * The events of a run as they come, whoever writes them, until it ends.
 *
 * 1. The journal says whether the run is held; of records from before runs were, the process is looked for that began it.
 * 2. A run whose owner died has no end: the record is looked at once more after the owner was found gone, because what
 *    it wrote last may not have been read yet.
 * 3. An event counts as seen only once it has left the part of the stream that is cut off then.
 */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { RunId } from "../domain/Ids.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { type Recorded, recorded } from "./Fact.ts"
import { isAlive, type Owner } from "./Owner.ts"

/** Ends with the run, or with the process that owned it. */
export const follow = (run: RunId): Stream.Stream<Recorded, JournalError, Journal> =>
  Stream.unwrap(
    Effect.map(Journal, (journal) => {
      let owner: Owner | null = null
      let seen = 0
      const isGone = Effect.map(journal.standing(run), (standing) => {
        if (standing === "open") return owner === null || !isAlive(owner)
        return standing === "free"
      })
      const gone = Effect.repeat(Effect.delay(isGone, lookAgain), { until: (found) => found })
      const rest = Stream.suspend(() => Stream.map(journal.stream(run, seen + 1), recorded))
      return journal.tail(run).pipe(
        Stream.interruptWhen(gone),
        Stream.map(recorded),
        Stream.tap(({ fact, seq }) =>
          Effect.sync(() => {
            owner = ("owner" in fact ? fact.owner : null) ?? owner
            seen = seq
          })
        ),
        Stream.concat(rest)
      )
    })
  )

// internal

/** How often the owner is looked for. */
const lookAgain = "1 second"
