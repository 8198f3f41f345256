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
 * 6. Parts and places go to the more urgent ones first, and of these to who was asked for earlier. Of the places every
 *    eighth goes to who was asked for first of all.
 * 7. There may be more or fewer places at any time; nobody at work is stopped for it.
 * 8. Who is at work when `run` is interrupted is ended with all others in one step, each before those that it has
 *    started: nobody is told of an end that only came with its own.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberSet from "effect/FiberSet"
import * as Queue from "effect/Queue"
import type { Amounts, BudgetExceeded } from "../../budget/Budget.ts"
import type { AgentPath } from "../../domain/Ids.ts"
import { compareUrgency, type InLine, inTurn, type Position, usualPriority } from "../../domain/Priority.ts"
import type { Place } from "../plan/Shares.ts"
import * as Line from "./Line.ts"
import * as Parts from "./Parts.ts"
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
  /** From now on there are so many places, and as many for those that agents start where these have no number of their own. */
  readonly resize: (count: number) => void
  /** Agents that have all that they need but one of the places whose number may change. */
  readonly waiting: () => number
  /** Lets agents in until none is left; interrupted, it ends those at work. Fails as the agent does that breaks the run. */
  readonly run: Effect.Effect<void, E, R>
}

export interface Options<E, R> {
  readonly named: ReadonlyArray<Place>
  /** Named agents at work at the same time. */
  readonly maxParallel: number
  /** The same for those that agents start; as many as `maxParallel`, also when that changes, when null. */
  readonly maxSpawned: number | null
  /** The least that a named agent can do anything with. Asked only where parts are small. */
  readonly floor: (place: Place) => Effect.Effect<Amounts, E, R>
  /** Runs an agent to its end. Interruptible only where it says so. */
  readonly work: (candidate: Candidate) => Effect.Effect<void, E, R>
  readonly began: (candidate: Candidate, fiber: Fiber.Fiber<void, E>) => void
  readonly ended: (candidate: Candidate) => void
  /** An agent that was started has to wait; called once. */
  readonly queued: (candidate: Candidate, position: Position) => Effect.Effect<void, E, R>
  readonly refuse: (candidate: Candidate, error: BudgetExceeded) => Effect.Effect<void, E, R>
}

/** For one run, in whose scope its agents live. */
export const make = Effect.fnUntraced(function* <E, R>(options: Options<E, R>) {
  const running = yield* FiberSet.make<void, E>()
  const messages = yield* Queue.unbounded<Message<E>>()
  let isLookDue = false
  const look = () => {
    if (!isLookDue) Queue.offerUnsafe(messages, { _tag: "Look" })
    isLookDue = true
  }
  const namedPlaces = WorkPlaces.make(options.maxParallel, look)
  const spawnedPlaces = WorkPlaces.make(options.maxSpawned ?? options.maxParallel, look)
  const named = options.named.map((place): Candidate => ({ place, seat: namedPlaces.seat(), state: "waiting" }))
  const namedInTurn = named.map(waitingOf).toSorted(compareUrgency)
  let asked = named.length
  let spawned: ReadonlyArray<Waiting> = []
  const queues = { named: queueAt(namedPlaces), spawned: queueAt(spawnedPlaces) }
  const parts = yield* Parts.make(options.floor)
  const told = new Set<Candidate>()
  let [nextNamed, active] = [0, 0]

  const enter = (place: Place): Candidate => {
    const candidate: Candidate = { place, seat: spawnedPlaces.seat(), state: "waiting" }
    parts.settleNeed(candidate, place.guarantee)
    const waiting = waitingOf(candidate, asked++)
    const before = spawned.findLastIndex((each) => compareUrgency(each, waiting) < 0)
    spawned = spawned.toSpliced(before + 1, 0, waiting)
    look()
    return candidate
  }
  const withdraw = (candidate: Candidate) =>
    Effect.suspend(() => {
      if (candidate.state === "in" || candidate.state === "out") return Effect.succeed(false)
      candidate.state = "out"
      spawned = spawned.filter((each) => each.candidate !== candidate)
      look()
      return Effect.as(parts.giveBack(candidate, Exit.void), true)
    })
  const begin = Effect.fnUntraced(function* (candidate: Candidate) {
    candidate.state = "in"
    active += 1
    const body = options.work(candidate).pipe(
      Effect.onExit((exit) => parts.giveBack(candidate, exit)),
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
  const beginReady = Effect.fnUntraced(function* ({ line, places }: PlaceQueue) {
    while (places.hasFree) {
      const next = line.next()
      if (next === undefined) return
      next.candidate.seat.take()
      yield* begin(next.candidate)
      // Its first request leaves before the next agent begins: so the answers, too, come one after the other.
      yield* Effect.yieldNow
    }
  })

  /** Sets parts aside for named agents, in their order; gives what the first lacks that goes without. */
  const letNamedIn = Effect.gen(function* () {
    for (; nextNamed < namedInTurn.length; nextNamed++) {
      const next = namedInTurn[nextNamed]
      if (next?.candidate.state !== "waiting") continue
      const { candidate } = next
      const error = yield* parts.give(candidate)
      if (error !== undefined) return { candidate, error } satisfies Lacking
      queues.named.line.enter(next)
    }
    return undefined
  })
  /** The same for those that were started. */
  const letSpawnedIn = Effect.gen(function* () {
    const short = new Set<AgentPath>()
    let lacking: Lacking | undefined
    for (const next of spawned) {
      const { candidate } = next
      const { parent } = candidate.place
      if (candidate.state !== "waiting" || short.has(parent)) continue
      const error = yield* parts.give(candidate)
      if (error === undefined) queues.spawned.line.enter(next)
      else {
        short.add(parent)
        lacking ??= { candidate, error }
      }
    }
    return lacking
  })
  const tellQueued = Effect.fnUntraced(function* (tried: ReadonlyArray<Waiting>) {
    spawned = spawned.filter(isWaiting)
    const untold = tried.filter((each) => isWaiting(each) && !told.has(each.candidate))
    if (untold.length === 0) return
    const order = inTurn(spawned, queues.spawned.line.given)
    const positions = new Map(order.map((each, index) => [each, index + 1]))
    for (const each of untold) {
      told.add(each.candidate)
      yield* options.queued(each.candidate, { position: positions.get(each) ?? order.length, of: order.length })
    }
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
  }).pipe(Effect.ensuring(FiberSet.clear(running)))
  const resize = (count: number) => {
    namedPlaces.resize(count)
    if (options.maxSpawned === null) spawnedPlaces.resize(count)
  }
  const waiting = () => queues.named.line.waiting + (options.maxSpawned === null ? queues.spawned.line.waiting : 0)
  const admission: Admission<E, R> = { named, enter, withdraw, resize, waiting, run }
  return admission
})

// internal

type Message<E> =
  /** A place is free, or somebody wants one. */
  | { readonly _tag: "Look" }
  | { readonly _tag: "Ended"; readonly candidate: Candidate; readonly exit: Exit.Exit<void, E> }

interface Waiting extends InLine {
  readonly candidate: Candidate
}

const waitingOf = (candidate: Candidate, asked: number): Waiting => {
  const { priority = usualPriority } = candidate.place.request
  return { candidate, asked, priority }
}

const isWaiting = ({ candidate: { state } }: Waiting): boolean => state === "waiting" || state === "ready"
const isReady = ({ candidate: { state } }: Waiting): boolean => state === "ready"

/** Agents that have their part, and the places that they wait for. */
interface PlaceQueue {
  readonly places: WorkPlaces.WorkPlaces
  readonly line: Line.Line<Waiting>
}

const queueAt = (places: WorkPlaces.WorkPlaces): PlaceQueue => ({ places, line: Line.make(isReady) })

interface Lacking {
  readonly candidate: Candidate
  readonly error: BudgetExceeded
}
