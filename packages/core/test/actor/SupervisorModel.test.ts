/**
 * Random lives of a supervisor's children against a model of a few lines: who is started and stopped, in which order, how
 * often, and when it is too often.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { Restart } from "../../src/actor/ChildSpec.ts"
import { Strategy } from "../../src/actor/Strategy.ts"
import * as Supervisor from "../../src/actor/Supervisor.ts"
import { children } from "./Children.ts"

const below = (limit: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: limit - 1 }))

const most = 5
const periodMs = 4_000
const firstMs = 500

const Step = Schema.Union([
  Schema.TaggedStruct("Act", {
    does: Schema.Literals(["crash", "crash", "die", "complete", "interrupt"]),
    child: below(most)
  }),
  Schema.TaggedStruct("Rest", { ms: Schema.Literals([1, 499, 500, 1_000, 5_000]) })
])
type Step = typeof Step.Type

const Scene = {
  strategy: Strategy,
  intensity: below(5),
  hasBackoff: Schema.Boolean,
  restarts: Schema.NonEmptyArray(Restart).check(Schema.isMaxLength(most)),
  steps: Schema.Array(Step).check(Schema.isMaxLength(30))
}
interface Scene {
  readonly strategy: Strategy
  readonly intensity: number
  readonly hasBackoff: boolean
  readonly restarts: ReadonlyArray<Restart>
  readonly steps: ReadonlyArray<Step>
}

/** What happens at each step, and after the last; written without looking at how it is done. */
const modelled = ({ hasBackoff, intensity, restarts, steps, strategy }: Scene) => {
  const kids = restarts.map((restart, index) => ({
    id: `c${index}`,
    restart,
    state: "running" as "running" | "waiting" | "over",
    dueAt: 0,
    round: 0,
    crashes: [] as Array<number>
  }))
  let [now, round, log] = [0, 0, kids.map(({ id }) => `start ${id}`)]
  let isOver = false
  let all: Array<number> = []
  const told: Array<ReadonlyArray<string>> = []
  const take = () => log.splice(0)
  told.push(take())
  const stop = (of: typeof kids, state: "waiting" | "over") => {
    for (const kid of of.toReversed()) {
      if (kid.state === "running") log.push(`stop ${kid.id}`)
      if (kid.state !== "over") kid.state = kid.restart === "temporary" ? "over" : state
    }
  }
  const startDue = () => {
    const due = kids.filter(({ dueAt, state }) => state === "waiting" && dueAt <= now)
    for (const kid of due.sort((a, b) => a.dueAt - b.dueAt || a.round - b.round)) {
      log.push(`start ${kid.id}`)
      kid.state = "running"
    }
  }
  for (const step of steps) {
    if (step._tag === "Rest") now += step.ms
    else {
      const index = step.child
      const kid = kids[index]
      if (kid?.state === "running" && !isOver) {
        if (step.does === "interrupt") log.push(`stop ${kid.id}`)
        const isCrash = step.does === "crash" || step.does === "die"
        const isBack = kid.restart === "permanent" || (kid.restart === "transient" && isCrash)
        kid.state = "over"
        if (isBack) {
          all = [...all.filter((at) => now - at <= periodMs), now]
          kid.crashes = [...kid.crashes.filter((at) => now - at <= periodMs), now]
          if (all.length > intensity) {
            stop(kids, "over")
            isOver = true
          } else {
            round += 1
            const tied = kids.filter((_, at) =>
              strategy === "one-for-all" ? true : strategy === "rest-for-one" ? at >= index : at === index
            )
            kid.state = "waiting"
            stop(tied, "waiting")
            const ms = hasBackoff ? Math.min(2_000, firstMs * 2 ** (kid.crashes.length - 1)) : 0
            for (const each of tied) if (each.state === "waiting") Object.assign(each, { dueAt: now + ms, round })
          }
        }
      }
    }
    if (!isOver) startDue()
    told.push(take())
  }
  if (!isOver) stop(kids, "over")
  told.push(take())
  return { told, isOver }
}

const played = ({ hasBackoff, intensity, restarts, steps, strategy }: Scene) =>
  Effect.gen(function* () {
    const hand = children()
    const backoff = hasBackoff ? { firstMs, factor: 2, longestMs: 2_000 } : { firstMs: 0, factor: 1, longestMs: 0 }
    const specs = restarts.map((restart, index) => hand.child(`c${index}`, { restart, backoff }))
    const scope = yield* Scope.make()
    const spec = { name: "top", strategy, tolerance: { intensity, periodMs } }
    const { children: views, join } = yield* Scope.provide(Supervisor.start(spec, specs), scope)
    const told = [yield* hand.seen]
    for (const step of steps) {
      if (step._tag === "Rest") yield* TestClock.adjust(step.ms)
      else if ((yield* views).some(({ id, state }) => id === `c${step.child}` && state === "running")) {
        yield* hand[step.does](`c${step.child}`)
      }
      told.push(yield* hand.seen)
    }
    yield* Scope.close(scope, Exit.void)
    told.push(yield* hand.seen)
    const isOver = !Exit.hasInterrupts(yield* Effect.exit(join))
    expect((yield* views).filter(({ state }) => state !== "ended")).toStrictEqual([])
    return { told, isOver }
  }).pipe(Effect.provideService(Random.Random, { nextIntUnsafe: () => 0, nextDoubleUnsafe: () => 0 }))

describe("a supervisor", () => {
  it.effect.prop(
    "starts and stops its children as the model does, whatever crashes when, and leaves none",
    Scene,
    (scene) =>
      Effect.gen(function* () {
        expect(yield* played(scene)).toStrictEqual(modelled(scene))
      }),
    { arbitrary: { runs: 300, size: 30 } }
  )
})
