/**
 * Random families of agents, in virtual time: what must hold whoever starts whom, waits for whom, and breaks when.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import { budgetUnits } from "../../src/budget/Amounts.ts"
import { Budget, type BudgetNode, type Lease } from "../../src/budget/Budget.ts"
import { type AgentPath, makeRunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Grounds } from "../../src/runtime/ground/Ground.ts"
import { anew } from "../../src/runtime/plan/Entrant.ts"
import { running } from "../../src/runtime/plan/Running.ts"
import { shares } from "../../src/runtime/plan/Shares.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { copiesOf } from "../../src/runtime/resume/Family.ts"
import { runAgents } from "../../src/runtime/team/RunAgents.ts"
import { Family, scriptOf } from "./Families.ts"
import { asked, factsOf, inTime, lead, makeFolder, nap, withScript } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

/** A ledger that is looked at after every change to it. */
const watchedBudget = (limits: Parameters<typeof Budget.make>[0], worst: { excess: number }, paths: Set<AgentPath>) =>
  Layer.effect(
    Budget,
    Effect.map(Budget.make(limits), (budget) => {
      const look = Effect.map(Effect.forEach([rootPath, ...paths], budget.node), (nodes) => {
        for (const { units } of nodes) {
          for (const unit of budgetUnits) {
            const { limit, overdraft, reserved, used } = units[unit]
            worst.excess = Math.max(worst.excess, used + reserved - (limit ?? Number.POSITIVE_INFINITY) - overdraft)
          }
        }
      })
      const then = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.tap(effect, () => look)
      const watched = (lease: Lease): Lease => ({
        get reserved() {
          return lease.reserved
        },
        settle: (actual, keep) => then(lease.settle(actual, keep)),
        resize: (amounts) => then(lease.resize(amounts))
      })
      return Budget.of({
        ...budget,
        carve: (parent, path, child) => {
          return then(
            Effect.tap(budget.carve(parent, path, child), () =>
              Effect.sync(() => {
                paths.add(path)
              })
            )
          )
        },
        reserve: (path, amounts) => then(Effect.map(budget.reserve(path, amounts), watched)),
        tryConsume: (path, amounts) => then(budget.tryConsume(path, amounts))
      })
    })
  )

const live = (family: Family) =>
  Effect.gen(function* () {
    const tokens = 5_000 + family.budget * 1_000
    const request: RunRequest = {
      workspace: folder.root,
      agents: Array.from({ length: family.named + 1 }, (_, index) => asked(lead({ limits: { tokens } }), `g${index}`)),
      limits: { children: family.agents + 1 },
      maxSpawnedAtOnce: family.places + 1
    }
    const { places, total } = shares(request)
    const worst = { excess: 0 }
    const paths = new Set<AgentPath>()
    const atWork = { most: 0, now: 0 }
    const run = makeRunId(0, 0)
    return yield* Effect.gen(function* () {
      const journal = yield* Journal
      const budget = yield* Budget
      yield* journal.open(run)
      const { ofRun } = yield* Grounds
      const crowd = {
        entrants: places.map((place) => anew(place)),
        before: { copies: copiesOf(places), letters: 0 },
        ground: yield* ofRun(run, request)
      }
      const whole = Effect.flatMap(running(run, request), (made) => runAgents(made, crowd))
      const fiber = yield* Effect.forkChild(whole)
      if (family.interruption > 0) {
        yield* Effect.forkChild(Effect.andThen(nap(family.interruption / 10), Fiber.interrupt(fiber)))
      }
      const exit = yield* Fiber.await(fiber)
      const nodes: ReadonlyArray<BudgetNode> = yield* Effect.forEach([rootPath, ...paths], budget.node)
      return { atWork, exit, facts: factsOf(yield* journal.read(run)), nodes, worst }
    }).pipe(
      Effect.scoped,
      Effect.provide(watchedBudget(total, worst, paths)),
      Effect.provide(withScript(folder.root, scriptOf(family, atWork)))
    )
  })

describe("a family of agents", () => {
  it.effect.prop(
    "comes to its end within its budget and its places, with one end for each of its agents and nothing held",
    [Family],
    ([family]) =>
      Effect.gen(function* () {
        const { atWork, exit, facts, nodes, worst } = yield* inTime(live(family))
        expect(Exit.isSuccess(exit) || family.interruption > 0).toBe(true)
        expect(atWork.most).toBeLessThanOrEqual(family.places + 1)
        expect(worst.excess).toBeLessThanOrEqual(0)
        const held = nodes.flatMap(({ path, units }) =>
          budgetUnits
            .filter((unit) => units[unit].reserved !== 0 || units[unit].guarantee !== 0)
            .map((unit) => [path, unit])
        )
        expect(held).toStrictEqual([])
        const pathsOf = (...tags: ReadonlyArray<string>) =>
          facts.flatMap(({ fact, path }) => (tags.includes(fact._tag) ? [path] : []))
        const ended = pathsOf("Ended")
        expect(new Set(ended).size).toBe(ended.length)
        for (const path of pathsOf("Spawned", "Started", "Queued")) expect(ended).toContain(path)
        // A child ends before who started it.
        for (const [index, path] of ended.entries()) {
          expect(ended.slice(index + 1).filter((later) => later.startsWith(`${path}/`))).toStrictEqual([])
        }
        return true
      }),
    { arbitrary: { runs: 30, size: 20 } }
  )
})
