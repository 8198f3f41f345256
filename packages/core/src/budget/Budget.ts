/**
 * The budget of a run: what its agents consume is reserved before it is used and settled after. One ledger a run, shared
 * by all its agents; the rules are numbered in `BudgetTree`.
 *
 *   const lease = yield* budget.reserve("/root/reviewer", { tokens: 5_000 })   // waits its turn, or fails with BudgetExceeded
 *   yield* lease.settle({ tokens: 3_210 })                                  // gives 1,790 back; without it the scope gives all back
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { type AgentPath, rootPath } from "../domain/Ids.ts"
import { type Account, own, type Room, roomAtLast } from "./Account.ts"
import { type AllAmounts, type Amounts, type BudgetUnit, budgetUnits, perUnit } from "./Amounts.ts"
import { BudgetExceeded } from "./BudgetExceeded.ts"
import * as BudgetTree from "./BudgetTree.ts"

type Former = BudgetTree.Former

export type { AllAmounts, Amounts, BudgetUnit, Former }
export { BudgetExceeded }

/** A node of the ledger as it stood when it was looked at. */
export interface BudgetNode {
  readonly path: AgentPath
  readonly name: string
  readonly units: { readonly [unit in BudgetUnit]: UnitNode }
  /** 0 to 1, of the unit that is used up most, agents aside; 0 without a limit. */
  readonly utilization: number
  /** Only an open node below open ones reserves; an overdrawn one was billed more than it had reserved. */
  readonly state: "open" | "ended" | "overdrawn"
}

/** A node's figures in one unit. */
export interface UnitNode {
  readonly limit: number | undefined
  /** What no sibling can take. */
  readonly guarantee: number
  readonly used: number
  readonly reserved: number
  /** What a reserve would get at once; Infinity without a limit. */
  readonly remaining: number
  /** The part of `used` that was billed beyond what had been reserved. */
  readonly overdraft: number
}

/** Amounts that are held: for one call, or resized from call to call for as long as an agent runs. */
export interface Lease {
  /** What it holds at this moment. */
  readonly reserved: AllAmounts
  /**
   * Charges what was used; a number that makes no sense charges all. The rest goes back and the lease is over, unless
   * some of it is to be kept. More than reserved overdraws and closes the node. Settling twice is settling once.
   */
  readonly settle: (actual: Amounts, keep?: Amounts) => Effect.Effect<void>
  /** Holds more or less, without waiting; false changes nothing. */
  readonly resize: (amounts: Amounts) => Effect.Effect<boolean>
}

export class Budget extends Context.Service<
  Budget,
  {
    readonly root: Effect.Effect<BudgetNode>
    readonly node: (path: AgentPath) => Effect.Effect<BudgetNode>
    /**
     * Opens a node until the scope closes. Its limit is at most its parent's; its guarantee must fit what the parent has
     * left, and what is unused of it returns there at the end. A path that was open before goes on from what it used, and
     * its guarantee counts from there.
     */
    readonly carve: (
      parent: AgentPath,
      path: AgentPath,
      child: { readonly name: string; readonly limit?: Amounts; readonly guarantee?: Amounts }
    ) => Effect.Effect<BudgetNode, BudgetExceeded, Scope.Scope>
    /** Holds amounts at a node and all above it, all or none, waiting in turn while others hold what it needs. */
    readonly reserve: (path: AgentPath, amounts: Amounts) => Effect.Effect<Lease, BudgetExceeded, Scope.Scope>
    /**
     * Why amounts cannot be had at a node, the narrowest of its chain named; null when they can. `holding` is held by
     * who asks and counts as to be had. `atLast` asks for the day when all others have ended: what the node and those
     * above it hold themselves stays held.
     */
    readonly shortfall: (
      path: AgentPath,
      amounts: Amounts,
      options?: { readonly holding?: Amounts; readonly atLast?: boolean }
    ) => Effect.Effect<BudgetExceeded | null>
    /** What could be had at a node on that day; a unit without a limit is missing. */
    readonly prospect: (path: AgentPath) => Effect.Effect<Amounts>
    /** Charges at once, without waiting; false changes nothing. */
    readonly tryConsume: (path: AgentPath, amounts: Amounts) => Effect.Effect<boolean>
    /** Sets the limits named, at most the parent's; fails below what is used, reserved and promised there. */
    readonly setAgentLimit: (path: AgentPath, limits: Amounts) => Effect.Effect<BudgetNode, BudgetExceeded>
    /** Sets the guarantees named, each at most the limit; fails when the parent has not that much left. */
    readonly allocate: (path: AgentPath, amounts: Amounts) => Effect.Effect<BudgetNode, BudgetExceeded>
    /** Divides what is left at a node evenly into guarantees of its open children; never more than is left. */
    readonly rebalance: (parent: AgentPath) => Effect.Effect<void>
    readonly used: (path: AgentPath) => Effect.Effect<AllAmounts>
    /** What was charged to a node itself, without the nodes below, and which part of that beyond what was reserved. */
    readonly own: (path: AgentPath) => Effect.Effect<{ readonly used: AllAmounts; readonly overdraft: AllAmounts }>
    readonly remaining: (path: AgentPath) => Effect.Effect<AllAmounts>
    readonly utilization: (path: AgentPath) => Effect.Effect<number>
    /** What all copies of an agent have used, with what they delegated. */
    readonly agentUsage: (name: string) => Effect.Effect<AllAmounts>
  }
>()("@deputize/core/budget/Budget") {
  /** `before` is what was used already, each node behind its parent. */
  static readonly make = (limits: Amounts, before: ReadonlyArray<Former> = []): Effect.Effect<Budget["Service"]> =>
    Effect.sync(() => service(limits, before))
  static readonly layer = (limits: Amounts, before: ReadonlyArray<Former> = []): Layer.Layer<Budget> =>
    Layer.effect(Budget, Budget.make(limits, before))
}

// internal

const service = (limits: Amounts, before: ReadonlyArray<Former>): Budget["Service"] => {
  const tree = BudgetTree.make(rootPath, asLimits(limits), before)

  const at = (path: AgentPath): Account => {
    const account = tree.accounts.get(path)
    if (account === undefined) throw new Error(`there is no budget node ${path}`)
    return account
  }
  const node = (path: AgentPath) => Effect.sync(() => view(tree, at(path)))
  const orExceeded = (path: AgentPath, asked: Amounts, room: Room | undefined) =>
    room === undefined ? node(path) : Effect.fail(exceeded(path, asked, room))

  const carve: Budget["Service"]["carve"] = (parent, path, { guarantee = {}, limit = {}, name }) =>
    Effect.acquireRelease(
      Effect.suspend(() => {
        const child = { path, name, limit: asLimits(limit), guarantee: asAmounts(guarantee) }
        return orExceeded(path, guarantee, BudgetTree.carve(tree, at(parent), child))
      }),
      () => Effect.sync(() => BudgetTree.end(tree, at(path)))
    )

  /** Not acquireRelease: what was granted while an interruption arrived has to be given back, too. */
  const reserve = Effect.fnUntraced(function* (path: AgentPath, amounts: Amounts) {
    return yield* Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const claim = BudgetTree.request(tree, at(path), asAmounts(amounts))
        const release = Effect.sync(() => BudgetTree.release(tree, claim))
        const lease: Lease = {
          get reserved() {
            return claim.amount
          },
          settle: (actual, keep) =>
            Effect.sync(() =>
              BudgetTree.settle(tree, claim, charged(actual, claim.amount), keep === undefined ? keep : asAmounts(keep))
            ),
          resize: (amounts) => Effect.sync(() => BudgetTree.resize(tree, claim, asAmounts(amounts)))
        }
        return restore(answer(claim)).pipe(
          Effect.onExit((exit) => (Exit.isFailure(exit) ? release : Effect.void)),
          Effect.andThen(Effect.addFinalizer(() => release)),
          Effect.as(lease)
        )
      })
    )
  })

  return Budget.of({
    root: node(rootPath),
    node,
    carve,
    reserve,
    shortfall: (path, amounts, { atLast = false, holding = {} } = {}) =>
      Effect.sync(() => {
        for (const unit of budgetUnits) {
          const asked = amounts[unit] ?? 0
          if (asked === 0) continue
          const room = atLast ? roomAtLast(at(path), unit) : BudgetTree.roomNow(tree, at(path), unit)
          const available = room.available + (holding[unit] ?? 0)
          if (asked > available) return exceeded(path, amounts, { ...room, available })
        }
        return null
      }),
    prospect: (path) =>
      Effect.sync(() =>
        perUnit((unit) => {
          const { available } = roomAtLast(at(path), unit)
          return Number.isFinite(available) ? available : undefined
        })
      ),
    tryConsume: (path, amounts) =>
      Effect.sync(() => {
        const claim = BudgetTree.request(tree, at(path), asAmounts(amounts))
        const isHeld = claim.state._tag === "Held"
        if (isHeld) BudgetTree.settle(tree, claim, claim.amount)
        else BudgetTree.release(tree, claim)
        return isHeld
      }),
    setAgentLimit: (path, limits) =>
      Effect.suspend(() => orExceeded(path, limits, BudgetTree.setLimit(tree, at(path), asLimits(limits)))),
    allocate: (path, amounts) =>
      Effect.suspend(() => orExceeded(path, amounts, BudgetTree.guarantee(tree, at(path), asLimits(amounts)))),
    rebalance: (parent) => Effect.sync(() => BudgetTree.rebalance(tree, at(parent))),
    used: (path) => Effect.sync(() => perUnit((unit) => at(path).pools[unit].used)),
    own: (path) =>
      Effect.sync(() => ({
        used: perUnit((unit) => own(at(path), unit, "used")),
        overdraft: perUnit((unit) => own(at(path), unit, "overdraft"))
      })),
    remaining: (path) => Effect.sync(() => perUnit((unit) => BudgetTree.available(tree, at(path), unit))),
    utilization: (path) => Effect.sync(() => utilizationOf(at(path))),
    agentUsage: (name) => Effect.sync(() => usageOf(tree, name))
  })
}

const isAmount = (amount: number): boolean => Number.isFinite(amount) && amount >= 0

const whole = (amount: number, unit: BudgetUnit, round: (amount: number) => number): number => {
  if (!isAmount(amount)) throw new RangeError(`${amount} is no amount of ${unit}`)
  return round(amount)
}

const asAmounts = (amounts: Amounts): AllAmounts => perUnit((unit) => whole(amounts[unit] ?? 0, unit, Math.ceil))

/** Units that are not named stay so. */
const asLimits = (limits: Amounts): Amounts =>
  perUnit((unit) => {
    const limit = limits[unit]
    return limit === undefined ? undefined : whole(limit, unit, Math.floor)
  })

const charged = (actual: Amounts, held: AllAmounts): AllAmounts =>
  perUnit((unit) => {
    const amount = actual[unit] ?? 0
    return isAmount(amount) ? Math.ceil(amount) : held[unit]
  })

const view = (tree: BudgetTree.BudgetTree, account: Account): BudgetNode => ({
  path: account.path,
  name: account.name,
  units: perUnit((unit) => {
    const { guarantee, limit, overdraft, reserved, used } = account.pools[unit]
    return { limit, guarantee, used, reserved, remaining: BudgetTree.available(tree, account, unit), overdraft }
  }),
  utilization: utilizationOf(account),
  state: account.state
})

/** To have started all agents that there may be is no reason to think less. */
const utilizationOf = ({ pools }: Account): number =>
  Math.max(
    ...budgetUnits.map((unit) => {
      if (unit === "agents") return 0
      const { limit, used } = pools[unit]
      return limit === undefined ? 0 : limit === 0 ? 1 : Math.min(1, used / limit)
    })
  )

const exceeded = (path: AgentPath, asked: Amounts, { account, available, unit }: Room): BudgetExceeded =>
  new BudgetExceeded({
    path,
    unit,
    asked: asked[unit] ?? 0,
    available,
    limit: account.pools[unit].limit ?? account.pools[unit].used,
    ...(account.path === path ? {} : { at: account.path }),
    ...(account.state === "open" ? {} : { closed: account.state })
  })

/** Ends when a claim is held or refused. */
const answer = (claim: BudgetTree.Claim): Effect.Effect<void, BudgetExceeded> => {
  const outcome = Effect.suspend(() =>
    claim.state._tag === "Refused"
      ? Effect.fail(exceeded(claim.account.path, claim.amount, claim.state.room))
      : Effect.void
  )
  if (claim.state._tag !== "Waiting") return outcome
  return Effect.callback((resume) => {
    claim.notify = () => resume(outcome)
  })
}

/** A copy that stands below another of its name is part of what that one used. */
const usageOf = (tree: BudgetTree.BudgetTree, name: string): AllAmounts => {
  const isBelow = (account: Account | undefined): boolean =>
    account !== undefined && (account.name === name || isBelow(account.parent))
  const copies = [...tree.accounts.values()].filter((account) => account.name === name && !isBelow(account.parent))
  return perUnit((unit) => copies.reduce((sum, account) => sum + account.pools[unit].used, 0))
}
