/**
 * The ledger of a run: a tree of accounts and a queue of requests. Plain objects and synchronous functions, so that each
 * operation is atomic between fibers; `Budget` makes effects of them.
 *
 * 1. committed <= limit + overdraft in every account; so used + reserved <= limit, unless more was billed than reserved.
 * 2. A request is held in its account and all above it, or nowhere.
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
  setGuarantee
} from "./Account.ts"

/** A request and what became of it. */
export interface Claim {
  readonly account: Account
  /** What it asks for or, once it is held, what it holds. */
  amount: number
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
  readonly limit: number | undefined
  readonly guarantee: number
}

export const make = (root: AgentPath, limit: number | undefined): BudgetTree => ({
  accounts: new Map([[root, makeAccount(root, "root", undefined, limit)]]),
  queue: []
})

/**
 * Adds a child account, or opens one again that has ended and keeps what it used. Returns the room that its guarantee
 * would have to fit in if it does not.
 */
export const carve = (tree: BudgetTree, parent: Account, child: Child): Room | undefined => {
  const limit = least(child.limit, parent.limit)
  const guarantee = Math.min(child.guarantee, limit ?? child.guarantee)
  const former = tree.accounts.get(child.path)
  if (former !== undefined && (former.state === "open" || former.parent !== parent)) {
    throw new Error(`the budget node ${child.path} is already open, or belongs to another parent`)
  }
  const closed = closedAt(parent) ?? (former?.state === "overdrawn" ? former : undefined)
  if (closed !== undefined) return { account: closed, available: 0 }
  const account = former ?? makeAccount(child.path, child.name, parent, limit)
  const room = roomIn(parent, committed)
  if (guarantee - account.committed > room.available) return room
  if (former === undefined) {
    tree.accounts.set(child.path, account)
    parent.children.push(account)
  }
  account.state = "open"
  account.limit = limit === undefined ? undefined : Math.max(limit, account.committed)
  setGuarantee(account, guarantee)
  serve(tree)
  return undefined
}

/** Closes an account: nothing more is reserved in it, and what is left of its guarantee is everybody's again. */
export const end = (tree: BudgetTree, account: Account): void => {
  if (account.state === "open") account.state = "ended"
  setGuarantee(account, 0)
  serve(tree)
}

/** Asks for an amount; the claim is held, refused or waiting when this returns. */
export const request = (tree: BudgetTree, account: Account, amount: number): Claim => {
  const claim: Claim = { account, amount, state: waiting, notify: () => {} }
  tree.queue = [...tree.queue, claim]
  serve(tree)
  return claim
}

/**
 * Charges what was really used. The rest goes back, but for `keep` of it: with a `keep`, the claim stays held. More than
 * was held overdraws the account and closes it.
 */
export const settle = (tree: BudgetTree, claim: Claim, actual: number, keep?: number): void => {
  if (claim.state._tag !== "Held") return
  const { account, amount } = claim
  const kept = Math.max(0, Math.min(keep ?? 0, amount - actual))
  claim.amount = kept
  if (keep === undefined) claim.state = returned
  move(account, actual, kept - amount)
  if (actual > amount) {
    for (const each of chain(account)) each.overdraft += actual - amount
    account.state = "overdrawn"
    setGuarantee(account, 0)
  }
  serve(tree)
}

/** Changes what a held claim holds. False, and no change, when that is more than can be had now. */
export const resize = (tree: BudgetTree, claim: Claim, amount: number): boolean => {
  const more = amount - claim.amount
  if (claim.state._tag !== "Held" || (more > 0 && more > available(tree, claim.account))) return false
  claim.amount = amount
  move(claim.account, 0, more)
  serve(tree)
  return true
}

/** Gives all of a claim back, or withdraws it if it still waits. */
export const release = (tree: BudgetTree, claim: Claim): void => {
  if (claim.state._tag === "Held") settle(tree, claim, 0)
  if (claim.state._tag !== "Waiting") return
  claim.state = returned
  tree.queue = tree.queue.filter((other) => other !== claim)
  serve(tree)
}

/** Sets the limit, at most the parent's. Returns what is taken or promised if that is more. */
export const setLimit = (tree: BudgetTree, account: Account, limit: number): Room | undefined => {
  const capped = least(limit, account.parent?.limit) ?? limit
  if (capped < account.committed) return { account, available: account.committed }
  account.limit = capped
  if (account.guarantee > capped) setGuarantee(account, capped)
  serve(tree)
  return undefined
}

/** Sets the guarantee, at most the account's limit. Returns the room above it if that is less. */
export const guarantee = (tree: BudgetTree, account: Account, amount: number): Room | undefined => {
  const closed = closedAt(account)
  if (closed !== undefined) return { account: closed, available: 0 }
  const capped = Math.min(amount, account.limit ?? amount)
  if (account.parent !== undefined) {
    const room = roomIn(account.parent, committed)
    if (capped - claimOf(account, account.committed) > room.available) return room
    setGuarantee(account, capped)
    serve(tree)
  }
  return undefined
}

/** Divides what is left in an account evenly into guarantees of its open children, each within its own limit. */
export const rebalance = (tree: BudgetTree, parent: Account): void => {
  const open = parent.children.filter((child) => child.state === "open")
  if (!Number.isFinite(available(tree, parent))) return
  for (const child of open) setGuarantee(child, 0)
  let left = available(tree, parent)
  const most = (child: Account) => (child.limit ?? Number.POSITIVE_INFINITY) - child.committed
  for (const [index, child] of open.toSorted((a, b) => most(a) - most(b)).entries()) {
    const share = Math.min(most(child), Math.floor(left / (open.length - index)))
    left -= share
    setGuarantee(child, child.committed + share)
  }
  serve(tree)
}

/** What a request would get at once, behind those that wait. Infinity where no limit stands in its way. */
export const available = (tree: BudgetTree, account: Account): number => {
  if (closedAt(account) !== undefined) return 0
  const taken = pledges(tree.queue)
  return roomIn(account, taken.of).available
}

// internal

const waiting = { _tag: "Waiting" } as const
const held = { _tag: "Held" } as const
const returned = { _tag: "Returned" } as const

const committed = (account: Account): number => account.committed

const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)

/** Keeps for waiting claims what they wait for, so that what comes after them counts it as taken (3). */
const pledges = (claims: Iterable<Claim> = []) => {
  const kept = new Map<Account, number>()
  const of = (account: Account): number => account.committed + (kept.get(account) ?? 0)
  const keep = ({ account, amount }: Claim): void => {
    let change = amount
    for (const each of chain(account)) {
      const before = claimOf(each, of(each))
      kept.set(each, (kept.get(each) ?? 0) + change)
      change = claimOf(each, of(each)) - before
    }
  }
  for (const claim of claims) keep(claim)
  return { of, keep }
}

/** Why an amount cannot be had even with all leases returned; undefined if it can. */
const obstacle = ({ account, amount }: Claim): Room | undefined => {
  const closed = closedAt(account)
  if (closed !== undefined) return { account: closed, available: 0 }
  const room = roomIn(account, (each) => each.firm)
  return amount > room.available ? room : undefined
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
    else if (claim.amount <= roomIn(claim.account, taken.of).available) {
      move(claim.account, 0, claim.amount)
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
