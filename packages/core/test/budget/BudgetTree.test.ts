import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type Account, chain, closedAt, roomAtLast, roomIn } from "../../src/budget/Account.ts"
import { type AllAmounts, type Amounts, type BudgetUnit, perUnit } from "../../src/budget/Amounts.ts"
import * as BudgetTree from "../../src/budget/BudgetTree.ts"
import { type AgentPath, childPath, rootPath } from "../../src/domain/Ids.ts"

const small = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))

/** Two units that limits are set in; the other two follow the same rules. */
const units: ReadonlyArray<BudgetUnit> = ["tokens", "nanoUsd"]
const both = (most: number) => Schema.Struct({ tokens: small(most), nanoUsd: small(most) })
const all = (amounts: Amounts): AllAmounts => perUnit((unit) => amounts[unit] ?? 0)

const Operation = Schema.Union([
  Schema.TaggedStruct("Carve", {
    parent: small(7),
    limit: Schema.NullOr(both(120)),
    guarantee: both(60)
  }),
  Schema.TaggedStruct("Reopen", {
    account: small(7),
    limit: both(80),
    guarantee: both(60)
  }),
  Schema.TaggedStruct("End", { account: small(7) }),
  Schema.TaggedStruct("Request", { account: small(7), amount: both(50) }),
  Schema.TaggedStruct("Settle", {
    claim: small(9),
    part: both(100),
    keep: Schema.NullOr(both(50))
  }),
  Schema.TaggedStruct("Resize", { claim: small(9), amount: both(60) }),
  Schema.TaggedStruct("Release", { claim: small(9) }),
  Schema.TaggedStruct("Limit", { account: small(7), limit: both(150) }),
  Schema.TaggedStruct("Guarantee", { account: small(7), amount: both(60) }),
  Schema.TaggedStruct("Rebalance", { account: small(7) })
])
type Operation = typeof Operation.Type
const Operations = Schema.Array(Operation).pipe(Schema.check(Schema.isMinLength(5), Schema.isMaxLength(60)))

/** A tree with what was asked of it, kept apart from the tree's own sums. */
interface Play {
  readonly tree: BudgetTree.BudgetTree
  readonly claims: Array<BudgetTree.Claim>
  readonly charged: Array<{
    readonly account: Account
    readonly amount: AllAmounts
  }>
  next: number
}

const play = (limit: Amounts): Play => ({
  tree: BudgetTree.make(rootPath, limit),
  claims: [],
  charged: [],
  next: 1
})

const pick = <A>(items: ReadonlyArray<A>, index: number): A | undefined => items[index % Math.max(1, items.length)]

const root = (tree: BudgetTree.BudgetTree): Account => account(tree, rootPath)

const account = (tree: BudgetTree.BudgetTree, path: AgentPath): Account => {
  const found = tree.accounts.get(path)
  if (found === undefined) throw new Error(`no account ${path}`)
  return found
}

const apply = (game: Play, operation: Operation): void => {
  const { claims, tree } = game
  const at = (index: number) => pick([...tree.accounts.values()], index) ?? root(tree)
  switch (operation._tag) {
    case "Carve": {
      const parent = at(operation.parent)
      const path = childPath(parent.path, "child", game.next++)
      BudgetTree.carve(tree, parent, {
        path,
        name: "child",
        limit: operation.limit ?? {},
        guarantee: operation.guarantee
      })
      return
    }
    case "Reopen": {
      const former = at(operation.account)
      if (former.parent === undefined || former.state === "open") return
      const { guarantee, limit } = operation
      BudgetTree.carve(tree, former.parent, {
        path: former.path,
        name: former.name,
        limit,
        guarantee
      })
      return
    }
    case "End": {
      const ended = at(operation.account)
      if (ended.parent !== undefined) BudgetTree.end(tree, ended)
      return
    }
    case "Request":
      claims.push(BudgetTree.request(tree, at(operation.account), all(operation.amount)))
      return
    case "Settle": {
      const claim = pick(
        claims.filter((each) => each.state._tag === "Held"),
        operation.claim
      )
      if (claim === undefined) return
      const { part } = operation
      const amount = all({
        tokens: Math.floor((claim.amount.tokens * part.tokens) / 100),
        nanoUsd: Math.floor((claim.amount.nanoUsd * part.nanoUsd) / 100)
      })
      game.charged.push({ account: claim.account, amount })
      BudgetTree.settle(tree, claim, amount, operation.keep === null ? undefined : all(operation.keep))
      return
    }
    case "Resize": {
      const claim = pick(claims, operation.claim)
      if (claim === undefined) return
      const before = figures(tree)
      if (!BudgetTree.resize(tree, claim, all(operation.amount))) expect(figures(tree)).toStrictEqual(before)
      return
    }
    case "Release": {
      const claim = pick(claims, operation.claim)
      if (claim !== undefined) BudgetTree.release(tree, claim)
      return
    }
    case "Limit":
      BudgetTree.setLimit(tree, at(operation.account), operation.limit)
      return
    case "Guarantee":
      BudgetTree.guarantee(tree, at(operation.account), operation.amount)
      return
    case "Rebalance":
      BudgetTree.rebalance(tree, at(operation.account))
  }
}

const figures = (tree: BudgetTree.BudgetTree) =>
  [...tree.accounts.values()].map(({ path, pools, state }) => ({
    path,
    state,
    pools: perUnit((unit) => ({ ...pools[unit] }))
  }))

const sum = (amounts: ReadonlyArray<number>): number => amounts.reduce((total, amount) => total + amount, 0)

const roomOf = (account: Account, unit: BudgetUnit, field: "committed" | "firm"): number =>
  roomIn(account, unit, (other) => other.pools[unit][field]).available

/** What must hold after every operation, computed from the history and not from the tree's own sums. */
const inspect = (game: Play): void => {
  for (const each of game.tree.accounts.values()) for (const unit of units) inspectPool(game, each, unit)
  const [first] = game.tree.queue
  if (first !== undefined) {
    const lacking = units.filter((unit) => first.amount[unit] > roomOf(first.account, unit, "committed"))
    expect(lacking).not.toStrictEqual([])
  }
  for (const claim of game.tree.queue) {
    expect(closedAt(claim.account)).toBeUndefined()
    for (const unit of units) expect(claim.amount[unit]).toBeLessThanOrEqual(roomOf(claim.account, unit, "firm"))
  }
}

const inspectPool = ({ charged, claims }: Play, each: Account, unit: BudgetUnit): void => {
  const pool = each.pools[unit]
  const isBelow = (other: Account) => [...chain(other)].includes(each)
  const used = sum(charged.filter((charge) => isBelow(charge.account)).map((charge) => charge.amount[unit]))
  const held = claims.filter((claim) => claim.state._tag === "Held" && isBelow(claim.account))
  const reserved = sum(held.map((claim) => claim.amount[unit]))
  expect({
    path: each.path,
    used: pool.used,
    reserved: pool.reserved
  }).toStrictEqual({
    path: each.path,
    used,
    reserved
  })
  if (pool.limit !== undefined) {
    expect(pool.used + pool.reserved).toBeLessThanOrEqual(pool.limit + pool.overdraft)
    expect(pool.committed).toBeLessThanOrEqual(pool.limit + pool.overdraft)
    expect(pool.guarantee).toBeLessThanOrEqual(pool.limit)
  }
  const children = each.children.map((child) => child.pools[unit])
  const own = (field: "used" | "reserved") => pool[field] - sum(children.map((child) => child[field]))
  const of = (field: "committed" | "firm") => sum(children.map((child) => Math.max(child.guarantee, child[field])))
  expect(pool.committed).toBe(own("used") + own("reserved") + of("committed"))
  expect(pool.firm).toBe(own("used") + of("firm"))
  // A guarantee is there to be had, down to what is left of the account's own limit.
  if (closedAt(each) === undefined) {
    const promised = Math.min(pool.guarantee, pool.limit ?? pool.guarantee) - pool.committed
    expect(roomOf(each, unit, "committed")).toBeGreaterThanOrEqual(promised)
  }
}

describe("the ledger", () => {
  it.effect.prop(
    "never lets used plus reserved pass a limit, nor a guarantee be eaten, whatever happens in whatever order",
    [Operations, both(200)],
    ([operations, limit]) =>
      Effect.sync(() => {
        const game = play(limit)
        for (const operation of operations) {
          apply(game, operation)
          inspect(game)
        }
        return true
      }),
    { arbitrary: { runs: 400, size: 60 } }
  )

  it.effect.prop(
    "answers each request as if the whole queue were gone through again, and counts what is set aside for it right",
    [Operations, both(120)],
    ([operations, limit]) =>
      Effect.sync(() => {
        const [game, again] = [play(limit), play(limit)]
        const seen = ({ claims, tree }: Play) => ({
          figures: figures(tree),
          states: claims.map(({ amount, state }) => ({
            amount,
            state: state._tag
          })),
          waiting: tree.queue.map((claim) => claims.indexOf(claim)),
          available: [...tree.accounts.values()].map((each) =>
            units.map((unit) => BudgetTree.available(tree, each, unit))
          )
        })
        for (const operation of operations) {
          apply(game, operation)
          apply(again, operation)
          // Changes nothing but that everything is looked at again.
          BudgetTree.setLimit(again.tree, root(again.tree), {})
          expect(seen(game)).toStrictEqual(seen(again))
        }
        return true
      }),
    { arbitrary: { runs: 300, size: 60 } }
  )

  /** A child that is promised 20 tokens, one of whose requests waits for money that another child holds. */
  const promised = () => {
    const tree = BudgetTree.make(rootPath, { tokens: 100, nanoUsd: 100 })
    const open = (name: string, guarantee: Amounts) => {
      const path = childPath(rootPath, name, 1)
      BudgetTree.carve(tree, root(tree), { path, name, limit: {}, guarantee })
      return account(tree, path)
    }
    const [child, other] = [open("child", { tokens: 20 }), open("other", {})]
    BudgetTree.request(tree, other, all({ nanoUsd: 100 }))
    BudgetTree.request(tree, child, all({ tokens: 5, nanoUsd: 10 }))
    // Counted once before anything changes.
    expect(BudgetTree.available(tree, root(tree), "tokens")).toBe(80)
    return { tree, child, other }
  }

  it("counts anew what is set aside for those who wait when a promise that covered it is used", () => {
    const { child, tree } = promised()
    BudgetTree.request(tree, child, all({ tokens: 18 }))
    expect(BudgetTree.available(tree, root(tree), "tokens")).toBe(77)
  })

  it("divides no more than is left beside what is set aside for those who wait", () => {
    const { child, other, tree } = promised()
    BudgetTree.rebalance(tree, root(tree))
    expect([child, other].map(({ pools }) => pools.tokens.guarantee).toSorted()).toStrictEqual([47, 48])
  })

  it.effect.prop(
    "has nothing reserved once every claim was released and every account has ended",
    [Operations, both(200)],
    ([operations, limit]) =>
      Effect.sync(() => {
        const game = play(limit)
        for (const operation of operations) apply(game, operation)
        for (const each of [...game.tree.accounts.values()].toReversed())
          if (each.parent !== undefined) BudgetTree.end(game.tree, each)
        for (const claim of game.claims) BudgetTree.release(game.tree, claim)
        inspect(game)
        expect(game.tree.queue).toStrictEqual([])
        for (const { pools } of game.tree.accounts.values()) {
          for (const unit of units) {
            const { guarantee, reserved } = pools[unit]
            expect({ guarantee, reserved }).toStrictEqual({
              guarantee: 0,
              reserved: 0
            })
          }
        }
        for (const unit of units) expect(root(game.tree).pools[unit].committed).toBe(root(game.tree).pools[unit].used)
        return true
      }),
    { arbitrary: { runs: 200, size: 60 } }
  )

  it.effect.prop(
    "changes nothing when a request is refused or withdrawn",
    [Operations, both(200), small(7), both(250)],
    ([operations, limit, index, amount]) =>
      Effect.sync(() => {
        const game = play(limit)
        for (const operation of operations) apply(game, operation)
        const before = figures(game.tree)
        const asker = pick([...game.tree.accounts.values()], index) ?? root(game.tree)
        const claim = BudgetTree.request(game.tree, asker, all(amount))
        BudgetTree.release(game.tree, claim)
        expect(figures(game.tree)).toStrictEqual(before)
        return true
      }),
    { arbitrary: { runs: 200, size: 60 } }
  )

  it.effect.prop(
    "foretells what can be had in an account once all others have ended, and is never below what can be had now",
    [Operations, both(200), small(7)],
    ([operations, limit, index]) =>
      Effect.sync(() => {
        const game = play(limit)
        for (const operation of operations) apply(game, operation)
        const { tree } = game
        const asker = pick([...tree.accounts.values()], index) ?? root(tree)
        const line = new Set(chain(asker))
        const heldBefore = new Set(game.claims.filter((claim) => claim.state._tag === "Held"))
        const foretold = perUnit((unit) => roomAtLast(asker, unit).available)
        for (const unit of units) {
          expect(foretold[unit]).toBeGreaterThanOrEqual(BudgetTree.available(tree, asker, unit))
        }
        for (const each of tree.accounts.values()) if (!line.has(each)) BudgetTree.end(tree, each)
        for (const claim of game.claims) {
          if (!line.has(claim.account) || claim.state._tag === "Waiting") BudgetTree.release(tree, claim)
        }
        // What waited in the line itself may have been served meanwhile, and holds it then.
        const served = game.claims.filter((claim) => claim.state._tag === "Held" && line.has(claim.account))
        for (const unit of units) {
          const late = served.filter((claim) => !heldBefore.has(claim)).length
          if (late === 0) expect(BudgetTree.available(tree, asker, unit)).toBe(foretold[unit])
        }
        return true
      }),
    { arbitrary: { runs: 300, size: 60 } }
  )

  it.effect.prop(
    "serves or refuses whoever waits first once all that was held is returned, however many smaller requests come later",
    [Operations, both(200), Schema.Array(Schema.Struct({ account: small(7), amount: both(20) }))],
    ([operations, limit, later]) =>
      Effect.sync(() => {
        const game = play(limit)
        for (const operation of operations) apply(game, operation)
        const [first] = game.tree.queue
        if (first === undefined) return true
        const held = game.claims.filter((claim) => claim.state._tag === "Held")
        for (const [index, claim] of held.entries()) {
          for (const { account, amount } of later) apply(game, { _tag: "Request", account: account + index, amount })
          BudgetTree.release(game.tree, claim)
        }
        expect(first.state._tag).not.toBe("Waiting")
        return true
      }),
    { arbitrary: { runs: 300, size: 60 } }
  )

  it.effect.prop(
    "stays within limit plus overdraft when providers bill more than was reserved, and closes what was overdrawn",
    [Operations, both(200), small(9), small(40)],
    ([operations, limit, index, excess]) =>
      Effect.sync(() => {
        const game = play(limit)
        for (const [turn, operation] of operations.entries()) {
          apply(game, operation)
          if (turn % 7 !== 6) continue
          const claim = pick(
            game.claims.filter((each) => each.state._tag === "Held"),
            index
          )
          if (claim === undefined || claim.account.parent === undefined) continue
          // One unit is enough.
          const amount = {
            ...claim.amount,
            nanoUsd: claim.amount.nanoUsd + excess + 1
          }
          game.charged.push({ account: claim.account, amount })
          BudgetTree.settle(game.tree, claim, amount)
          expect(claim.account.state).toBe("overdrawn")
          inspect(game)
        }
        return true
      }),
    { arbitrary: { runs: 200, size: 60 } }
  )
})

describe("a queue of requests", () => {
  const setUp = (
    limit: number,
    children: Readonly<Record<string, { readonly limit?: number; readonly guarantee?: number }>>
  ) => {
    const tree = BudgetTree.make(rootPath, { tokens: limit })
    for (const [name, { guarantee = 0, limit: own }] of Object.entries(children)) {
      BudgetTree.carve(tree, root(tree), {
        path: childPath(rootPath, name),
        name,
        limit: own === undefined ? {} : { tokens: own },
        guarantee: { tokens: guarantee }
      })
    }
    const ask = (name: string, tokens: number) =>
      BudgetTree.request(tree, account(tree, childPath(rootPath, name)), all({ tokens }))
    return { tree, ask }
  }
  const states = (...claims: ReadonlyArray<BudgetTree.Claim>) => claims.map((claim) => claim.state._tag)

  it("keeps its order: a small request does not pass a large one that waits for the same pool", () => {
    const { ask, tree } = setUp(100, { a: {}, b: {}, c: {} })
    const [first, large, little] = [ask("a", 70), ask("b", 60), ask("c", 10)]
    expect(states(first, large, little)).toStrictEqual(["Held", "Waiting", "Waiting"])
    BudgetTree.settle(tree, first, all({ tokens: 20 }))
    expect(states(large, little)).toStrictEqual(["Held", "Held"])
  })

  it("lets one pass whose room nobody in front waits for", () => {
    const { ask } = setUp(100, { a: { limit: 20 }, b: {} })
    const [first, second, other] = [ask("a", 15), ask("a", 10), ask("b", 60)]
    expect(states(first, second, other)).toStrictEqual(["Held", "Waiting", "Held"])
  })

  it("keeps in the shared pool what one in front will need there when its own account has room again", () => {
    const { ask } = setUp(100, { a: { limit: 80 }, b: {} })
    const [first, second, tooLarge, fitting] = [ask("a", 50), ask("a", 40), ask("b", 30), ask("b", 10)]
    expect(states(first, second, tooLarge, fitting)).toStrictEqual(["Held", "Waiting", "Waiting", "Waiting"])
  })

  it("lets nobody wait on what is guaranteed to it", () => {
    const { ask } = setUp(100, { a: {}, b: {}, c: { guarantee: 30 } })
    expect(states(ask("a", 60), ask("b", 50), ask("c", 30), ask("c", 1))).toStrictEqual([
      "Held",
      "Waiting",
      "Held",
      "Waiting"
    ])
  })

  it("refuses those who wait for what was used up meanwhile", () => {
    const { ask, tree } = setUp(100, { a: {}, b: {} })
    const [first, second] = [ask("a", 70), ask("b", 60)]
    BudgetTree.settle(tree, first, all({ tokens: 70 }))
    expect(second.state).toStrictEqual({
      _tag: "Refused",
      room: { account: root(tree), unit: "tokens", available: 30 }
    })
  })

  it("gives a guarantee back to the others when its account ends", () => {
    const { ask, tree } = setUp(100, { a: { guarantee: 60 }, b: {} })
    const held = ask("a", 20)
    expect(BudgetTree.available(tree, account(tree, childPath(rootPath, "b")), "tokens")).toBe(40)
    BudgetTree.settle(tree, held, all({ tokens: 20 }))
    BudgetTree.end(tree, account(tree, childPath(rootPath, "a")))
    expect(BudgetTree.available(tree, account(tree, childPath(rootPath, "b")), "tokens")).toBe(80)
  })

  it("goes on when the one in front gives up", () => {
    const { ask, tree } = setUp(100, { a: {}, b: {} })
    const [first, large, little] = [ask("a", 70), ask("b", 60), ask("b", 30)]
    BudgetTree.release(tree, large)
    expect(states(first, large, little)).toStrictEqual(["Held", "Returned", "Held"])
  })

  it("frees the guarantee of an account that was overdrawn", () => {
    const { ask, tree } = setUp(100, { a: { guarantee: 60 }, b: {} })
    BudgetTree.settle(tree, ask("a", 10), all({ tokens: 25 }))
    expect(ask("a", 0).state._tag).toBe("Refused")
    expect(BudgetTree.available(tree, account(tree, childPath(rootPath, "b")), "tokens")).toBe(75)
  })

  it("counts what an account used before it ended when it is opened again", () => {
    const { ask, tree } = setUp(100, { a: { limit: 50 } })
    const a = account(tree, childPath(rootPath, "a"))
    BudgetTree.settle(tree, ask("a", 40), all({ tokens: 40 }))
    BudgetTree.end(tree, a)
    expect(ask("a", 1).state._tag).toBe("Refused")
    expect(
      BudgetTree.carve(tree, root(tree), {
        path: a.path,
        name: "a",
        limit: { tokens: 50 },
        guarantee: {}
      })
    ).toBeUndefined()
    expect(BudgetTree.available(tree, a, "tokens")).toBe(10)
  })

  it("sets a grandchild's guarantee aside on every level above it", () => {
    const { ask, tree } = setUp(100, { a: {}, b: {} })
    const a = account(tree, childPath(rootPath, "a"))
    expect(
      BudgetTree.carve(tree, a, {
        path: childPath(a.path, "deep"),
        name: "deep",
        limit: {},
        guarantee: { tokens: 70 }
      })
    ).toBeUndefined()
    expect(ask("b", 31).state._tag).toBe("Refused")
    expect(ask("b", 30).state._tag).toBe("Held")
    expect(BudgetTree.available(tree, account(tree, childPath(a.path, "deep")), "tokens")).toBe(70)
  })

  it("holds all units of a request or none, and waits for the one that lacks", () => {
    const tree = BudgetTree.make(rootPath, { tokens: 100, calls: 2 })
    const ask = (amounts: Amounts) => BudgetTree.request(tree, root(tree), all(amounts))
    const [first, second] = [ask({ tokens: 10, calls: 2 }), ask({ tokens: 50, calls: 1 })]
    expect(states(first, second)).toStrictEqual(["Held", "Waiting"])
    expect(root(tree).pools.tokens.reserved).toBe(10)
    BudgetTree.settle(tree, first, all({ tokens: 10, calls: 1 }))
    expect(states(second)).toStrictEqual(["Held"])
    expect(ask({ tokens: 1, calls: 2 }).state).toStrictEqual({
      _tag: "Refused",
      room: { account: root(tree), unit: "calls", available: 1 }
    })
  })
})
