/**
 * In which order the agents of a run get to work, those that it was started with and those that agents start: as many at
 * a time as there are places, each with a part of the budget of its parent, which for the first ones is the run.
 *
 * 1. An agent that has its part keeps it while it waits for a place; named agents have theirs before any agent begins.
 * 2. Where an even part would be less than a turn and a closing answer need, as many agents as that suffices for get a
 *    part, in the order asked. The others wait for what those leave.
 * 3. Of the agents that one has started, the first asked for gets its part first. Those of others do not wait for it.
 * 4. When nobody is at work who could leave anything, the first of those who wait is refused, started ones before named
 *    ones: so nobody waits for ever.
 * 5. An agent that has ended gives back its part, then is known to have ended, then gives back its place.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import * as Result from "effect/Result"
import * as Scope from "effect/Scope"
import { type Amounts, Budget, BudgetExceeded, type BudgetUnit } from "../budget/Budget.ts"
import type { AgentPath } from "../domain/Ids.ts"
import type { Place } from "./Shares.ts"
import * as WorkPlaces from "./WorkPlaces.ts"

/** An agent on its way in. */
export interface Candidate {
  readonly place: Place
  readonly seat: WorkPlaces.Seat
  /** `ready` has its part of the budget and waits for a place; `in` is at work or has ended; `out` was taken out. */
  state: "waiting" | "ready" | "in" | "out"
}

export interface Admission<E, R> {
  /** The agents that the run was started with. */
  readonly named: ReadonlyArray<Candidate>
  /** Puts an agent that was started behind all that wait. */
  readonly enter: (place: Place) => Candidate
  /** Takes it out again; false when it does not wait any more. */
  readonly withdraw: (candidate: Candidate) => Effect.Effect<boolean>
  /** Lets agents in until none is left; fails as the agent does that breaks the run. */
  readonly run: Effect.Effect<void, E, R>
}

export interface Options<E, R> {
  readonly named: ReadonlyArray<Place>
  /** Named agents at work at the same time. */
  readonly maxParallel: number
  /** The same for those that agents start. */
  readonly maxSpawned: number
  /** The least that a named agent can do anything with. Asked only where parts are small. */
  readonly floor: (place: Place) => Effect.Effect<Amounts, E, R>
  /** Runs an agent to its end. Interruptible only where it says so. */
  readonly work: (candidate: Candidate) => Effect.Effect<void, E, R>
  readonly began: (candidate: Candidate, fiber: Fiber.Fiber<void, E>) => void
  readonly ended: (candidate: Candidate) => void
  /** An agent that was started has to wait; called once. */
  readonly queued: (candidate: Candidate) => Effect.Effect<void, E, R>
  readonly refuse: (candidate: Candidate, error: BudgetExceeded) => Effect.Effect<void, E, R>
}

/** As much of a need as a limit lets be met, in the units that have one. */
export const partOf = (need: Amounts, limit: Amounts): Amounts =>
  Object.fromEntries(
    units.flatMap((unit) => {
      const [wanted, most] = [need[unit], limit[unit]]
      return wanted === undefined || most === undefined ? [] : [[unit, Math.min(wanted, most)]]
    })
  )

/** For one run, in whose scope its agents live. */
export const make = Effect.fnUntraced(function* <E, R>(options: Options<E, R>) {
  const budget = yield* Budget
  const owner = yield* Effect.scope
  const running = yield* FiberSet.make<void, E>()
  const messages = yield* Queue.unbounded<Message<E>>()
  let isLookDue = false
  const look = () => {
    if (!isLookDue) Queue.offerUnsafe(messages, { _tag: "Look" })
    isLookDue = true
  }
  const namedPlaces = WorkPlaces.make(options.maxParallel, look)
  const spawnedPlaces = WorkPlaces.make(options.maxSpawned, look)
  const named = options.named.map((place): Candidate => ({ place, seat: namedPlaces.seat(), state: "waiting" }))
  let spawned: ReadonlyArray<Candidate> = []
  const queues = { named: queueAt(namedPlaces), spawned: queueAt(spawnedPlaces) }
  const needs = new Map<Candidate, Amounts>()
  const parts = new Map<Candidate, Scope.Closeable>()
  const told = new Set<Candidate>()
  let [nextNamed, active] = [0, 0]

  const enter = (place: Place): Candidate => {
    const candidate: Candidate = { place, seat: spawnedPlaces.seat(), state: "waiting" }
    needs.set(candidate, place.guarantee)
    spawned = [...spawned, candidate]
    look()
    return candidate
  }
  const withdraw = (candidate: Candidate) =>
    Effect.suspend(() => {
      if (candidate.state === "in" || candidate.state === "out") return Effect.succeed(false)
      candidate.state = "out"
      spawned = spawned.filter((each) => each !== candidate)
      look()
      return Effect.as(giveBack(candidate, Exit.void), true)
    })
  const giveBack = (candidate: Candidate, exit: Exit.Exit<unknown, unknown>) =>
    Effect.suspend(() => {
      const part = parts.get(candidate)
      parts.delete(candidate)
      return part === undefined ? Effect.void : Scope.close(part, exit)
    })

  /** At most all that the agent may use: with less than a floor of its own, it is to answer from what it has. */
  const needOf = Effect.fnUntraced(function* (candidate: Candidate) {
    const { guarantee, limit } = candidate.place
    const need =
      needs.get(candidate) ?? (isAmple(guarantee) ? {} : partOf(yield* options.floor(candidate.place), limit))
    needs.set(candidate, need)
    return need
  })
  /** Gives it its part of the budget: the even one, or what it needs at least; gives what it lacks instead. */
  const carve = Effect.fnUntraced(function* (candidate: Candidate) {
    const { place } = candidate
    const need = yield* needOf(candidate)
    const isEven = fits(need, place.guarantee) && (yield* budget.shortfall(place.parent, place.guarantee)) === null
    const lacking = isEven ? null : yield* budget.shortfall(place.parent, need)
    if (lacking !== null) return askedFor(place, lacking)
    const scope = yield* Scope.fork(owner)
    parts.set(candidate, scope)
    const guarantee = isEven ? place.guarantee : need
    const child = { name: place.request.definition.name, limit: place.limit, guarantee }
    const carved = yield* Effect.result(Scope.provide(budget.carve(place.parent, place.path, child), scope))
    // It may have been withdrawn meanwhile.
    const isReady = Result.isSuccess(carved) && candidate.state === "waiting"
    if (!isReady) yield* giveBack(candidate, Exit.void)
    if (Result.isFailure(carved)) return carved.failure
    if (isReady) candidate.state = "ready"
    return undefined
  }, Effect.uninterruptible)
  const begin = Effect.fnUntraced(function* (candidate: Candidate) {
    candidate.state = "in"
    active += 1
    const body = options.work(candidate).pipe(
      Effect.onExit((exit) => giveBack(candidate, exit)),
      Effect.onExit((exit) =>
        Effect.sync(() => {
          options.ended(candidate)
          Queue.offerUnsafe(messages, { _tag: "Ended", candidate, exit })
        })
      ),
      Effect.uninterruptible
    )
    options.began(candidate, yield* FiberSet.run(running, body))
  }, Effect.uninterruptible)
  const beginReady = Effect.fnUntraced(function* (queue: PlaceQueue) {
    for (; queue.places.hasFree && queue.next < queue.ready.length; queue.next++) {
      const candidate = queue.ready[queue.next]
      if (candidate?.state !== "ready") continue
      if (!candidate.seat.take()) return
      yield* begin(candidate)
      // Its first request leaves before the next agent begins: so the answers, too, come one after the other.
      yield* Effect.yieldNow
    }
  })

  /** Sets parts aside for named agents, in their order; gives what the first lacks that goes without. */
  const letNamedIn = Effect.gen(function* () {
    for (; nextNamed < named.length; nextNamed++) {
      const candidate = named[nextNamed]
      if (candidate?.state !== "waiting") continue
      const error = yield* carve(candidate)
      if (error !== undefined) return { candidate, error } satisfies Lacking
      queues.named.ready.push(candidate)
    }
    return undefined
  })
  /** The same for those that were started. */
  const letSpawnedIn = Effect.gen(function* () {
    const short = new Set<AgentPath>()
    let lacking: Lacking | undefined
    for (const candidate of spawned) {
      const { parent } = candidate.place
      if (candidate.state !== "waiting" || short.has(parent)) continue
      const error = yield* carve(candidate)
      if (error === undefined) queues.spawned.ready.push(candidate)
      else {
        short.add(parent)
        lacking ??= { candidate, error }
      }
    }
    return lacking
  })
  const isWaiting = ({ state }: Candidate): boolean => state === "waiting" || state === "ready"
  const tellQueued = Effect.fnUntraced(function* (tried: ReadonlyArray<Candidate>) {
    for (const candidate of tried) {
      if (!isWaiting(candidate) || told.has(candidate)) continue
      told.add(candidate)
      yield* options.queued(candidate)
    }
    spawned = spawned.filter(isWaiting)
  })
  const refuse = Effect.fnUntraced(function* ({ candidate, error }: Lacking) {
    if (yield* withdraw(candidate)) yield* options.refuse(candidate, error)
  }, Effect.uninterruptible)

  const run = Effect.gen(function* () {
    for (;;) {
      const tried = spawned
      const lackingNamed = yield* letNamedIn
      const lacking = (yield* letSpawnedIn) ?? lackingNamed
      yield* beginReady(queues.named)
      yield* beginReady(queues.spawned)
      if (tried.length > 0) yield* tellQueued(tried)
      if (active === 0 && lacking === undefined) return
      if (lacking !== undefined && namedPlaces.atWork + spawnedPlaces.atWork === 0) {
        yield* refuse(lacking)
        continue
      }
      const message = yield* Queue.take(messages)
      if (message._tag === "Look") {
        isLookDue = false
        continue
      }
      active -= 1
      message.candidate.seat.leave()
      // An agent alone may be interrupted; what breaks one breaks the run.
      if (Exit.isFailure(message.exit) && !Cause.hasInterruptsOnly(message.exit.cause)) return yield* message.exit
    }
  })
  const admission: Admission<E, R> = { named, enter, withdraw, run }
  return admission
})

// internal

type Message<E> =
  /** A place is free, or somebody wants one. */
  | { readonly _tag: "Look" }
  | { readonly _tag: "Ended"; readonly candidate: Candidate; readonly exit: Exit.Exit<void, E> }

/** Agents that have their part, in the order in which they get a place. */
interface PlaceQueue {
  readonly places: WorkPlaces.WorkPlaces
  readonly ready: Array<Candidate>
  next: number
}

const queueAt = (places: WorkPlaces.WorkPlaces): PlaceQueue => ({ places, ready: [], next: 0 })

interface Lacking {
  readonly candidate: Candidate
  readonly error: BudgetExceeded
}

/** Parts of this size hold any agent's first turns: nothing needs to be read to know that. */
const ampleTokens = 32_000

const isAmple = (part: Amounts): boolean => part.nanoUsd === undefined && (part.tokens ?? 0) >= ampleTokens

const units: ReadonlyArray<BudgetUnit> = ["tokens", "nanoUsd"]

const fits = (need: Amounts, room: Amounts): boolean =>
  units.every((unit) => (need[unit] ?? 0) <= (room[unit] ?? Number.POSITIVE_INFINITY))

/** What a parent lacks, as what its child cannot have. */
const askedFor = ({ parent, path }: Place, { asked, at, available, limit, unit }: BudgetExceeded): BudgetExceeded =>
  new BudgetExceeded({ path, unit, asked, available, limit, at: at ?? parent })
