import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { budgetUnits } from "../../src/budget/Amounts.ts"
import { Budget, BudgetExceeded } from "../../src/budget/Budget.ts"
import { type AgentPath, childPath, rootPath } from "../../src/domain/Ids.ts"

const withLimit = (tokens?: number) => Effect.provide(Budget.layer({ tokens }))
const a = childPath(rootPath, "a")
const b = childPath(rootPath, "b")

/** Both agents with the whole as their limit and nothing guaranteed. */
const carveBoth = Effect.gen(function* () {
  const budget = yield* Budget
  yield* budget.carve(rootPath, a, { name: "a" })
  yield* budget.carve(rootPath, b, { name: "b" })
  return budget
})

const fork = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

/** Holds a lease until the gate opens, then charges all of it. */
const hold = (path: AgentPath, tokens: number, gate: Deferred.Deferred<void>) =>
  Effect.gen(function* () {
    const budget = yield* Budget
    const lease = yield* budget.reserve(path, { tokens })
    yield* Deferred.await(gate)
    yield* lease.settle({ tokens: tokens })
  }).pipe(Effect.scoped)

describe("a budget", () => {
  it.effect("holds what is reserved at every level, and gives back at settling what was not used", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      const lease = yield* budget.reserve(a, { tokens: 600 })
      expect([
        lease.reserved.tokens,
        (yield* budget.remaining(a)).tokens,
        (yield* budget.remaining(b)).tokens
      ]).toStrictEqual([600, 400, 400])
      yield* lease.settle({ tokens: 150 })
      yield* lease.settle({ tokens: 600 })
      const unlimited = { limit: undefined, guarantee: 0, used: 0, reserved: 0, remaining: Infinity, overdraft: 0 }
      expect(yield* budget.root).toStrictEqual({
        path: rootPath,
        name: "root",
        units: {
          tokens: { limit: 1000, guarantee: 0, used: 150, reserved: 0, remaining: 850, overdraft: 0 },
          nanoUsd: unlimited,
          calls: unlimited,
          agents: unlimited
        },
        utilization: 0.15,
        state: "open"
      })
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("gives everything back when a scope closes by a failure, a defect or an interruption", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      const endings = [Effect.void, Effect.fail("failed"), Effect.die("defect"), Effect.interrupt, Effect.never]
      for (const ending of endings) {
        const fiber = yield* fork(Effect.scoped(Effect.andThen(budget.reserve(a, { tokens: 1000 }), ending)))
        yield* Fiber.interrupt(fiber)
        expect((yield* budget.remaining(a)).tokens).toBe(1000)
      }
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("serves those who wait in the order they came, once others settle", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      const gate = yield* Deferred.make<void>()
      const order: Array<string> = []
      const first = yield* budget.reserve(a, { tokens: 900 })
      const enter = (name: string, path: AgentPath, tokens: number) =>
        fork(
          budget.reserve(path, { tokens }).pipe(
            Effect.tap(() => Effect.sync(() => order.push(name))),
            Effect.andThen(Deferred.await(gate)),
            Effect.scoped
          )
        )
      const fibers = [yield* enter("large", b, 800), yield* enter("small", b, 50), yield* enter("tiny", a, 1)]
      yield* Effect.yieldNow
      expect(order).toStrictEqual([])
      yield* first.settle({ tokens: 100 })
      yield* Effect.yieldNow
      expect(order).toStrictEqual(["large", "small", "tiny"])
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.joinAll(fibers)
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("lets go of a waiting request at once when it is interrupted, and the next one passes", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      yield* budget.reserve(a, { tokens: 900 })
      const large = yield* fork(Effect.scoped(budget.reserve(b, { tokens: 500 })))
      const small = yield* fork(
        Effect.scoped(Effect.map(budget.reserve(b, { tokens: 100 }), (lease) => lease.reserved.tokens))
      )
      yield* Effect.yieldNow
      expect([large.pollUnsafe(), small.pollUnsafe()]).toStrictEqual([undefined, undefined])
      const exit = yield* Effect.andThen(Fiber.interrupt(large), Fiber.await(large))
      expect(Exit.hasInterrupts(exit)).toBe(true)
      expect(yield* Fiber.join(small)).toBe(100)
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("leaks nothing when the grant and the interruption of a waiting request come together", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      const scope = yield* Scope.make()
      const first = yield* budget.reserve(a, { tokens: 1000 })
      const waiting = yield* fork(budget.reserve(b, { tokens: 1000 }).pipe(Scope.provide(scope)))
      const settling = yield* Effect.forkChild(first.settle({ tokens: 0 }))
      yield* Fiber.interrupt(waiting)
      yield* Fiber.join(settling)
      expect((yield* budget.root).units.tokens.reserved).toBe(0)
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("fails at once, and names the node, when a request can never fit", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      expect(yield* budget.tryConsume(a, { tokens: 400 })).toBe(true)
      const error = yield* Effect.flip(Effect.scoped(budget.reserve(b, { tokens: 700 })))
      expect(error).toStrictEqual(
        new BudgetExceeded({ path: b, unit: "tokens", asked: 700, available: 600, limit: 1000, at: rootPath })
      )
      const whole = new BudgetExceeded({
        path: b,
        unit: "tokens",
        asked: 1700,
        available: 600,
        limit: 1000,
        at: rootPath
      })
      expect(whole.message).toBe("/root/b needs 1,700 tokens, and 600 of 1,000 can still be had in the whole run")
      expect(whole.hint).toBe("Raise the budget by at least 1,100 tokens, or give less work to it.")
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("fails a waiting request when what it waits for is used up", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      const gate = yield* Deferred.make<void>()
      const holder = yield* fork(hold(a, 800, gate))
      const waiting = yield* fork(Effect.scoped(budget.reserve(b, { tokens: 500 })))
      yield* Deferred.succeed(gate, undefined)
      expect(yield* Effect.flip(Fiber.join(waiting))).toMatchObject({
        _tag: "BudgetExceeded",
        asked: 500,
        available: 200
      })
      yield* Fiber.join(holder)
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("charges what was billed beyond the reservation, names it as overdraft and closes the node", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      const lease = yield* budget.reserve(a, { tokens: 100 })
      yield* lease.settle({ tokens: 130 })
      expect((yield* budget.node(a)).units.tokens).toMatchObject({
        used: 130,
        reserved: 0,
        remaining: 0,
        overdraft: 30
      })
      const error = yield* Effect.flip(Effect.scoped(budget.reserve(a, { tokens: 1 })))
      expect(error.message).toBe("/root/a needs 1 token, and it is closed: more was billed than had been reserved")
      expect((yield* budget.remaining(b)).tokens).toBe(870)
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("charges the whole reservation when a provider's usage makes no sense", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      for (const nonsense of [Number.NaN, -5, Number.POSITIVE_INFINITY]) {
        yield* Effect.scoped(
          Effect.flatMap(budget.reserve(a, { tokens: 100 }), (lease) => lease.settle({ tokens: nonsense }))
        )
      }
      expect((yield* budget.used(a)).tokens).toBe(300)
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("carves children within their parent, and takes a guarantee back when they end", () =>
    Effect.gen(function* () {
      const budget = yield* Budget
      const scope = yield* Scope.make()
      const node = yield* budget
        .carve(rootPath, a, { name: "a", limit: { tokens: 5000 }, guarantee: { tokens: 600 } })
        .pipe(Scope.provide(scope))
      expect(node.units.tokens).toMatchObject({ limit: 1000, guarantee: 600, remaining: 1000 })
      const error = yield* Effect.flip(budget.carve(rootPath, b, { name: "b", guarantee: { tokens: 401 } }))
      expect(error).toStrictEqual(
        new BudgetExceeded({ path: b, unit: "tokens", asked: 401, available: 400, limit: 1000, at: rootPath })
      )
      yield* budget.carve(rootPath, b, { name: "b", guarantee: { tokens: 400 } })
      expect([(yield* budget.remaining(a)).tokens, (yield* budget.remaining(b)).tokens]).toStrictEqual([600, 400])
      yield* Scope.close(scope, Exit.void)
      expect([(yield* budget.remaining(a)).tokens, (yield* budget.remaining(b)).tokens]).toStrictEqual([0, 1000])
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("has no limit and no utilization where none was set", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      expect(yield* budget.tryConsume(a, { tokens: 1_000_000 })).toBe(true)
      expect((yield* budget.node(a)).units.tokens).toMatchObject({
        limit: undefined,
        used: 1_000_000,
        remaining: Number.POSITIVE_INFINITY
      })
      expect(yield* budget.utilization(a)).toBe(0)
    }).pipe(Effect.scoped, withLimit())
  )

  it.effect("consumes all or nothing with tryConsume, and never what another waits for", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      expect(yield* budget.tryConsume(a, { tokens: 1001 })).toBe(false)
      expect((yield* budget.used(rootPath)).tokens).toBe(0)
      yield* budget.reserve(a, { tokens: 800 })
      const waiting = yield* fork(Effect.scoped(budget.reserve(b, { tokens: 900 })))
      expect([yield* budget.tryConsume(a, { tokens: 100 }), (yield* budget.remaining(a)).tokens]).toStrictEqual([
        false,
        0
      ])
      yield* Fiber.interrupt(waiting)
      expect([yield* budget.tryConsume(a, { tokens: 100 }), yield* budget.utilization(rootPath)]).toStrictEqual([
        true,
        0.1
      ])
      expect((yield* budget.remaining(a)).tokens).toBe(100)
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("changes limits and guarantees within what is taken and what is left", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      yield* budget.tryConsume(a, { tokens: 300 })
      expect(yield* Effect.flip(budget.setAgentLimit(a, { tokens: 299 }))).toMatchObject({ asked: 299, limit: 1000 })
      expect(yield* budget.setAgentLimit(a, { tokens: 400 })).toMatchObject({
        units: { tokens: { limit: 400, remaining: 100 } },
        utilization: 0.75
      })
      expect(yield* budget.setAgentLimit(b, { tokens: 9000 })).toMatchObject({ units: { tokens: { limit: 1000 } } })
      expect(yield* Effect.flip(budget.allocate(b, { tokens: 701 }))).toMatchObject({ asked: 701, available: 700 })
      expect(yield* budget.allocate(b, { tokens: 650 })).toMatchObject({ units: { tokens: { guarantee: 650 } } })
      expect((yield* budget.remaining(a)).tokens).toBe(50)
      const waiting = yield* fork(Effect.scoped(budget.reserve(a, { tokens: 51 })))
      expect(yield* Effect.flip(Fiber.join(waiting))).toMatchObject({ at: rootPath, available: 50 })
      expect(yield* budget.setAgentLimit(rootPath, { tokens: 2000 })).toMatchObject({
        units: { tokens: { limit: 2000, remaining: 1050 } }
      })
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("rebalances what is left evenly within the children's limits, never beyond the whole", () =>
    Effect.gen(function* () {
      const budget = yield* Budget
      const nodes = ["a", "b", "c"].map((name) => childPath(rootPath, name))
      yield* Effect.forEach(nodes, (path, index) =>
        budget.carve(rootPath, path, { name: "x", limit: { tokens: [150, 900, 900][index] ?? 0 } })
      )
      yield* budget.tryConsume(a, { tokens: 100 })
      yield* budget.rebalance(rootPath)
      const after = yield* Effect.forEach(nodes, budget.node)
      expect(
        after.map(({ units: { tokens } }) => ({
          guarantee: tokens.guarantee,
          remaining: tokens.remaining,
          used: tokens.used
        }))
      ).toStrictEqual([
        { guarantee: 150, remaining: 50, used: 100 },
        { guarantee: 425, remaining: 425, used: 0 },
        { guarantee: 425, remaining: 425, used: 0 }
      ])
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("adds up the copies of an agent, those that ended and what they delegated included, each token once", () =>
    Effect.gen(function* () {
      const budget = yield* Budget
      const spend = (
        parent: AgentPath,
        path: AgentPath,
        name: string,
        tokens: number,
        below: Effect.Effect<unknown, BudgetExceeded> = Effect.void
      ) =>
        Effect.scoped(
          budget
            .carve(parent, path, { name })
            .pipe(Effect.andThen(budget.tryConsume(path, { tokens })), Effect.andThen(below))
        )
      const copy = childPath(rootPath, "x", 2)
      yield* spend(rootPath, childPath(rootPath, "x"), "x", 10)
      yield* spend(rootPath, copy, "x", 20, spend(copy, childPath(copy, "x"), "x", 5))
      yield* spend(rootPath, childPath(rootPath, "y"), "y", 40)
      expect([
        (yield* budget.agentUsage("x")).tokens,
        (yield* budget.agentUsage("y")).tokens,
        (yield* budget.agentUsage("z")).tokens
      ]).toStrictEqual([35, 40, 0])
    }).pipe(withLimit(1000))
  )
  it.effect("holds all units or none, at every level, and says in its own words which one cannot be had", () =>
    Effect.gen(function* () {
      const budget = yield* Budget
      yield* budget.carve(rootPath, a, { name: "a", limit: { nanoUsd: 200_000_000 } })
      const lease = yield* budget.reserve(a, { tokens: 600, nanoUsd: 150_000_000, calls: 1, agents: 7 })
      const before = yield* budget.root
      const refused = yield* Effect.forEach(
        [{ tokens: 1001 }, { tokens: 1, nanoUsd: 250_000_000 }, { tokens: 1, calls: 3 }],
        (amounts) => Effect.flip(Effect.scoped(budget.reserve(a, amounts)))
      )
      expect(yield* budget.tryConsume(a, { tokens: 400, calls: 2 })).toBe(false)
      expect(yield* lease.resize({ tokens: 10, nanoUsd: 200_000_001, calls: 2 })).toBe(false)
      expect(yield* budget.root).toStrictEqual(before)
      expect(refused.map(({ message }) => message)).toStrictEqual([
        "/root/a needs 1,001 tokens, and 1,000 of 1,000 can still be had in the whole run",
        "/root/a needs $0.2500, and $0.2000 of $0.2000 can still be had",
        "/root/a needs 3 tool calls, and 2 of 2 can still be had in the whole run"
      ])
      expect(refused.map(({ hint }) => hint)).toStrictEqual([
        "Raise the budget by at least 1 token, or give less work to it.",
        "Raise the budget by at least $0.0500, or give less work to it.",
        "Raise the budget by at least 1 tool call, or give less work to it."
      ])
      yield* lease.settle({ tokens: 100, nanoUsd: 50_000_000, agents: 2 }, { calls: 1, agents: 9 })
      expect(lease.reserved).toStrictEqual({ tokens: 0, nanoUsd: 0, calls: 1, agents: 5 })
      expect(yield* budget.used(rootPath)).toStrictEqual({ tokens: 100, nanoUsd: 50_000_000, calls: 0, agents: 2 })
      expect(yield* budget.remaining(a)).toStrictEqual({
        tokens: 900,
        nanoUsd: 150_000_000,
        calls: 1,
        agents: Number.POSITIVE_INFINITY
      })
      expect([yield* budget.utilization(a), yield* budget.utilization(rootPath)]).toStrictEqual([0.25, 0.1])
    }).pipe(Effect.scoped, Effect.provide(Budget.layer({ tokens: 1000, calls: 2 })))
  )

  it.effect("says what a node lacks, now and once all others have ended, and names the highest that is as narrow", () =>
    Effect.gen(function* () {
      const budget = yield* Budget
      const [deep, beside] = [childPath(a, "deep"), childPath(a, "beside")]
      yield* budget.carve(rootPath, a, { name: "a", limit: { tokens: 800 } })
      yield* budget.carve(rootPath, b, { name: "b", guarantee: { tokens: 300 } })
      yield* budget.carve(a, deep, { name: "deep", limit: { tokens: 600 } })
      yield* budget.carve(a, beside, { name: "beside", guarantee: { tokens: 100 } })
      yield* budget.reserve(a, { tokens: 50 })
      const held = yield* budget.reserve(deep, { tokens: 200 })
      yield* held.settle({ tokens: 20 }, { tokens: 180 })
      const lacking = Effect.fnUntraced(function* (tokens: number, options = {}) {
        const error = yield* budget.shortfall(deep, { tokens, nanoUsd: 5 }, options)
        return error && [error.at ?? deep, error.asked, error.available, error.limit]
      })
      expect(yield* lacking(350)).toBeNull()
      expect(yield* lacking(351)).toStrictEqual([rootPath, 351, 350, 1000])
      expect(yield* lacking(530, { holding: { tokens: 180 } })).toBeNull()
      expect(yield* lacking(531, { holding: { tokens: 180 } })).toStrictEqual([rootPath, 531, 530, 1000])
      // Its own 180 and the 50 of its parent stay held; what is promised to others comes back.
      expect(yield* lacking(400, { atLast: true })).toBeNull()
      expect(yield* lacking(401, { atLast: true })).toStrictEqual([deep, 401, 400, 600])
      expect(yield* budget.prospect(deep)).toStrictEqual({
        tokens: 400,
        nanoUsd: undefined,
        calls: undefined,
        agents: undefined
      })
      expect(yield* budget.prospect(a)).toMatchObject({ tokens: 730 })
      expect((yield* budget.own(a)).used.tokens).toBe(0)
      expect((yield* budget.own(deep)).used.tokens).toBe(20)
    }).pipe(Effect.scoped, withLimit(1000))
  )

  it.effect("closes a node for all units when one is overdrawn, and names what was asked for then", () =>
    Effect.gen(function* () {
      const budget = yield* carveBoth
      const lease = yield* budget.reserve(a, { tokens: 100 })
      yield* lease.settle({ tokens: 50, nanoUsd: 1 })
      expect(yield* Effect.flip(Effect.scoped(budget.reserve(a, { calls: 1 })))).toStrictEqual(
        new BudgetExceeded({ path: a, unit: "calls", asked: 1, available: 0, limit: 0, closed: "overdrawn" })
      )
      expect(yield* budget.remaining(a)).toStrictEqual({ tokens: 0, nanoUsd: 0, calls: 0, agents: 0 })
    }).pipe(Effect.scoped, withLimit(1000))
  )
})

const Step = Schema.Struct({
  agent: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 3 }))),
  tokens: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 400 }))),
  calls: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 4 }))),
  part: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 100 }))),
  yields: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: 4 }))),
  ending: Schema.Literals(["settle", "release", "fail", "defect", "interrupt", "interrupted"])
})
const Script = Schema.Array(Step).pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(6)))

describe("many fibers on one budget", () => {
  it.effect.prop(
    "never pass a limit of any unit at any moment, and leave nothing reserved, however they end",
    [Schema.Array(Script).pipe(Schema.check(Schema.isMinLength(2), Schema.isMaxLength(12)))],
    ([scripts]) =>
      Effect.gen(function* () {
        const budget = yield* Budget
        const deep = childPath(a, "deep")
        const paths = [rootPath, a, b, deep]
        let worst = 0
        const look = Effect.forEach(paths, budget.node).pipe(
          Effect.map((nodes) => {
            for (const { limit, reserved, used } of nodes.flatMap(({ units }) => [units.tokens, units.calls]))
              worst = Math.max(worst, used + reserved - (limit ?? Number.POSITIVE_INFINITY))
            return nodes
          })
        )
        const step = Effect.fnUntraced(function* ({ agent, calls, ending, part, tokens, yields }: typeof Step.Type) {
          const lease = yield* budget.reserve(paths[agent] ?? rootPath, { tokens, calls })
          for (let count = 0; count < yields; count++) {
            yield* look
            yield* Effect.yieldNow
          }
          if (ending === "settle") yield* lease.settle({ tokens: (tokens * part) / 100, calls: calls / 2 })
          if (ending === "fail") return yield* Effect.fail("a failure")
          if (ending === "defect") return yield* Effect.die("a defect")
          if (ending === "interrupt") return yield* Effect.interrupt
        }, Effect.scoped)
        const run = Effect.fnUntraced(function* (script: typeof Script.Type) {
          for (const each of script) {
            const fiber = yield* fork(step(each))
            if (each.ending === "interrupted") yield* Effect.andThen(Effect.yieldNow, Fiber.interrupt(fiber))
            yield* Fiber.await(fiber)
            yield* look
          }
        })
        yield* Effect.gen(function* () {
          yield* budget.carve(rootPath, a, { name: "a", limit: { tokens: 700 }, guarantee: { tokens: 200, calls: 3 } })
          yield* budget.carve(rootPath, b, { name: "b", limit: { tokens: 600, calls: 8 }, guarantee: { tokens: 300 } })
          yield* budget.carve(a, deep, { name: "deep", guarantee: { tokens: 100, calls: 2 } })
          yield* Effect.forEach(scripts, run, { concurrency: "unbounded", discard: true })
        }).pipe(Effect.scoped)
        const ended = yield* look
        expect(worst).toBe(0)
        const open = ended.flatMap(({ path, units }) =>
          budgetUnits
            .filter((unit) => units[unit].guarantee !== 0 || units[unit].reserved !== 0)
            .map((unit) => ({ path, unit, ...units[unit] }))
        )
        expect(open).toStrictEqual([])
        return true
      }).pipe(Effect.provide(Budget.layer({ tokens: 1000, calls: 12 }))),
    { arbitrary: { runs: 150, size: 12 } }
  )
})
