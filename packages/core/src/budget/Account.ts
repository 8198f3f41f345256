/**
 * One node of a budget: its limit, what was used and reserved in it and below it, and what is promised to it. Holds the
 * arithmetic of the ledger; `BudgetTree` holds the order of events.
 *
 *   committed = own used + own reserved + sum over children of max(guarantee, committed)
 *   firm      = the same as if nothing were reserved: what stays taken once all leases are returned
 */
import type { AgentPath } from "../domain/Ids.ts"

export interface Account {
  readonly path: AgentPath
  readonly name: string
  readonly parent: Account | undefined
  readonly children: Array<Account>
  limit: number | undefined
  /** What no other child of the parent can take, counted from this account's first token; 0 once it is closed. */
  guarantee: number
  used: number
  reserved: number
  committed: number
  firm: number
  /** What was billed beyond reservations; a part of `used`. */
  overdraft: number
  /** Only an open account below open ones reserves; an overdrawn one never opens again. */
  state: "open" | "ended" | "overdrawn"
}

/** The account that leaves the least room, and the room. */
export interface Room {
  readonly account: Account
  readonly available: number
}

export const make = (
  path: AgentPath,
  name: string,
  parent: Account | undefined,
  limit: number | undefined
): Account => ({
  path,
  name,
  parent,
  children: [],
  limit,
  guarantee: 0,
  used: 0,
  reserved: 0,
  committed: 0,
  firm: 0,
  overdraft: 0,
  state: "open"
})

/** The account and its ancestors, upwards. */
export function* chain(account: Account): Generator<Account> {
  for (let each: Account | undefined = account; each !== undefined; each = each.parent) yield each
}

/** The lowest account of the chain that is not open. */
export const closedAt = (account: Account): Account | undefined => {
  for (const each of chain(account)) if (each.state !== "open") return each
  return undefined
}

/** Adds to what is used and reserved in an account and all above it. */
export const move = (account: Account, used: number, reserved: number): void => {
  for (const each of chain(account)) {
    each.used += used
    each.reserved += reserved
  }
  shift(account, "committed", used + reserved)
  shift(account, "firm", used)
}

export const setGuarantee = (account: Account, guarantee: number): void => {
  const [committed, firm] = [claimOf(account, account.committed), claimOf(account, account.firm)]
  account.guarantee = guarantee
  shift(account.parent, "committed", claimOf(account, account.committed) - committed)
  shift(account.parent, "firm", claimOf(account, account.firm) - firm)
}

/** What an account takes of its parent when so much is taken in it. */
export const claimOf = (account: Account, taken: number): number => Math.max(account.guarantee, taken)

/**
 * How much more could be taken in an account if in each of its chain `taken` were gone. What a guarantee still covers
 * costs the accounts above nothing: they have set it aside.
 */
export const roomIn = (account: Account, taken: (account: Account) => number): Room => {
  let narrowest: Room = { account, available: Number.POSITIVE_INFINITY }
  let covered = 0
  for (const each of chain(account)) {
    const gone = taken(each)
    const available = covered + (each.limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, each.limit - gone))
    if (available < narrowest.available) narrowest = { account: each, available }
    covered += Math.max(0, each.guarantee - gone)
  }
  return narrowest
}

// internal

const shift = (account: Account | undefined, field: "committed" | "firm", amount: number): void => {
  let change = amount
  for (let each = account; each !== undefined && change !== 0; each = each.parent) {
    const before = claimOf(each, each[field])
    each[field] += change
    change = claimOf(each, each[field]) - before
  }
}
