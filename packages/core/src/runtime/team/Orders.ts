/**
 * What other processes ask of the one that has a run: to say something to an agent, or to end. Each order is done once,
 * and taken off only when what came of it is on record.
 */
import * as Effect from "effect/Effect"
import { type RunId, rootPath } from "../../domain/Ids.ts"
import { Journal, type Order } from "../../journal/Journal.ts"
import { RunJournal } from "../RunEvent.ts"
import { idOf } from "../resume/Letters.ts"
import { type Crew, deliver } from "./Crew.ts"

/** Ends when the run is to end. That order stays: who opens the run again voids it. */
export const takeOrders = Effect.fnUntraced(function* (crew: Crew) {
  const { run } = crew.running
  const journal = yield* Journal
  for (;;) {
    for (const { id, order } of yield* journal.orders(run)) {
      if (order._tag === "Stop") return
      yield* say(crew, order, id)
      yield* journal.taken(run, id)
    }
    yield* journal.ordered(run)
  }
})

/** The same when all agents have ended: only an order to stop is of use to anybody then; what is said waits. */
export const stopOrdered = Effect.fnUntraced(function* (run: RunId) {
  const journal = yield* Journal
  while (!(yield* journal.orders(run)).some(({ order }) => order._tag === "Stop")) yield* journal.ordered(run)
})

// internal

/**
 * Whoever takes a turn after this reads it, also one that was about to end and lives again. One that takes none hears of
 * it when the run is taken up again: it is on record, and was not heard.
 */
const say = Effect.fnUntraced(function* (crew: Crew, { text, to }: Extract<Order, { _tag: "Say" }>, order: number) {
  const path = to ?? crew.named[0]?.place.path ?? rootPath
  const id = idOf(++crew.letters)
  yield* RunJournal.append(crew.running.run, rootPath, null, { _tag: "Said", id, to: path, text, order })
  deliver(crew, path, { id, from: rootPath, text })
}, Effect.uninterruptible)
