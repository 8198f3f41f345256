/**
 * A supervisor: starts children in order, starts them again by their restart type and its strategy, and stops them in
 * reverse. What it does not master it passes up: more crashes than it tolerates end it with RestartLimitReached, after
 * all its children.
 *
 * 1. One thing at a time: a crash that happens while others are stopped or started is dealt with after that, and not at
 *    all if its child was stopped meanwhile.
 * 2. A child that is over is not started again, whatever becomes of its siblings.
 * 3. Children that are to come back together wait together, and start one after the other when the wait is over. A crash
 *    before that puts them, and whom it takes along, into a new wait.
 * 4. When the scope closes, nothing is started any more, and it is closed once every child has ended or used up its time.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Random from "effect/Random"
import * as Scope from "effect/Scope"
import { ActorStopped } from "./ActorRef.ts"
import { delayOf } from "./Backoff.ts"
import * as Child from "./Child.ts"
import { type ChildSpec, comesBack, make as makeSpec } from "./ChildSpec.ts"
import { lastOf, RestartLimitReached } from "./RestartLimitReached.ts"
import { plan, type Strategy } from "./Strategy.ts"
import { note, type Restarts, recent, type Tolerance } from "./Tolerance.ts"

export interface SupervisorSpec {
  readonly name: string
  readonly strategy: Strategy
  /** For all children together, but for those that have a tolerance of their own. */
  readonly tolerance: Tolerance
  /** Children come and go and have nothing to do with each other: they are stopped together, and forgotten when over. */
  readonly isDynamic?: boolean
}

export interface Supervisor<A, E, R = never> {
  readonly name: string
  /**
   * Starts a child behind the others; comes back when it is ready, or waits with them for their restart. Fails as the
   * child does that never was ready, which is not tried again.
   */
  readonly add: (spec: ChildSpec<A, E, R>) => Effect.Effect<Supervised<A, E>, E | ActorStopped>
  /** In the order in which they were started. */
  readonly children: Effect.Effect<ReadonlyArray<ChildView>>
  /** Fails when the tolerance is used up and all children have stopped; is interrupted when the scope closes. */
  readonly join: Effect.Effect<never, RestartLimitReached>
}

export interface Supervised<A, E> {
  /** How the child ended for good: as its last life did, or given up, be it with another; interrupted if it was stopped. */
  readonly join: Effect.Effect<A, E | RestartLimitReached>
  /** Stops it for good within its shutdown time. */
  readonly stop: Effect.Effect<void>
}

export interface ChildView {
  readonly id: string
  readonly state: "running" | "waiting" | "ended"
  readonly restarts: number
}

/** Starts a supervisor without children in the surrounding scope; its children live in the context that it has here. */
export const make = Effect.fnUntraced(function* <A, E = never, R = never>(
  spec: SupervisorSpec
): Effect.fn.Return<Supervisor<A, E, R>, never, R | Scope.Scope> {
  const { isDynamic = false, name, strategy, tolerance } = spec
  const scope = yield* Effect.flatMap(Effect.scope, (outer) => Scope.fork(outer))
  const children = new Map<string, Managed<A, E, R>>()
  const messages = yield* Queue.unbounded<Message<A, E, R>>()
  /** Who waits for a restart, by the rounds that they wait for. */
  const rounds = new Map<number, Array<Managed<A, E, R>>>()
  let round = 0
  let counted: Restarts = []

  const begin = (child: Managed<A, E, R>) =>
    Child.begin(child, (life, exit) => {
      Queue.offerUnsafe(messages, { _tag: "Ended", child, life, exit })
    })
  const finish = (child: Managed<A, E, R>, exit: Exit.Exit<A, E | RestartLimitReached>) => {
    Child.finish(child, exit)
    if (isDynamic || child.restart === "temporary") children.delete(child.id)
  }
  const stop = (child: Managed<A, E, R>) =>
    Effect.suspend(() => {
      child.isOver = true
      return Effect.map(Child.halt(child), (exit) => finish(child, exit ?? Exit.interrupt()))
    })
  const stopAll = Effect.suspend(() =>
    Effect.forEach([...children.values()].reverse(), stop, {
      concurrency: isDynamic ? "unbounded" : 1,
      discard: true
    })
  )

  /** Puts a child behind the others. Gives how it ended, where it never was ready. */
  const enter = Effect.fnUntraced(function* (child: Managed<A, E, R>) {
    children.set(child.id, child)
    const waiting = strategy === "one-for-one" ? undefined : rounds.get(round)
    if (waiting === undefined) return yield* begin(child)
    child.state = { _tag: "Waiting", round }
    waiting.push(child)
    return null
  })
  const beginRound = Effect.fnUntraced(function* (due: number) {
    const waiting = rounds.get(due) ?? []
    rounds.delete(due)
    for (const child of waiting) {
      if (child.isOver || child.state._tag !== "Waiting" || child.state.round !== due) continue
      if (child.life > 0) child.restarts += 1
      const exit = yield* begin(child)
      // What becomes of it, and of those behind it with it, is the next message.
      if (exit !== null && comesBack(child.restart, exit)) return
    }
  })
  const comeBack = Effect.fnUntraced(function* (waiting: ReadonlyArray<Managed<A, E, R>>, ms: number) {
    round += 1
    const due = round
    for (const child of waiting) child.state = { _tag: "Waiting", round }
    rounds.set(due, [...waiting])
    if (ms === 0) return yield* beginRound(due)
    const timer = Effect.map(Effect.sleep(ms), () => Queue.offerUnsafe(messages, { _tag: "Due", round: due }))
    yield* Effect.forkIn(timer, scope, { startImmediately: true })
  })

  const restart = Effect.fnUntraced(function* (child: Managed<A, E, R>, exit: Exit.Exit<A, E>) {
    const own = child.spec.tolerance
    child.idleMs += child.spec.idleMs?.(exit) ?? 0
    const now = Number((yield* Clock.monotonicTimeNanos) / 1_000_000n) - (own === undefined ? 0 : child.idleMs)
    const limit = own ?? tolerance
    const after = note(limit, own === undefined ? counted : child.counted, now)
    const bound = plan(strategy, children.values(), child)
    if (after === null) {
      const facts = { child: child.id, ...limit, last: lastOf(exit) }
      const error = new RestartLimitReached(facts)
      finish(child, Exit.fail(error))
      if (own === undefined) return yield* Effect.andThen(stopAll, Effect.fail(error))
      for (const each of bound.stop) {
        each.isOver = true
        const ended = yield* Child.halt(each)
        const isDone = isDoneBy(each, ended)
        finish(each, isDone ? ended : Exit.fail(new RestartLimitReached({ ...facts, tied: each.id })))
      }
      return
    }
    if (own === undefined) counted = after
    child.counted = [...recent(limit, child.counted, now), now]
    for (const each of bound.stop) {
      const ended = yield* Child.halt(each)
      if (isDoneBy(each, ended) || each.restart === "temporary") finish(each, ended ?? Exit.interrupt())
    }
    const ms = delayOf(child.spec.backoff, child.counted.length, yield* Random.next)
    child.idleMs += ms
    yield* comeBack(bound.start, ms)
  })
  const receive = Effect.fnUntraced(function* (message: Message<A, E, R>) {
    switch (message._tag) {
      case "Due":
        return yield* beginRound(message.round)
      case "Ended": {
        const { child, exit, life } = message
        if (child.life !== life || child.isOver) return
        return comesBack(child.restart, exit) ? yield* restart(child, exit) : finish(child, exit)
      }
      case "Add": {
        const { child, reply } = message
        if (children.has(child.id)) {
          const problem = new Error(`${name} has a child ${child.id} already`)
          return Deferred.doneUnsafe(reply, Exit.die(problem))
        }
        const failed = yield* enter(child)
        if (failed === null) return Deferred.doneUnsafe(reply, Exit.void)
        children.delete(child.id)
        Child.finish(child, failed)
        Deferred.doneUnsafe(reply, Exit.asVoid(failed))
      }
    }
  })

  yield* Scope.addFinalizer(scope, stopAll)
  const loop = yield* Effect.forkIn(Effect.forever(Effect.flatMap(Queue.take(messages), receive)), scope)
  const stopped = Effect.andThen(Fiber.await(loop), Effect.fail(new ActorStopped({ actor: name })))
  return {
    name,
    add: Effect.fnUntraced(function* (child) {
      const managed: Managed<A, E, R> = Child.make(child)
      const reply = yield* Deferred.make<void, E>()
      Queue.offerUnsafe(messages, { _tag: "Add", child: managed, reply })
      yield* Effect.raceFirst(Deferred.await(reply), stopped)
      return { join: Deferred.await(managed.ended), stop: stop(managed) }
    }),
    children: Effect.sync(() => Array.from(children.values(), viewOf)),
    join: Fiber.join(loop)
  }
})

/** Starts a supervisor with `specs` in order. Fails as the child does that does not start, once the others have stopped. */
export const start = Effect.fnUntraced(function* <A, E, R>(
  spec: SupervisorSpec,
  specs: ReadonlyArray<ChildSpec<A, E, R>>
): Effect.fn.Return<Supervisor<A, E, R>, E | RestartLimitReached, R | Scope.Scope> {
  const scope = yield* Effect.flatMap(Effect.scope, (outer) => Scope.fork(outer))
  const supervisor = yield* Scope.provide(make<A, E, R>(spec), scope)
  yield* Effect.forEach(specs, supervisor.add, { discard: true }).pipe(
    Effect.catchIf(
      (error) => error instanceof ActorStopped,
      () => supervisor.join
    ),
    Effect.onError(() => Scope.close(scope, Exit.void))
  )
  return supervisor
})

/** A supervisor as the child of another one. It may take as long to stop as its own children do. */
export const asChild = <A, E, R>(
  spec: SupervisorSpec,
  specs: ReadonlyArray<ChildSpec<A, E, R>>,
  more: Partial<Pick<ChildSpec, "restart" | "backoff" | "tolerance">> = {}
): ChildSpec<never, E | RestartLimitReached, R> =>
  makeSpec({
    id: spec.name,
    start: () => Effect.map(start(spec, specs), ({ join }): Effect.Effect<never, E | RestartLimitReached, R> => join),
    shutdown: "infinity",
    ...more
  })

// internal

type Managed<A, E, R> = Child.Child<A, E, R, RestartLimitReached>

type Message<A, E, R> =
  | {
      readonly _tag: "Ended"
      readonly child: Managed<A, E, R>
      readonly life: number
      readonly exit: Exit.Exit<A, E>
    }
  /** A wait is over. */
  | { readonly _tag: "Due"; readonly round: number }
  | { readonly _tag: "Add"; readonly child: Managed<A, E, R>; readonly reply: Deferred.Deferred<void, E> }

/** It has come to its end by itself before it heard that it was to be stopped. */
const isDoneBy = <A, E>(
  { restart }: Pick<ChildSpec, "restart">,
  exit: Exit.Exit<A, E> | null
): exit is Exit.Exit<A, E> => exit !== null && !Exit.hasInterrupts(exit) && !comesBack(restart, exit)

const viewOf = <A, E, R>({ id, isOver, restarts, state }: Managed<A, E, R>): ChildView => ({
  id,
  state: isOver ? "ended" : state._tag === "Running" ? "running" : "waiting",
  restarts
})
