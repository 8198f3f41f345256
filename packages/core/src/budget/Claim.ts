/**
 * A request for a part of a budget, whether it can be answered, and what is set aside for those that cannot. Plain objects
 * and synchronous functions; `BudgetTree` says when they are looked at.
 */
import { type Account, claimOf, closedAt, move, type Room, shortage } from "./Account.ts"
import { type AllAmounts, type Amounts, type BudgetUnit, budgetUnits, nothing } from "./Amounts.ts"

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

/** Keeps for waiting claims what they wait for, so that what comes after them counts it as taken (invariant 3 of the tree). */
export interface Pledges {
  readonly of: (account: Account, unit: BudgetUnit) => number
  readonly keep: (claim: Claim) => void
}

export const pledges = (claims: ReadonlyArray<Claim> = []): Pledges => {
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

/** Whether a waiting claim has its answer now: it is held, or never can be. */
export const answered = (claim: Claim, taken: Pledges): boolean => {
  const room = obstacle(claim)
  if (room !== undefined) claim.state = { _tag: "Refused", room }
  else if (shortage(claim.account, claim.amount, taken.of) === undefined) {
    move(claim.account, nothing, claim.amount)
    claim.state = held
  } else return false
  return true
}

/** A closed account has nothing of any unit; the first that was asked for is named. */
export const noRoom = (account: Account, asked: Amounts): Room => ({
  account,
  unit: budgetUnits.find((unit) => (asked[unit] ?? 0) > 0) ?? "tokens",
  available: 0
})

// internal

const held = { _tag: "Held" } as const

/** Why an amount cannot be had even with all leases returned; undefined if it can. */
const obstacle = ({ account, amount }: Claim): Room | undefined => {
  const closed = closedAt(account)
  if (closed !== undefined) return noRoom(closed, amount)
  return shortage(account, amount, (each, unit) => each.pools[unit].firm)
}
