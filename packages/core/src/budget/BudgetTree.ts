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
 * 5. Whatever gives or takes room serves the queue. So a new request looks at what is there for itself alone: whoever
 *    waited before it goes on waiting.
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
import { answered, type Claim, noRoom, type Pledges, pledges } from "./Claim.ts"

export type { Claim }

export interface BudgetTree {
  readonly accounts: Map<AgentPath, Account>
  /** First come, first served. */
  queue: Array<Claim>
  /** What is set aside for the queue; undefined when something has changed since it was counted. */
  pledged: Pledges | undefined
}

export interface Child {
  readonly path: AgentPath
  readonly name: string
  readonly limit: Amounts
  readonly guarantee: Amounts
}

/** What was used in an account, without those below it, before the ledger was made. */
export interface Former {
  readonly path: AgentPath
  readonly parent: AgentPath
  readonly name: string
  readonly used: AllAmounts
  /** The part of it that was billed beyond reservations: with any, the account stays closed. */
  readonly overdraft: AllAmounts
}

/** With accounts that have ended, as those before left them; each stands behind its parent. */
export const make = (root: AgentPath, limits: Amounts, formers: ReadonlyArray<Former> = []): BudgetTree => {
  const accounts = new Map([[root, makeAccount(root, "root", undefined, limits)]])
  const tree: BudgetTree = { accounts, queue: [], pledged: undefined }
  for (const former of formers) restore(tree, former)
  return tree
}

/**
 * Adds a child account, or opens one again that has ended and keeps what it used: its guarantee counts from there.
 * Returns the room that its guarantee would have to fit in if it does not.
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
  const guarantees = perUnit((unit) => {
    const wanted = child.guarantee[unit] ?? 0
    const from = wanted === 0 ? 0 : account.pools[unit].committed
    return Math.min(from + wanted, limits[unit] ?? Number.POSITIVE_INFINITY)
  })
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
  const taken = pledgesOf(tree)
  if (answered(claim, taken)) {
    if (claim.state._tag === "Held") tree.pledged = undefined
  } else {
    taken.keep(claim)
    tree.queue.push(claim)
  }
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
    tree.pledged = undefined
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
  const taken = pledgesOf(tree)
  return roomIn(account, unit, (each) => taken.of(each, unit))
}

// internal

const waiting = { _tag: "Waiting" } as const
const returned = { _tag: "Returned" } as const

const restore = (tree: BudgetTree, { name, overdraft, parent, path, used }: Former): void => {
  const above = tree.accounts.get(parent)
  if (above === undefined) throw new Error(`the budget node ${path} stands below ${parent}, which there is none of`)
  const account = makeAccount(path, name, above, {})
  tree.accounts.set(path, account)
  above.children.push(account)
  account.state = budgetUnits.some((unit) => overdraft[unit] > 0) ? "overdrawn" : "ended"
  move(account, used, nothing)
  for (const unit of budgetUnits) for (const each of chain(account)) each.pools[unit].overdraft += overdraft[unit]
}

const forget = (account: Account): void => {
  for (const unit of budgetUnits) if (account.pools[unit].guarantee > 0) setGuarantee(account, unit, 0)
}

const committed = (account: Account, unit: BudgetUnit): number => account.pools[unit].committed

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)

const pledgesOf = (tree: BudgetTree): Pledges => {
  tree.pledged ??= pledges(tree.queue)
  return tree.pledged
}

/** Goes through the queue once. Whoever hears of it may ask again at once, so the tree is in order before that. */
const serve = (tree: BudgetTree): void => {
  tree.pledged = undefined
  if (tree.queue.length === 0) return
  const taken = pledges()
  const stillWaiting: Array<Claim> = []
  const done: Array<Claim> = []
  for (const claim of tree.queue) {
    if (answered(claim, taken)) done.push(claim)
    else {
      taken.keep(claim)
      stillWaiting.push(claim)
    }
  }
  tree.queue = stillWaiting
  for (const claim of done) claim.notify()
}
