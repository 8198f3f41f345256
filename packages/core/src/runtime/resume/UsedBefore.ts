/**
 * What a run has used by its record, as the ledger of its next process begins with it. A request whose end is not on
 * record counts with its whole reserve, as it may have been billed; so used + reserved <= limit holds from the first
 * moment on. Pure.
 */
import { type Cost, closingOutput, costOfCall, sum } from "../../agent/Allowance.ts"
import { type Past, reserveOf } from "../../agent/Past.ts"
import { perUnit } from "../../budget/Amounts.ts"
import type { AllAmounts, BudgetUnit, Former } from "../../budget/Budget.ts"
import type { AgentPath } from "../../domain/Ids.ts"
import type { Price } from "../../domain/Price.ts"
import type { JournalEvent } from "../../journal/Journal.ts"
import type { Member } from "./Family.ts"
import type { AgentPast } from "./RunPast.ts"

export interface UsedBefore {
  /** A node for each agent, behind that of the one that started it. */
  readonly nodes: ReadonlyArray<Former>
  /** In a node and all below it; the root's is the run's. */
  readonly of: (path: AgentPath) => AllAmounts
}

export interface Known extends Member {
  /** Of its model; null where it is not known. */
  readonly price: Price | null
}

/** `agents` are all of the run, each behind the one that started it. */
export const usedBefore = (agents: ReadonlyArray<Known>): UsedBefore => {
  const started = new Map<AgentPath, number>()
  for (const { agent } of agents) {
    if (agent.spawned !== null) started.set(agent.parent, (started.get(agent.parent) ?? 0) + 1)
  }
  const nodes = agents.map(({ agent, past, place, price }): Former => {
    const { parent, path } = agent
    const { name } = place.request.definition
    const used = { ...spent(past, price), agents: started.get(path) ?? 0 }
    return { path, parent, name, used, overdraft: overdraft(agent, price) }
  })
  const sums = new Map<AgentPath, AllAmounts>()
  for (const { parent, path, used } of nodes.toReversed()) {
    const whole = added(sums.get(path), used)
    sums.set(path, whole)
    sums.set(parent, added(sums.get(parent), whole))
  }
  return { nodes, of: (path) => sums.get(path) ?? nothing }
}

// internal

const nothing = perUnit(() => 0)

const added = (a: AllAmounts = nothing, b: AllAmounts): AllAmounts => perUnit((unit: BudgetUnit) => a[unit] + b[unit])

const spent = (past: Past | null, price: Price | null): AllAmounts => {
  if (past === null) return nothing
  const { calls, nanoUsd, tokens } = past.used
  const reserve = past.unsettled === null ? nothing : reserveOf(price, past.unsettled)
  return { tokens: tokens + reserve.tokens, nanoUsd: nanoUsd + reserve.nanoUsd, calls, agents: 0 }
}

/** What was billed beyond what was held: as the agent's end has it, or by its requests. */
const overdraft = ({ events, result }: AgentPast, price: Price | null): AllAmounts => {
  let [tokens, nanoUsd, held] = [0, 0, unlimited]
  for (const { body, type } of events) {
    if (type === "TurnRequested") held = heldFor(body, price)
    if (type !== "TurnCompleted") continue
    tokens += Math.max(0, figure(body, "charged") - held.tokens)
    nanoUsd += Math.max(0, figure(body, "nanoUsd") - held.nanoUsd)
  }
  return {
    ...nothing,
    tokens: Math.max(tokens, result?.overdraft ?? 0),
    nanoUsd: Math.max(nanoUsd, result?.overdraftNanoUsd ?? 0)
  }
}

const unlimited: Cost = { tokens: Number.POSITIVE_INFINITY, nanoUsd: Number.POSITIVE_INFINITY }

/**
 * That a closing answer was held besides a request is not on record: it is taken for held, but where the budget had no
 * room for it. What it was held at in money only the price of then tells.
 */
const heldFor = (body: JournalEvent["body"], price: Price | null): Cost => {
  const [tokens, output] = [figure(body, "reserved"), figure(body, "maxOutputTokens")]
  const nanoUsd = figure(body, "reservedNanoUsd", Number.POSITIVE_INFINITY)
  const reserved = { tokens, nanoUsd }
  if (isTrue(body, "closing") && (at(body, "why") ?? "budget") === "budget") return reserved
  const isPriceOfThen = costOfCall(price, tokens - output, output).nanoUsd === nanoUsd
  const both = sum(reserved, costOfCall(price, tokens, closingOutput))
  return isPriceOfThen ? both : { ...both, nanoUsd: Number.POSITIVE_INFINITY }
}

const at = (body: JournalEvent["body"], key: string): unknown =>
  typeof body === "object" && body !== null ? Reflect.get(body, key) : undefined

const figure = (body: unknown, key: string, otherwise = 0): number => {
  const found = at(body, key)
  return typeof found === "number" ? found : otherwise
}

const isTrue = (body: unknown, key: string): boolean => at(body, key) === true
