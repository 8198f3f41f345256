/**
 * A ledger that goes on from what was used before: whatever the record holds, the limits hold from the first moment.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type AllAmounts, type BudgetUnit, perUnit } from "../../src/budget/Amounts.ts"
import { Budget, type Former } from "../../src/budget/Budget.ts"
import * as BudgetTree from "../../src/budget/BudgetTree.ts"
import { type AgentPath, childPath, rootPath } from "../../src/domain/Ids.ts"

const small = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))
const both = (most: number) => Schema.Struct({ tokens: small(most), nanoUsd: small(most) })
const units: ReadonlyArray<BudgetUnit> = ["tokens", "nanoUsd"]
const all = (amounts: { readonly tokens: number; readonly nanoUsd: number }): AllAmounts => ({
  ...amounts,
  calls: 0,
  agents: 0
})
const none = perUnit(() => 0)

/** What an agent of the record has used itself, and who started it: one of those before it, or the run. */
const Recorded = Schema.Struct({ above: small(6), used: both(30), overdraft: Schema.Literals([0, 0, 0, 0, 7]) })
const Record = Schema.Array(Recorded).pipe(Schema.check(Schema.isMinLength(1), Schema.isMaxLength(8)))

const formersOf = (record: typeof Record.Type): ReadonlyArray<Former> => {
  const paths: Array<AgentPath> = []
  return record.map(({ above, overdraft, used }, index) => {
    const parent = paths[above % Math.max(1, index)] ?? rootPath
    const path = childPath(parent, "agent", index + 1)
    paths.push(path)
    const over = { tokens: Math.min(overdraft, used.tokens), nanoUsd: 0 }
    return { path, parent, name: "agent", used: all(used), overdraft: all(over) }
  })
}

/** The whole was limited to no less than what was used of it, unless more was billed than held. */
const limitFor = (formers: ReadonlyArray<Former>, spare: { readonly tokens: number; readonly nanoUsd: number }) =>
  Object.fromEntries(
    units.map((unit) => [
      unit,
      formers.reduce(
        (sum, { overdraft, used }) => sum + used[unit] - overdraft[unit],
        unit === "tokens" ? spare.tokens : spare.nanoUsd
      )
    ])
  )

const Step = Schema.Union([
  Schema.TaggedStruct("Open", { agent: small(7), limit: both(80), guarantee: both(30) }),
  Schema.TaggedStruct("End", { agent: small(7) }),
  Schema.TaggedStruct("Reserve", { agent: small(7), amount: both(40) }),
  Schema.TaggedStruct("Settle", { claim: small(7), part: small(100) })
])
const Steps = Schema.Array(Step).pipe(Schema.check(Schema.isMinLength(5), Schema.isMaxLength(40)))

const inspect = (tree: BudgetTree.BudgetTree) => {
  for (const { path, pools } of tree.accounts.values()) {
    for (const unit of units) {
      const { committed, limit, overdraft, reserved, used } = pools[unit]
      const most = (limit ?? Number.POSITIVE_INFINITY) + overdraft
      expect({ path, unit, isWithin: used + reserved <= most && committed <= most }).toStrictEqual({
        path,
        unit,
        isWithin: true
      })
    }
  }
}

describe("a ledger that goes on", () => {
  it.effect.prop(
    "holds every limit at every moment, whatever is opened again, ended, held and settled",
    [Record, both(60), Steps],
    ([record, spare, steps]) =>
      Effect.sync(() => {
        const formers = formersOf(record)
        const tree = BudgetTree.make(rootPath, limitFor(formers, spare), formers)
        const claims: Array<BudgetTree.Claim> = []
        inspect(tree)
        const accountOf = (index: number) => tree.accounts.get(formers[index % formers.length]?.path ?? rootPath)
        for (const step of steps) {
          if (step._tag === "Settle") {
            const claim = claims[step.claim % Math.max(1, claims.length)]
            if (claim?.state._tag !== "Held") continue
            BudgetTree.settle(
              tree,
              claim,
              perUnit((unit) => Math.floor((claim.amount[unit] * step.part) / 100))
            )
          } else {
            const account = accountOf(step.agent)
            if (account?.parent === undefined) continue
            if (step._tag === "End") BudgetTree.end(tree, account)
            if (step._tag === "Reserve") claims.push(BudgetTree.request(tree, account, all(step.amount)))
            if (step._tag === "Open" && account.state !== "open") {
              const { name, parent, path } = account
              const isOverdrawn = account.state === "overdrawn"
              const child = { path, name, limit: step.limit, guarantee: step.guarantee }
              const lacking = BudgetTree.carve(tree, parent, child)
              if (isOverdrawn) expect([lacking === undefined, account.state]).toStrictEqual([false, "overdrawn"])
            }
          }
          inspect(tree)
        }
        return true
      }),
    { arbitrary: { runs: 300, size: 40 } }
  )

  it.effect("counts what was used in a node in all above it, and gives what is left", () =>
    Effect.gen(function* () {
      const [a, b] = [childPath(rootPath, "a"), childPath(childPath(rootPath, "a"), "b")]
      const budget = yield* Budget.make({ tokens: 1_000 }, [
        { path: a, parent: rootPath, name: "a", used: { ...none, tokens: 100 }, overdraft: none },
        { path: b, parent: a, name: "b", used: { ...none, tokens: 250 }, overdraft: none }
      ])
      expect((yield* budget.used(rootPath)).tokens).toBe(350)
      expect([(yield* budget.own(a)).used.tokens, (yield* budget.used(a)).tokens]).toStrictEqual([100, 350])
      yield* budget.carve(rootPath, a, { name: "a", limit: { tokens: 500 } })
      expect((yield* budget.remaining(a)).tokens).toBe(150)
      yield* budget.carve(a, b, { name: "b", limit: { tokens: 300 } })
      expect((yield* budget.remaining(b)).tokens).toBe(50)
    }).pipe(Effect.scoped)
  )

  it.effect("guarantees a node that goes on what it asks for beyond what it used", () =>
    Effect.gen(function* () {
      const [a, b] = [childPath(rootPath, "a"), childPath(rootPath, "b")]
      const budget = yield* Budget.make({ tokens: 1_000 }, [
        { path: a, parent: rootPath, name: "a", used: { ...none, tokens: 400 }, overdraft: none }
      ])
      yield* budget.carve(rootPath, a, { name: "a", limit: { tokens: 900 }, guarantee: { tokens: 500 } })
      yield* budget.carve(rootPath, b, { name: "b" })
      expect([(yield* budget.remaining(a)).tokens, (yield* budget.remaining(b)).tokens]).toStrictEqual([500, 100])
    }).pipe(Effect.scoped)
  )

  it.effect("stays closed where more had been billed than was held", () =>
    Effect.gen(function* () {
      const a = childPath(rootPath, "a")
      const budget = yield* Budget.make({ tokens: 1_000 }, [
        { path: a, parent: rootPath, name: "a", used: { ...none, tokens: 120 }, overdraft: { ...none, tokens: 20 } }
      ])
      const error = yield* Effect.flip(budget.carve(rootPath, a, { name: "a", limit: { tokens: 500 } }))
      expect(error.closed).toBe("overdrawn")
      expect((yield* budget.own(a)).overdraft.tokens).toBe(20)
      expect((yield* budget.remaining(rootPath)).tokens).toBe(880)
    }).pipe(Effect.scoped)
  )
})
