/**
 * The leases of a journal: one owner for each run, also among processes.
 *
 * Invariants:
 * 1. A lease is taken and given back in a transaction of the store, so of two that race for a run one has it.
 * 2. Every take-over raises the epoch and has a token of its own. A run that was closed and given back has no lease. What an owner writes is refused in the transaction that
 *    would write it once the lease is another's, so a process that was taken for dead writes nothing when it wakes up.
 * 3. A holder that cannot be asked for (see Lease.ts) is taken for dead only when it stayed silent while it was watched:
 *    the transaction that takes over finds the same lease, not renewed, as before the watch.
 * 4. A lease that could not be given back (a full disk) is this journal's to take again: its process lives, so nobody
 *    else may.
 */
import { randomUUID } from "node:crypto"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { RunId } from "../domain/Ids.ts"
import type { JournalError } from "./JournalError.ts"
import { type Here, type Holder, type Lease, renewEveryMs, standingOf, watchMs } from "./Lease.ts"
import { orderIn } from "./Order.ts"
import type { StoreAccess } from "./StoreAccess.ts"

export interface Leases {
  readonly hold: (run: RunId) => Effect.Effect<void, JournalError, Scope.Scope>
  /** Leases whose holders live, or are not known to be dead. */
  readonly holders: Effect.Effect<ReadonlyArray<Holder & { readonly run: RunId }>, JournalError>
  /** Whether a run with this token in its lease, or with none, is this journal's to write to. */
  readonly mayWrite: (run: RunId, token: string | null) => boolean
  /** In a transaction: refuses when the run is not, or no longer, this journal's to write to. */
  readonly check: (run: RunId) => void
  /** In a transaction: who holds the run now, and is not dead. */
  readonly livingHolder: (run: RunId, now: number) => Holder | null
  /** In a transaction, for runs that are not closed. */
  readonly standings: (now: number) => (run: RunId) => "held" | "free" | "open"
}

export const make = (access: StoreAccess, here: Here): Leases => {
  const { attempt, refuse, store } = access
  /** By run, from `hold` until its scope closes. */
  const owned = new Map<RunId, string>()
  /** Tokens of leases whose scope has closed. */
  const letGo = new Set<string>()

  /** Takes the run, or returns the silent holder that is to be watched. */
  const take = Effect.fnUntraced(function* (run: RunId, token: string, watched: Holder | null) {
    const now = Math.floor(yield* Clock.currentTimeMillis)
    return yield* attempt(() =>
      store.write(() => {
        const lease = store.leases().find((each) => each.run === run)
        const before = lease?.holder ?? null
        if (before !== null && !letGo.has(before.token)) {
          const standing = standingOf(before, here, now)
          const isWatched = watched?.token === before.token
          const isRenewed = isWatched && watched.renewedAt !== before.renewedAt
          if (standing === "alive" || isRenewed)
            return refuse({ _tag: "Held", run, pid: before.pid, since: before.since })
          if (standing === "silent" && !isWatched) return before
        }
        access.enter(run, now)
        const { pid, place, start } = here
        store.putLease({
          run,
          epoch: (lease?.epoch ?? 0) + 1,
          holder: { token, pid, start, place, since: now, renewedAt: now }
        })
        // Meant for an owner that is gone.
        for (const order of store.orders()) {
          if (order.run === run && isStop(order.body)) store.removeOrder(run, order.id)
        }
        return null
      })
    )
  })

  /** Whether it still has the lease. */
  const renew = Effect.fnUntraced(function* (run: RunId, token: string) {
    const renewedAt = Math.floor(yield* Clock.currentTimeMillis)
    return yield* attempt(() =>
      store.write(() => {
        const lease = store.lease(run)
        if (lease?.holder?.token !== token) return false
        store.putLease({ ...lease, holder: { ...lease.holder, renewedAt } })
        return true
      })
    )
  })

  const giveBack = (run: RunId, token: string) =>
    attempt(() => {
      letGo.add(token)
      if (owned.get(run) === token) owned.delete(run)
      store.write(() => {
        const lease = store.lease(run)
        if (lease?.holder?.token !== token) return
        if (store.lastEntryOf(run)?.kind === "Closed") store.removeLease(run)
        else store.putLease({ ...lease, holder: null })
      })
      letGo.delete(token)
    })

  const keepRenewed = (run: RunId, token: string) =>
    renew(run, token).pipe(
      // A full disk or a busy one may be better in ten seconds; the process table does not ask for it.
      Effect.catch(() => Effect.succeed(true)),
      Effect.delay(renewEveryMs),
      Effect.repeat({ while: (has) => has }),
      Effect.forkScoped
    )

  const livingIn = ({ holder }: Pick<Lease, "holder">, now: number): Holder | null =>
    holder === null || letGo.has(holder.token) || standingOf(holder, here, now) === "dead" ? null : holder

  return {
    hold: Effect.fn("Journal.hold")((run) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.gen(function* () {
          const token = randomUUID()
          let watched: Holder | null = null
          for (;;) {
            watched = yield* take(run, token, watched)
            if (watched === null) break
            yield* restore(Effect.sleep(watchMs))
          }
          owned.set(run, token)
          yield* Effect.addFinalizer(() => Effect.ignore(giveBack(run, token)))
          if (store.isShared) yield* keepRenewed(run, token)
        })
      )
    ),
    holders: Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      return yield* attempt(() =>
        store.read(() =>
          store.leases().flatMap((lease) => {
            const holder = livingIn(lease, now)
            return holder === null ? [] : [{ ...holder, run: lease.run }]
          })
        )
      )
    }),
    mayWrite: (run, token) => (owned.get(run) ?? null) === token,
    check: (run) => {
      const token = owned.get(run)
      const holder = store.lease(run)?.holder ?? null
      if (token !== undefined && holder?.token !== token) {
        return refuse({ _tag: "LeaseLost", run, pid: holder?.pid ?? null })
      }
      if (token === undefined && holder !== null) {
        return refuse({ _tag: "Held", run, pid: holder.pid, since: holder.since })
      }
    },
    livingHolder: (run, now) => livingIn(store.lease(run) ?? { holder: null }, now),
    standings: (now) => {
      const leases = new Map(store.leases().map((lease) => [lease.run, lease]))
      return (run) => {
        const lease = leases.get(run)
        if (lease === undefined) return "open"
        const holder = livingIn(lease, now)
        return holder !== null && standingOf(holder, here, now) === "alive" ? "held" : "free"
      }
    }
  }
}

// internal

/** Whether the body of an order is one to stop. */
const isStop = (body: string): boolean => {
  const order = orderIn(body)
  return order._tag === "Some" && order.value._tag === "Stop"
}
