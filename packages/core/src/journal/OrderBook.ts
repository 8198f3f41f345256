/**
 * Orders from any process to the one that holds a run: kept in the store until the holder says that it has taken them.
 *
 * `ordered` looks for orders that `orders` has not returned yet, so none that comes between the two calls is missed.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { RunId } from "../domain/Ids.ts"
import type { JournalError } from "./JournalError.ts"
import type { Leases } from "./Leases.ts"
import { type Order, orderIn, orderText, type PostedOrder } from "./Order.ts"
import type { StoreAccess } from "./StoreAccess.ts"
import type { WakeUps } from "./WakeUps.ts"

export interface OrderBook {
  readonly post: (run: RunId, order: Order) => Effect.Effect<void, JournalError>
  readonly orders: (run: RunId) => Effect.Effect<ReadonlyArray<PostedOrder>, JournalError>
  readonly taken: (run: RunId, id: number) => Effect.Effect<void, JournalError>
  readonly ordered: (run: RunId) => Effect.Effect<void, JournalError>
}

export const make = (
  { attempt, lastEntryOf, refuse, store }: StoreAccess,
  leases: Pick<Leases, "check">,
  posted: WakeUps
): OrderBook => {
  /** The last number that `orders` returned. */
  const seen = new Map<RunId, number>()

  const decoded = (run: RunId, body: string): Order => {
    const order = orderIn(body)
    return order._tag === "Some"
      ? order.value
      : refuse({ _tag: "Corrupt", run, seq: null, what: "an order is damaged" })
  }

  const ordersOf = (run: RunId) => store.orders().filter((order) => order.run === run)

  const isNew = (run: RunId) =>
    attempt(() =>
      store.read(() => {
        lastEntryOf(run)
        return ordersOf(run).some(({ id }) => id > (seen.get(run) ?? 0))
      })
    )

  return {
    post: Effect.fn("Journal.post")(function* (run, order) {
      const time = Math.floor(yield* Clock.currentTimeMillis)
      const body = orderText(order)
      yield* attempt(() => {
        store.write(() => {
          if (lastEntryOf(run).kind === "Closed") refuse({ _tag: "RunClosed", run })
          store.addOrder({ run, time, body })
        })
        posted.wake(run)
      })
    }),
    orders: Effect.fn("Journal.orders")((run) =>
      attempt(() => {
        const found = store.read(() => {
          lastEntryOf(run)
          return ordersOf(run).map(({ body, id }) => ({ id, order: decoded(run, body) }))
        })
        seen.set(run, Math.max(seen.get(run) ?? 0, found.at(-1)?.id ?? 0))
        return found
      })
    ),
    taken: Effect.fn("Journal.taken")((run, id) =>
      attempt(() =>
        store.write(() => {
          leases.check(run)
          store.removeOrder(run, id)
        })
      )
    ),
    ordered: Effect.fn("Journal.ordered")(
      Effect.fnUntraced(function* (run) {
        const signal = yield* posted.watch(run)
        while (!(yield* isNew(run))) yield* store.isShared ? Effect.timeoutOption(signal, lookAgain) : signal
      }, Effect.scoped)
    )
  }
}

// internal

/** How often orders of other processes are looked for. */
const lookAgain = "250 millis"
