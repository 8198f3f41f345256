/**
 * The budget of a run: what its agents consume is reserved before it is used and settled after. One ledger a run, shared
 * by all its agents; the rules are numbered in `BudgetTree`.
 *
 *   const lease = yield* budget.reserve("/root/reviewer", 5_000)   // waits its turn, or fails with BudgetExceeded
 *   yield* lease.settle(3_210)                                     // gives 1,790 back; without it the scope gives all back
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { AgentPath, rootPath } from "../domain/Ids.ts"
import type { Account, Room } from "./Account.ts"
import * as BudgetTree from "./BudgetTree.ts"

/** What is counted. */
export const BudgetUnit = Schema.Literals(["tokens"])
const unit: typeof BudgetUnit.Type = "tokens"

/** More was asked for than can be had, whatever is still given back. */
export class BudgetExceeded extends Schema.TaggedError<BudgetExceeded>()("BudgetExceeded", {
  path: AgentPath,
  unit: BudgetUnit,
  asked: Schema.Number,
  available: Schema.Number,
  /** Of the node that is too small. */
  limit: Schema.Number,
  /** The node that is too small, where it is not the one that asked. */
  at: Schema.optionalKey(AgentPath),
  /** Why that node gives nothing more at all, whatever its limit. */
  closed: Schema.optionalKey(Schema.Literals(["ended", "overdrawn"]))
}) {
  override get message(): string {
    const asks = `${this.path} needs ${count(this.asked)} ${this.unit}`
    const node = this.at ?? "it"
    if (this.closed === "ended") return `${asks}, and ${node} has ended`
    if (this.closed === "overdrawn") return `${asks}, and ${node} is closed: more was billed than had been reserved`
    return `${asks}, and ${count(this.available)} of ${count(this.limit)} can still be had${this.at === undefined ? "" : ` in ${this.at}`}`
  }
  get hint(): string {
    if (this.closed === "ended") return "Reserve while the agent runs."
    if (this.closed === "overdrawn") return "Check the provider's usage figures before you give it a larger budget."
    return `Raise the budget by at least ${count(this.asked - this.available)} ${this.unit}, or give less work to it.`
  }
}

/** A node of the ledger as it stood when it was looked at. */
export interface BudgetNode {
  readonly path: AgentPath
  readonly name: string
  readonly limit: number | undefined
  /** What no sibling can take. */
  readonly guarantee: number
  readonly used: number
  readonly reserved: number
  /** What a reserve would get at once; Infinity without a limit. */
  readonly remaining: number
  /** 0 to 1; 0 without a limit. */
  readonly utilization: number
  /** The part of `used` that was billed beyond what had been reserved. */
  readonly overdraft: number
}

/** Tokens that are held: for one call, or resized from call to call for as long as an agent runs. */
export interface Lease {
  /** What it holds at this moment. */
  readonly reserved: number
  /**
   * Charges what was used; a number that makes no sense charges all. The rest goes back and the lease is over, unless
   * some of it is to be kept. More than reserved overdraws and closes the node. Settling twice is settling once.
   */
  readonly settle: (actual: number, keep?: number) => Effect.Effect<void>
  /** Holds more or less, without waiting; false changes nothing. */
  readonly resize: (tokens: number) => Effect.Effect<boolean>
}

export interface BudgetLimits {
  /** For the whole run. */
  readonly tokens?: number | undefined
}

export class Budget extends Context.Service<
  Budget,
  {
    readonly root: Effect.Effect<BudgetNode>
    readonly node: (path: AgentPath) => Effect.Effect<BudgetNode>
    /**
     * Opens a node until the scope closes. Its limit is at most its parent's; its guarantee must fit what the parent has
     * left, and what is unused of it returns there at the end. A path that was open before goes on from what it used.
     */
    readonly carve: (
      parent: AgentPath,
      path: AgentPath,
      child: { readonly name: string; readonly limit?: number; readonly guarantee?: number }
    ) => Effect.Effect<BudgetNode, BudgetExceeded, Scope.Scope>
    /** Holds tokens at a node and all above it, waiting in turn while others hold what it needs. */
    readonly reserve: (path: AgentPath, tokens: number) => Effect.Effect<Lease, BudgetExceeded, Scope.Scope>
    /** Charges at once, without waiting; false changes nothing. */
    readonly tryConsume: (path: AgentPath, tokens: number) => Effect.Effect<boolean>
    /** Sets a node's limit, at most its parent's; fails below what is used, reserved and promised there. */
    readonly setAgentLimit: (path: AgentPath, tokens: number) => Effect.Effect<BudgetNode, BudgetExceeded>
    /** Sets a node's guarantee, at most its limit; fails when the parent has not that much left. */
    readonly allocate: (path: AgentPath, tokens: number) => Effect.Effect<BudgetNode, BudgetExceeded>
    /** Divides what is left at a node evenly into guarantees of its open children; never more than is left. */
    readonly rebalance: (parent: AgentPath) => Effect.Effect<void>
    readonly used: (path: AgentPath) => Effect.Effect<number>
    readonly remaining: (path: AgentPath) => Effect.Effect<number>
    readonly utilization: (path: AgentPath) => Effect.Effect<number>
    /** What all copies of an agent have used, with what they delegated. */
    readonly agentUsage: (name: string) => Effect.Effect<number>
  }
>()("@deputize/core/budget/Budget") {
  static readonly make = (limits: BudgetLimits): Effect.Effect<Budget["Service"]> => Effect.sync(() => service(limits))
  static readonly layer = (limits: BudgetLimits): Layer.Layer<Budget> => Layer.effect(Budget, Budget.make(limits))
}

// internal

const service = (limits: BudgetLimits): Budget["Service"] => {
  const tree = BudgetTree.make(rootPath, limits.tokens === undefined ? undefined : wholeLimit(limits.tokens))

  const at = (path: AgentPath): Account => {
    const account = tree.accounts.get(path)
    if (account === undefined) throw new Error(`there is no budget node ${path}`)
    return account
  }
  const node = (path: AgentPath) => Effect.sync(() => view(tree, at(path)))
  const read = (figure: (node: BudgetNode) => number) => (path: AgentPath) => Effect.map(node(path), figure)
  const orExceeded = (path: AgentPath, asked: number, room: Room | undefined) =>
    room === undefined ? node(path) : Effect.fail(exceeded(path, asked, room))

  const carve: Budget["Service"]["carve"] = (parent, path, child) =>
    Effect.acquireRelease(
      Effect.suspend(() => {
        const guarantee = whole(child.guarantee ?? 0)
        const limit = child.limit === undefined ? undefined : wholeLimit(child.limit)
        return orExceeded(
          path,
          guarantee,
          BudgetTree.carve(tree, at(parent), { path, name: child.name, limit, guarantee })
        )
      }),
      () => Effect.sync(() => BudgetTree.end(tree, at(path)))
    )

  /** Not acquireRelease: what was granted while an interruption arrived has to be given back, too. */
  const reserve = Effect.fn("Budget.reserve")(function* (path: AgentPath, tokens: number) {
    return yield* Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const claim = BudgetTree.request(tree, at(path), whole(tokens))
        const release = Effect.sync(() => BudgetTree.release(tree, claim))
        const lease: Lease = {
          get reserved() {
            return claim.amount
          },
          settle: (actual, keep) =>
            Effect.sync(() =>
              BudgetTree.settle(tree, claim, isAmount(actual) ? Math.ceil(actual) : claim.amount, keep)
            ),
          resize: (tokens) => Effect.sync(() => BudgetTree.resize(tree, claim, whole(tokens)))
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
    tryConsume: (path, tokens) =>
      Effect.sync(() => {
        const claim = BudgetTree.request(tree, at(path), whole(tokens))
        const isHeld = claim.state._tag === "Held"
        if (isHeld) BudgetTree.settle(tree, claim, claim.amount)
        else BudgetTree.release(tree, claim)
        return isHeld
      }),
    setAgentLimit: (path, tokens) =>
      Effect.suspend(() => orExceeded(path, whole(tokens), BudgetTree.setLimit(tree, at(path), wholeLimit(tokens)))),
    allocate: (path, tokens) =>
      Effect.suspend(() => orExceeded(path, whole(tokens), BudgetTree.guarantee(tree, at(path), whole(tokens)))),
    rebalance: (parent) => Effect.sync(() => BudgetTree.rebalance(tree, at(parent))),
    used: read((node) => node.used),
    remaining: read((node) => node.remaining),
    utilization: read((node) => node.utilization),
    agentUsage: (name) => Effect.sync(() => usageOf(tree, name))
  })
}

/** Commas in every locale: messages are compared and recorded. */
const count = (amount: number): string => amount.toLocaleString("en-US")

const isAmount = (amount: number): boolean => Number.isFinite(amount) && amount >= 0

const whole = (amount: number, round = Math.ceil): number => {
  if (!isAmount(amount)) throw new RangeError(`${amount} is no amount of ${unit}`)
  return round(amount)
}
const wholeLimit = (amount: number): number => whole(amount, Math.floor)

const view = (tree: BudgetTree.BudgetTree, account: Account): BudgetNode => {
  const { guarantee, limit, name, overdraft, path, reserved, used } = account
  return {
    path,
    name,
    limit,
    guarantee,
    used,
    reserved,
    remaining: BudgetTree.available(tree, account),
    utilization: limit === undefined ? 0 : limit === 0 ? 1 : Math.min(1, used / limit),
    overdraft
  }
}

const exceeded = (path: AgentPath, asked: number, { account, available }: Room): BudgetExceeded =>
  new BudgetExceeded({
    path,
    unit,
    asked,
    available,
    limit: account.limit ?? account.used,
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
const usageOf = (tree: BudgetTree.BudgetTree, name: string): number => {
  const isBelow = (account: Account | undefined): boolean =>
    account !== undefined && (account.name === name || isBelow(account.parent))
  return [...tree.accounts.values()]
    .filter((account) => account.name === name && !isBelow(account.parent))
    .reduce((sum, account) => sum + account.used, 0)
}
