import { describe, expect, it } from "@effect/vitest"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { ActorStopped } from "../../src/actor/ActorRef.ts"
import type { Backoff } from "../../src/actor/Backoff.ts"
import { make, type Restart } from "../../src/actor/ChildSpec.ts"
import { RestartLimitReached } from "../../src/actor/RestartLimitReached.ts"
import type { Strategy } from "../../src/actor/Strategy.ts"
import * as Supervisor from "../../src/actor/Supervisor.ts"
import { children, type Spec } from "./Children.ts"

const second: Backoff = { firstMs: 1_000, factor: 1, longestMs: 1_000 }

const supervisor = (strategy: Strategy = "one-for-one", intensity = 3): Supervisor.SupervisorSpec => ({
  name: "top",
  strategy,
  tolerance: { intensity, periodMs: 5_000 }
})

/** Runs `effect` with children by hand, whose supervisor stops when it ends. */
const withChildren = <A, E>(
  effect: (hand: ReturnType<typeof children>) => Effect.Effect<A, E, Scope.Scope>
): Effect.Effect<A, E> => Effect.scoped(Effect.suspend(() => effect(children())))

const fork = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

const ended = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.map(Effect.exit(effect), (exit) => (Exit.isFailure(exit) ? Cause.squash(exit.cause) : exit.value))

describe("a supervisor", () => {
  it.effect("starts its children in order, each when the one before is ready, and stops them in reverse", () =>
    withChildren(({ child, seen }) =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const slow = child("b")
        const scope = yield* Scope.make()
        const starting = yield* Supervisor.start(supervisor(), [
          child("a"),
          { ...slow, start: (restart) => Effect.andThen(Deferred.await(gate), slow.start(restart)) },
          child("c")
        ]).pipe(Scope.provide(scope), fork)
        expect(yield* seen).toStrictEqual(["start a"])
        yield* Deferred.succeed(gate, undefined)
        const started = yield* Fiber.join(starting)
        expect(yield* seen).toStrictEqual(["start b", "start c"])
        expect(yield* started.children).toStrictEqual(
          ["a", "b", "c"].map((id) => ({ id, state: "running", restarts: 0 }))
        )
        yield* Scope.close(scope, Exit.void)
        expect(yield* seen).toStrictEqual(["stop c", "stop b", "stop a"])
      })
    )
  )

  it.effect("does not start when a child does not, and stops those that had", () =>
    withChildren(({ child, seen }) =>
      Effect.gen(function* () {
        const broken = make<string, string>({ id: "b", start: () => Effect.fail("no port") })
        expect(yield* Effect.flip(Supervisor.start(supervisor(), [child("a"), broken, child("c")]))).toBe("no port")
        expect(yield* seen).toStrictEqual(["start a", "stop a"])
      })
    )
  )

  const endings = ["crash", "die", "complete", "interrupt"] as const
  it.effect.each<{ restart: Restart; comesBack: ReadonlyArray<(typeof endings)[number]> }>([
    { restart: "permanent", comesBack: ["crash", "die", "complete", "interrupt"] },
    { restart: "transient", comesBack: ["crash", "die"] },
    { restart: "temporary", comesBack: [] }
  ])("starts a $restart child again after: $comesBack", ({ comesBack, restart }) =>
    Effect.forEach(endings, (ending) =>
      withChildren((hand) =>
        Effect.gen(function* () {
          yield* Supervisor.start(supervisor(), [hand.child("a", { restart }), hand.child("b")])
          yield* hand.seen
          yield* hand[ending]("a")
          const starts = (yield* hand.seen).filter((each) => each.startsWith("start"))
          expect(starts).toStrictEqual(comesBack.includes(ending) ? ["start a"] : [])
        })
      )
    )
  )

  it.effect("takes down and starts again with a crashed child whom its strategy ties to it", () =>
    Effect.forEach(
      [
        { strategy: "one-for-one", does: ["start b"] },
        { strategy: "one-for-all", does: ["stop c", "stop a", "start a", "start b", "start c"] },
        { strategy: "rest-for-one", does: ["stop c", "start b", "start c"] }
      ] as const,
      ({ does, strategy }) =>
        withChildren(({ child, crash, seen }) =>
          Effect.gen(function* () {
            yield* Supervisor.start(
              supervisor(strategy),
              ["a", "b", "c"].map((id) => child(id))
            )
            yield* seen
            yield* crash("b")
            expect(yield* seen).toStrictEqual(does)
          })
        )
    )
  )

  it.effect("tells a child how often it was started again", () =>
    withChildren(() =>
      Effect.gen(function* () {
        const told: Array<number> = []
        const counting = make<never, string>({
          id: "a",
          start: (restart) =>
            Effect.sync(() => {
              told.push(restart)
              return restart < 3 ? Effect.fail("again") : Effect.never
            })
        })
        const { children } = yield* Supervisor.start(supervisor(), [counting])
        yield* Effect.repeat(Effect.yieldNow, { times: 20 })
        expect(told).toStrictEqual([0, 1, 2, 3])
        expect(yield* children).toStrictEqual([{ id: "a", state: "running", restarts: 3 }])
      })
    )
  )

  it.effect("gives up with the child that crashed too often, after all its children have stopped", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const { add, join } = yield* Supervisor.start(supervisor("one-for-one", 2), [
          child("a"),
          child("b"),
          child("c")
        ])
        yield* crash("b")
        yield* crash("a")
        yield* seen
        yield* crash("b")
        expect(yield* seen).toStrictEqual(["stop c", "stop a"])
        const limit = { intensity: 2, periodMs: 5_000 }
        expect(yield* Effect.flip(join)).toStrictEqual(
          new RestartLimitReached({ child: "b", ...limit, last: { tag: "Unknown", message: "b crashed" } })
        )
        expect(yield* Effect.flip(add(child("d")))).toStrictEqual(new ActorStopped({ actor: "top" }))
      })
    )
  )

  it.effect("goes on for ever where crashes come no faster than it tolerates", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        yield* Supervisor.start(supervisor("one-for-one", 2), [child("a")])
        for (let times = 0; times < 20; times++) {
          yield* seen
          yield* crash("a")
          expect(yield* seen).toStrictEqual(["start a"])
          yield* TestClock.adjust("2501 millis")
        }
      })
    )
  )

  it.effect("passes a limit up over three levels: each starts what is below it again, until it has had enough", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const limit = (name: string, intensity: number) => ({ ...supervisor("one-for-one", intensity), name })
        const lowest = Supervisor.asChild(limit("low", 1), [child("leaf")])
        const middle = Supervisor.asChild(limit("middle", 1), [child("beside"), lowest])
        const { join } = yield* Supervisor.start(limit("top", 1), [child("above"), middle])
        yield* seen
        // Each level takes one crash of what is below it for two of its own.
        const told: Array<ReadonlyArray<string>> = []
        for (let times = 0; times < 8; times++) {
          yield* crash("leaf")
          told.push(yield* seen)
        }
        expect(told).toStrictEqual([
          ["start leaf"],
          ["start leaf"],
          ["start leaf"],
          ["stop beside", "start beside", "start leaf"],
          ["start leaf"],
          ["start leaf"],
          ["start leaf"],
          ["stop beside", "stop above"]
        ])
        const { child: which, last } = yield* Effect.flip(join)
        expect([which, last.tag]).toStrictEqual(["middle", "RestartLimitReached"])
      })
    )
  )

  it.effect("lets a child with a tolerance of its own go with whom its strategy ties to it, and stays", () =>
    Effect.forEach(
      [
        { strategy: "one-for-one", gone: ["b"], stopped: [] },
        { strategy: "rest-for-one", gone: ["b", "c"], stopped: ["stop c"] },
        { strategy: "one-for-all", gone: ["a", "b", "c"], stopped: ["stop c", "stop a"] }
      ] as const,
      ({ gone, stopped, strategy }) =>
        withChildren(({ child, crash, seen }) =>
          Effect.gen(function* () {
            const tolerance = { intensity: 0, periodMs: 1_000 }
            const started = yield* Supervisor.start(supervisor(strategy), [
              child("a"),
              child("b", { tolerance }),
              child("c")
            ])
            yield* seen
            yield* crash("b")
            expect(yield* seen).toStrictEqual(stopped)
            const left = (yield* started.children).filter(({ state }) => state === "ended").map(({ id }) => id)
            expect(left).toStrictEqual(gone)
            yield* started.add(child("d"))
            expect(yield* seen).toStrictEqual(["start d"])
          })
        )
    )
  )

  it.effect("tells those that end with a child with whom they do, but for one that was done", () =>
    withChildren(({ child, complete, crash }) =>
      Effect.gen(function* () {
        const top = yield* Supervisor.make<string, string>(supervisor("one-for-all"))
        const ends = yield* Effect.forEach(
          [
            child("tied", { restart: "transient" }),
            child("done", { restart: "transient" }),
            child("weak", { tolerance: { intensity: 0, periodMs: 1_000 } })
          ],
          (spec) => Effect.flatMap(top.add(spec), ({ join }) => fork(ended(join)))
        )
        yield* Effect.all([crash("weak"), complete("done")], { concurrency: "unbounded" })
        const why = { child: "weak", intensity: 0, periodMs: 1_000, last: { tag: "Unknown", message: "weak crashed" } }
        const told = yield* Effect.forEach(ends, (end) => Fiber.join(end))
        expect(told).toStrictEqual([
          new RestartLimitReached({ ...why, tied: "tied" }),
          "done is done",
          new RestartLimitReached(why)
        ])
        expect(told.map((end) => (end instanceof Error ? end.message : end))).toStrictEqual([
          "tied was ended with weak, which crashed and was not started again; the last time: weak crashed",
          "done is done",
          "weak crashed and was not started again; the last time: weak crashed"
        ])
      })
    )
  )

  it.effect("counts a child with a tolerance of its own by that alone", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const own = { tolerance: { intensity: 9, periodMs: 5_000 } }
        yield* Supervisor.start(supervisor("one-for-one", 1), [child("a", own), child("b")])
        for (let times = 0; times < 9; times++) yield* crash("a")
        yield* seen
        yield* crash("b")
        expect(yield* seen).toStrictEqual(["start b"])
      })
    )
  )

  it.effect(
    "forgives a child with a tolerance of its own only for time at work, not for waits nor for idle lives",
    () =>
      withChildren(({ child, crash, seen }) =>
        Effect.gen(function* () {
          const tolerance = { intensity: 1, periodMs: 1_000 }
          const { children } = yield* Supervisor.start(supervisor(), [
            child("waits", { tolerance, backoff: second }),
            child("idles", { tolerance, idleMs: () => 1_000 }),
            child("works", { tolerance })
          ])
          yield* seen
          const told: Array<ReadonlyArray<string>> = []
          for (let times = 0; times < 3; times++) {
            yield* Effect.forEach(["waits", "idles", "works"], crash)
            // Of this time the first is at work for three quarters of a second at most, the second for half a one.
            yield* TestClock.adjust("1500 millis")
            told.push((yield* seen).toSorted())
          }
          expect(told).toStrictEqual([["start idles", "start waits", "start works"], ["start works"], ["start works"]])
          expect((yield* children).map(({ state }) => state)).toStrictEqual(["ended", "ended", "running"])
        })
      )
  )

  it.effect("waits before a restart, longer each time, while the others go on", () =>
    withChildren(({ child, complete, crash, seen }) =>
      Effect.gen(function* () {
        const backoff = { firstMs: 1_000, factor: 2, longestMs: 60_000 }
        const started = yield* Supervisor.start(supervisor(), [child("a", { backoff }), child("b")])
        yield* seen
        yield* crash("a")
        expect(yield* started.children).toStrictEqual([
          { id: "a", state: "waiting", restarts: 0 },
          { id: "b", state: "running", restarts: 0 }
        ])
        yield* complete("b")
        expect(yield* seen).toStrictEqual(["start b"])
        yield* TestClock.adjust("749 millis")
        expect(yield* seen).toStrictEqual([])
        yield* TestClock.adjust("251 millis")
        expect(yield* seen).toStrictEqual(["start a"])
        yield* crash("a")
        yield* TestClock.adjust("1499 millis")
        expect(yield* seen).toStrictEqual([])
        yield* TestClock.adjust("501 millis")
        expect(yield* seen).toStrictEqual(["start a"])
      })
    )
  )

  it.effect("is stopped in the middle of a wait without starting anybody", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        yield* Scope.provide(Supervisor.start(supervisor(), [child("a", { backoff: second }), child("b")]), scope)
        yield* crash("a")
        yield* seen
        yield* Scope.close(scope, Exit.void)
        yield* TestClock.adjust("1 minute")
        expect(yield* seen).toStrictEqual(["stop b"])
      })
    )
  )

  it.effect("puts those who wait into a longer wait when an earlier sibling crashes meanwhile", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const long = { backoff: { firstMs: 8_000, factor: 1, longestMs: 8_000 } }
        const specs = [child("a", long), child("b", { backoff: second }), child("c")]
        yield* Supervisor.start(supervisor("rest-for-one"), specs)
        yield* seen
        yield* crash("b")
        expect(yield* seen).toStrictEqual(["stop c"])
        yield* crash("a")
        yield* TestClock.adjust("2 seconds")
        expect(yield* seen).toStrictEqual([])
        yield* TestClock.adjust("6 seconds")
        expect(yield* seen).toStrictEqual(["start a", "start b", "start c"])
      })
    )
  )

  it.effect("lets who is added in a wait of all begin with them, behind them", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const { add } = yield* Supervisor.start(supervisor("one-for-all"), [
          child("a", { backoff: second }),
          child("b")
        ])
        yield* crash("a")
        yield* add(child("c"))
        yield* seen
        yield* TestClock.adjust("1 second")
        expect(yield* seen).toStrictEqual(["start a", "start b", "start c"])
      })
    )
  )

  it.effect("deals once with siblings that crash while it stops and starts them", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const lazy = child("c")
        const gate = yield* Deferred.make<void>()
        const started = yield* Supervisor.start(supervisor("one-for-all", 2), [
          child("a"),
          child("b"),
          {
            ...lazy,
            start: (restart) =>
              Effect.map(lazy.start(restart), (life) =>
                Effect.onInterrupt(life, () => Effect.andThen(crash("b"), Deferred.await(gate)))
              )
          }
        ])
        yield* seen
        // c is the first to be stopped, and takes its time for it; b crashes meanwhile.
        yield* crash("a")
        expect(yield* seen).toStrictEqual(["stop c"])
        yield* Deferred.succeed(gate, undefined)
        expect(yield* seen).toStrictEqual(["start a", "start b", "start c"])
        expect((yield* started.children).map(({ restarts }) => restarts)).toStrictEqual([1, 1, 1])
      })
    )
  )

  it.effect("starts all of them anew when one does not come up in their restart, and counts it", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const shy = child("b")
        const { join } = yield* Supervisor.start(supervisor("one-for-all", 3), [
          child("a"),
          {
            ...shy,
            start: (restart) => (restart === 1 || restart === 2 ? Effect.fail("no port") : shy.start(restart))
          },
          child("c")
        ])
        yield* seen
        yield* crash("c")
        expect(yield* seen).toStrictEqual([
          ...["stop b", "stop a", "start a"],
          ...["stop a", "start a"],
          ...["stop a", "start a", "start b", "start c"]
        ])
        yield* crash("a")
        expect((yield* Effect.flip(join)).child).toBe("a")
      })
    )
  )

  it.effect("does not start a sibling again that came to its end in the very moment of the crash", () =>
    withChildren(({ child, complete, crash, seen }) =>
      Effect.gen(function* () {
        const { children } = yield* Supervisor.start(supervisor("one-for-all"), [
          child("a"),
          child("b", { restart: "transient" })
        ])
        yield* seen
        yield* Effect.all([crash("a"), complete("b")], { concurrency: "unbounded" })
        expect(yield* seen).toStrictEqual(["start a"])
        expect(yield* children).toStrictEqual([
          { id: "a", state: "running", restarts: 1 },
          { id: "b", state: "ended", restarts: 0 }
        ])
      })
    )
  )

  it.effect("waits for a child that is slow to stop no longer than its shutdown time", () =>
    withChildren(({ child, seen }) =>
      Effect.gen(function* () {
        const stubborn = (id: string, shutdown: Spec["shutdown"]) =>
          make<never>({ id, shutdown, start: () => Effect.succeed(Effect.uninterruptible(Effect.never)) })
        const scope = yield* Scope.make()
        yield* Supervisor.start(supervisor(), [
          child("a"),
          stubborn("b", Duration.seconds(3)),
          stubborn("c", "brutal"),
          child("d")
        ]).pipe(Scope.provide(scope))
        yield* seen
        const closing = yield* fork(Scope.close(scope, Exit.void))
        expect(yield* seen).toStrictEqual(["stop d"])
        yield* TestClock.adjust("2999 millis")
        expect(closing.pollUnsafe()).toBeUndefined()
        yield* TestClock.adjust("1 millis")
        expect(yield* seen).toStrictEqual(["stop a"])
        expect(closing.pollUnsafe()).toStrictEqual(Exit.void)
      })
    )
  )

  it.effect("waits for ever for a child with infinite shutdown, and can still be told to stop in a restart", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const gate = yield* Deferred.make<void>()
        const slow = make<void>({
          id: "b",
          shutdown: "infinity",
          start: () => Effect.succeed(Effect.onInterrupt(Effect.never, () => Deferred.await(gate)))
        })
        const scope = yield* Scope.make()
        const specs: ReadonlyArray<Spec> = [
          child("a"),
          make({ ...slow, start: () => Effect.map(slow.start(0), Effect.as("")) })
        ]
        yield* Scope.provide(Supervisor.start(supervisor("one-for-all"), specs), scope)
        yield* seen
        yield* crash("a")
        yield* TestClock.adjust("1 hour")
        const closing = yield* fork(Scope.close(scope, Exit.void))
        yield* TestClock.adjust("1 hour")
        expect([yield* seen, closing.pollUnsafe()]).toStrictEqual([[], undefined])
        yield* Deferred.succeed(gate, undefined)
        yield* Fiber.join(closing)
        expect(yield* seen).toStrictEqual([])
      })
    )
  )

  it.effect("releases what a life has acquired before the next one begins", () =>
    withChildren(() =>
      Effect.gen(function* () {
        const seen: Array<string> = []
        const holding = make<never, string>({
          id: "a",
          start: (restart) =>
            Effect.acquireRelease(
              Effect.sync(() => seen.push(`open ${restart}`)),
              () => Effect.sync(() => seen.push(`close ${restart}`))
            ).pipe(Effect.as(restart === 0 ? Effect.fail("once") : Effect.never))
        })
        const scope = yield* Scope.make()
        yield* Scope.provide(Supervisor.start(supervisor(), [holding]), scope)
        yield* Effect.repeat(Effect.yieldNow, { times: 20 })
        yield* Scope.close(scope, Exit.void)
        expect(seen).toStrictEqual(["open 0", "close 0", "open 1", "close 1"])
      })
    )
  )

  it.effect("stops a single child for good when it is told to, also in its wait, and interrupts who joined it", () =>
    withChildren(({ child, crash, seen }) =>
      Effect.gen(function* () {
        const { add } = yield* Supervisor.start(supervisor(), [child("a")])
        const running = yield* add(child("b"))
        const waiting = yield* add(child("c", { backoff: second }))
        yield* crash("c")
        yield* seen
        yield* running.stop
        yield* waiting.stop
        yield* TestClock.adjust("1 minute")
        expect(yield* seen).toStrictEqual(["stop b"])
        const exits = [yield* Effect.exit(running.join), yield* Effect.exit(waiting.join)]
        expect(exits.map(Exit.hasInterrupts)).toStrictEqual([true, true])
      })
    )
  )

  it.effect("gives who joins a child how its last life ended, and not the ones before", () =>
    withChildren(({ child, complete, crash }) =>
      Effect.gen(function* () {
        const { add } = yield* Supervisor.start(supervisor(), [child("x")])
        const transient = yield* add(child("a", { restart: "transient" }))
        const temporary = yield* add(child("b", { restart: "temporary" }))
        yield* crash("a")
        yield* crash("b")
        yield* complete("a")
        expect([yield* ended(transient.join), yield* ended(temporary.join)]).toStrictEqual(["a is done", "b crashed"])
      })
    )
  )

  it.effect("does not try again a child that was added and never was ready", () =>
    withChildren(({ child, seen }) =>
      Effect.gen(function* () {
        const { add, children } = yield* Supervisor.start(supervisor("one-for-all"), [child("a")])
        yield* seen
        expect(yield* Effect.flip(add(make<string, string>({ id: "b", start: () => Effect.fail("no port") })))).toBe(
          "no port"
        )
        expect(yield* seen).toStrictEqual([])
        expect((yield* children).map(({ id }) => id)).toStrictEqual(["a"])
      })
    )
  )

  it.effect("takes no two children of one name", () =>
    withChildren(({ child, seen }) =>
      Effect.gen(function* () {
        const { add } = yield* Supervisor.start(supervisor(), [child("a")])
        expect(yield* ended(add(child("a")))).toStrictEqual(new Error("top has a child a already"))
        expect(yield* seen).toStrictEqual(["start a"])
      })
    )
  )

  it("says of its limit what happened and what to do", () => {
    const last = { tag: "Error", message: "no disk" }
    const limit = (intensity: number, periodMs: number) =>
      new RestartLimitReached({ child: "a", intensity, periodMs, last })
    expect([limit(3, 60_000), limit(1, 500), limit(0, 5_000)].map(({ message }) => message)).toStrictEqual([
      "a crashed more than 3 times in 60 s and was not started again; the last time: no disk",
      "a crashed more than once in 500 ms and was not started again; the last time: no disk",
      "a crashed and was not started again; the last time: no disk"
    ])
    expect(limit(3, 60_000).hint).toBe("Look at its last crash; more restarts help only against what passes by itself.")
  })
})
