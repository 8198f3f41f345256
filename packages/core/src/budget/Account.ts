/**
 * One node of a budget: for each unit its limit, what was used and reserved in it and below it, and what is promised to
 * it. Holds the arithmetic of the ledger; `BudgetTree` holds the order of events.
 *
 *   committed = own used + own reserved + sum over children of max(guarantee, committed)
 *   firm      = the same as if nothing were reserved: what stays taken once all leases are returned
 */
import type { AgentPath } from "../domain/Ids.ts"
import { type AllAmounts, type Amounts, type BudgetUnit, budgetUnits, perUnit } from "./Amounts.ts"

/** The figures of one unit. */
export interface Pool {
  limit: number | undefined
  /** What no other child of the parent can take, counted from this account's first amount; 0 once it is closed. */
  guarantee: number
  used: number
  reserved: number
  committed: number
  firm: number
  /** What was billed beyond reservations; a part of `used`. */
  overdraft: number
}

export interface Account {
  readonly path: AgentPath
  readonly name: string
  readonly parent: Account | undefined
  readonly children: Array<Account>
  readonly pools: { readonly [unit in BudgetUnit]: Pool }
  /** Only an open account below open ones reserves; an overdrawn one never opens again. */
  state: "open" | "ended" | "overdrawn"
}

/** The account that leaves the least room of a unit, and the room. */
export interface Room {
  readonly account: Account
  readonly unit: BudgetUnit
  readonly available: number
}

export const make = (path: AgentPath, name: string, parent: Account | undefined, limits: Amounts): Account => ({
  path,
  name,
  parent,
  children: [],
  pools: perUnit((unit) => ({
    limit: limits[unit],
    guarantee: 0,
    used: 0,
    reserved: 0,
    committed: 0,
    firm: 0,
    overdraft: 0
  })),
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
export const move = (account: Account, used: Amounts, reserved: Amounts): void => {
  for (const unit of budgetUnits) {
    const [more, held] = [used[unit] ?? 0, reserved[unit] ?? 0]
    if (more === 0 && held === 0) continue
    for (let each: Account | undefined = account; each !== undefined; each = each.parent) {
      each.pools[unit].used += more
      each.pools[unit].reserved += held
    }
    shift(account, unit, "committed", more + held)
    shift(account, unit, "firm", more)
  }
}

export const setGuarantee = (account: Account, unit: BudgetUnit, guarantee: number): void => {
  const pool = account.pools[unit]
  const [committed, firm] = [claimOf(pool, pool.committed), claimOf(pool, pool.firm)]
  pool.guarantee = guarantee
  shift(account.parent, unit, "committed", claimOf(pool, pool.committed) - committed)
  shift(account.parent, unit, "firm", claimOf(pool, pool.firm) - firm)
}

/** The part of a figure that is not of an account below. */
export const own = ({ children, pools }: Account, unit: BudgetUnit, field: "used" | "reserved" | "overdraft"): number =>
  children.reduce((rest, child) => rest - child.pools[unit][field], pools[unit][field])

/** What an account takes of its parent when so much is taken in it. */
export const claimOf = (pool: Pool, taken: number): number => Math.max(pool.guarantee, taken)

/**
 * How much more of a unit could be taken in an account if in each of its chain `taken` were gone. What a guarantee still
 * covers costs the accounts above nothing: they have set it aside.
 */
export const roomIn = (account: Account, unit: BudgetUnit, taken: (account: Account) => number): Room => {
  let narrowest = account
  let available = Number.POSITIVE_INFINITY
  let covered = 0
  for (let each: Account | undefined = account; each !== undefined; each = each.parent) {
    const { guarantee, limit } = each.pools[unit]
    const gone = taken(each)
    const room = covered + (limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limit - gone))
    // Of equally narrow ones the highest: more for one below it would not help.
    if (room <= available) {
      available = room
      narrowest = each
    }
    covered += Math.max(0, guarantee - gone)
  }
  return { account: narrowest, unit, available }
}

/**
 * What could be had in an account once all others have ended: what it and those above it hold themselves stays held, as
 * they wait for who asks.
 */
export const roomAtLast = (account: Account, unit: BudgetUnit): Room => {
  const closed = closedAt(account)
  if (closed !== undefined) return { account: closed, unit, available: 0 }
  let narrowest: Room = { account, unit, available: Number.POSITIVE_INFINITY }
  let held = 0
  for (const each of chain(account)) {
    held += own(each, unit, "reserved")
    const { limit, used } = each.pools[unit]
    const available = limit === undefined ? Number.POSITIVE_INFINITY : Math.max(0, limit - used - held)
    if (available <= narrowest.available) narrowest = { account: each, unit, available }
  }
  return narrowest
}

/** The first unit of `wanted` for which there is less room, if any. */
export const shortage = (
  account: Account,
  wanted: Amounts,
  taken: (account: Account, unit: BudgetUnit) => number
): Room | undefined => {
  for (const unit of budgetUnits) {
    const amount = wanted[unit] ?? 0
    if (amount === 0) continue
    const room = roomIn(account, unit, (each) => taken(each, unit))
    if (amount > room.available) return room
  }
  return undefined
}

/** `a + factor * b` in every unit. */
export const plus = (a: Amounts, b: Amounts, factor = 1): AllAmounts =>
  perUnit((unit) => (a[unit] ?? 0) + factor * (b[unit] ?? 0))

// internal

const shift = (account: Account | undefined, unit: BudgetUnit, field: "committed" | "firm", amount: number): void => {
  let change = amount
  for (let each = account; each !== undefined && change !== 0; each = each.parent) {
    const pool = each.pools[unit]
    const before = claimOf(pool, pool[field])
    pool[field] += change
    change = claimOf(pool, pool[field]) - before
  }
}
