/**
 * The ledger of a run: a tree of accounts and a queue of requests. Plain objects and synchronous functions, so that each
 * operation is atomic between fibers; `Budget` makes effects of them.
 *
 * 1. In every unit committed <= limit + overdraft in every account; so used + reserved <= limit, unless more was billed
 *    than reserved.
 * 2. A request is held in its account and all above it and in all its units, or nowhere.
 * 3. A request waits only if it would fit with all leases returned, and is served in the order of asking: a later one
 *    takes no room that an earlier one waits for, anywhere in its chain. What a guarantee covers is nobody else's room.
 * 4. A lease counts until it is settled or released, even if its account was closed meanwhile.
 */
import type { AgentPath } from "../domain/Ids.ts"
import {
  type Account,
  chain,
  claimOf,
  closedAt,
  make as makeAccount,
  move,
  type Room,
  roomIn,
  setGuarantee,
  shortage
} from "./Account.ts"
import { type AllAmounts, type Amounts, type BudgetUnit, budgetUnits, nothing, perUnit } from "./Amounts.ts"

/** A request and what became of it. */
export interface Claim {
  readonly account: Account
  /** What it asks for or, once it is held, what it holds. */
  amount: AllAmounts
  state:
    | { readonly _tag: "Waiting" | "Held" | "Returned" }
    /** It would not fit with all leases returned: the account in the way, and what that could give. */
    | { readonly _tag: "Refused"; readonly room: Room }
  /** Called when a waiting claim is held or refused. */
  notify: () => void
}

export interface BudgetTree {
  readonly accounts: Map<AgentPath, Account>
  /** First come, first served. */
  queue: ReadonlyArray<Claim>
}

export interface Child {
  readonly path: AgentPath
  readonly name: string
  readonly limit: Amounts
  readonly guarantee: Amounts
}

export const make = (root: AgentPath, limits: Amounts): BudgetTree => ({
  accounts: new Map([[root, makeAccount(root, "root", undefined, limits)]]),
  queue: []
})

/**
 * Adds a child account, or opens one again that has ended and keeps what it used. Returns the room that its guarantee
 * would have to fit in if it does not.
 */
export const carve = (tree: BudgetTree, parent: Account, child: Child): Room | undefined => {
  const former = tree.accounts.get(child.path)
  if (former !== undefined && (former.state === "open" || former.parent !== parent)) {
    throw new Error(`the budget node ${child.path} is already open, or belongs to another parent`)
  }
  const closed = closedAt(parent) ?? (former?.state === "overdrawn" ? former : undefined)
  if (closed !== undefined) return noRoom(closed, child.guarantee)
  const account = former ?? makeAccount(child.path, child.name, parent, {})
  const limits = perUnit((unit) => least(child.limit[unit], parent.pools[unit].limit))
  const guarantees = perUnit((unit) => Math.min(child.guarantee[unit] ?? 0, limits[unit] ?? Number.POSITIVE_INFINITY))
  const lacking = shortage(
    parent,
    perUnit((unit) => Math.max(0, guarantees[unit] - account.pools[unit].committed)),
    committed
  )
  if (lacking !== undefined) return lacking
  if (former === undefined) {
    tree.accounts.set(child.path, account)
    parent.children.push(account)
  }
  account.state = "open"
  for (const unit of budgetUnits) {
    const limit = limits[unit]
    account.pools[unit].limit = limit === undefined ? undefined : Math.max(limit, account.pools[unit].committed)
    setGuarantee(account, unit, guarantees[unit])
  }
  serve(tree)
  return undefined
}

/** Closes an account: nothing more is reserved in it, and what is left of its guarantees is everybody's again. */
export const end = (tree: BudgetTree, account: Account): void => {
  if (account.state === "open") account.state = "ended"
  forget(account)
  serve(tree)
}

/** Asks for an amount; the claim is held, refused or waiting when this returns. */
export const request = (tree: BudgetTree, account: Account, amount: AllAmounts): Claim => {
  const claim: Claim = { account, amount, state: waiting, notify: () => {} }
  tree.queue = [...tree.queue, claim]
  serve(tree)
  return claim
}

/**
 * Charges what was really used. The rest goes back, but for `keep` of it: with a `keep`, the claim stays held. More than
 * was held in any unit overdraws the account and closes it.
 */
export const settle = (tree: BudgetTree, claim: Claim, actual: AllAmounts, keep?: AllAmounts): void => {
  if (claim.state._tag !== "Held") return
  const { account, amount } = claim
  const kept = perUnit((unit) => Math.max(0, Math.min(keep?.[unit] ?? 0, amount[unit] - actual[unit])))
  claim.amount = kept
  if (keep === undefined) claim.state = returned
  move(
    account,
    actual,
    perUnit((unit) => kept[unit] - amount[unit])
  )
  for (const unit of budgetUnits) {
    const over = actual[unit] - amount[unit]
    if (over <= 0) continue
    for (const each of chain(account)) each.pools[unit].overdraft += over
    account.state = "overdrawn"
  }
  if (account.state === "overdrawn") forget(account)
  serve(tree)
}

/** Changes what a held claim holds. False, and no change, when that is more than can be had now. */
export const resize = (tree: BudgetTree, claim: Claim, amount: AllAmounts): boolean => {
  if (claim.state._tag !== "Held") return false
  const more = perUnit((unit) => amount[unit] - claim.amount[unit])
  const grows = budgetUnits.some((unit) => more[unit] > 0)
  if (grows && budgetUnits.some((unit) => more[unit] > 0 && more[unit] > available(tree, claim.account, unit)))
    return false
  claim.amount = amount
  move(claim.account, nothing, more)
  serve(tree)
  return true
}

/** Gives all of a claim back, or withdraws it if it still waits. */
export const release = (tree: BudgetTree, claim: Claim): void => {
  if (claim.state._tag === "Held") settle(tree, claim, nothing)
  if (claim.state._tag !== "Waiting") return
  claim.state = returned
  tree.queue = tree.queue.filter((other) => other !== claim)
  serve(tree)
}

/** Sets the limits named, at most the parent's. Returns what is taken or promised if that is more. */
export const setLimit = (tree: BudgetTree, account: Account, limits: Amounts): Room | undefined => {
  const named = budgetUnits.flatMap((unit) => {
    const limit = limits[unit]
    return limit === undefined ? [] : [{ unit, limit: least(limit, account.parent?.pools[unit].limit) ?? limit }]
  })
  for (const { limit, unit } of named) {
    const { committed } = account.pools[unit]
    if (limit < committed) return { account, unit, available: committed }
  }
  for (const { limit, unit } of named) {
    account.pools[unit].limit = limit
    if (account.pools[unit].guarantee > limit) setGuarantee(account, unit, limit)
  }
  serve(tree)
  return undefined
}

/** Sets the guarantees named, each at most the account's limit. Returns the room above it if that is less. */
export const guarantee = (tree: BudgetTree, account: Account, amounts: Amounts): Room | undefined => {
  const closed = closedAt(account)
  if (closed !== undefined) return noRoom(closed, amounts)
  const { parent } = account
  if (parent === undefined) return undefined
  const named = budgetUnits.flatMap((unit) => {
    const amount = amounts[unit]
    return amount === undefined ? [] : [{ unit, amount: Math.min(amount, account.pools[unit].limit ?? amount) }]
  })
  for (const { amount, unit } of named) {
    const room = roomIn(parent, unit, (each) => each.pools[unit].committed)
    const pool = account.pools[unit]
    if (amount - claimOf(pool, pool.committed) > room.available) return room
  }
  for (const { amount, unit } of named) setGuarantee(account, unit, amount)
  serve(tree)
  return undefined
}

/** Divides what is left in an account evenly into guarantees of its open children, each within its own limit. */
export const rebalance = (tree: BudgetTree, parent: Account): void => {
  const open = parent.children.filter((child) => child.state === "open")
  for (const unit of budgetUnits) {
    if (!Number.isFinite(available(tree, parent, unit))) continue
    for (const child of open) setGuarantee(child, unit, 0)
    let left = available(tree, parent, unit)
    const most = ({ pools }: Account) => (pools[unit].limit ?? Number.POSITIVE_INFINITY) - pools[unit].committed
    for (const [index, child] of open.toSorted((a, b) => most(a) - most(b)).entries()) {
      const share = Math.min(most(child), Math.floor(left / (open.length - index)))
      left -= share
      setGuarantee(child, unit, child.pools[unit].committed + share)
    }
  }
  serve(tree)
}

/** What a request would get at once, behind those that wait. Infinity where no limit stands in its way. */
export const available = (tree: BudgetTree, account: Account, unit: BudgetUnit): number =>
  roomNow(tree, account, unit).available

/** The same, with the account that leaves the least. */
export const roomNow = (tree: BudgetTree, account: Account, unit: BudgetUnit): Room => {
  const closed = closedAt(account)
  if (closed !== undefined) return { account: closed, unit, available: 0 }
  const taken = pledges(tree.queue)
  return roomIn(account, unit, (each) => taken.of(each, unit))
}

// internal

const waiting = { _tag: "Waiting" } as const
const held = { _tag: "Held" } as const
const returned = { _tag: "Returned" } as const

/** A closed account has nothing of any unit; the first that was asked for is named. */
const noRoom = (account: Account, asked: Amounts): Room => ({
  account,
  unit: budgetUnits.find((unit) => (asked[unit] ?? 0) > 0) ?? "tokens",
  available: 0
})

const forget = (account: Account): void => {
  for (const unit of budgetUnits) if (account.pools[unit].guarantee > 0) setGuarantee(account, unit, 0)
}

const committed = (account: Account, unit: BudgetUnit): number => account.pools[unit].committed

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)

/** Keeps for waiting claims what they wait for, so that what comes after them counts it as taken (3). */
const pledges = (claims: ReadonlyArray<Claim> = []) => {
  const kept = new Map<Account, { [unit in BudgetUnit]: number }>()
  const of = (account: Account, unit: BudgetUnit): number =>
    account.pools[unit].committed + (kept.get(account)?.[unit] ?? 0)
  const keep = ({ account, amount }: Claim): void => {
    for (const unit of budgetUnits) {
      let change = amount[unit]
      for (let each: Account | undefined = account; each !== undefined && change !== 0; each = each.parent) {
        const before = claimOf(each.pools[unit], of(each, unit))
        const mine = kept.get(each) ?? { ...nothing }
        mine[unit] += change
        kept.set(each, mine)
        change = claimOf(each.pools[unit], of(each, unit)) - before
      }
    }
  }
  for (const claim of claims) keep(claim)
  return { of, keep }
}

/** Why an amount cannot be had even with all leases returned; undefined if it can. */
const obstacle = ({ account, amount }: Claim): Room | undefined => {
  const closed = closedAt(account)
  if (closed !== undefined) return noRoom(closed, amount)
  return shortage(account, amount, (each, unit) => each.pools[unit].firm)
}

/** Goes through the queue once. Whoever hears of it may ask again at once, so the tree is in order before that. */
const serve = (tree: BudgetTree): void => {
  if (tree.queue.length === 0) return
  const taken = pledges()
  const stillWaiting: Array<Claim> = []
  const answered: Array<Claim> = []
  for (const claim of tree.queue) {
    const room = obstacle(claim)
    if (room !== undefined) claim.state = { _tag: "Refused", room }
    else if (shortage(claim.account, claim.amount, taken.of) === undefined) {
      move(claim.account, nothing, claim.amount)
      claim.state = held
    } else {
      taken.keep(claim)
      stillWaiting.push(claim)
      continue
    }
    answered.push(claim)
  }
  tree.queue = stillWaiting
  for (const claim of answered) claim.notify()
}
