/**
 * What a run has used by its record, as the ledger of its next process begins with it. A request whose end is not on
 * record counts with its whole reserve, as it may have been billed; so used + reserved <= limit holds from the first
 * moment on. Pure.
 */
import { closingOutput } from "../../agent/Allowance.ts"
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
    return { path, parent, name, used, overdraft: overdraft(agent) }
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

/**
 * What was billed beyond what was held. That a closing answer was held besides a request is not on record: it is taken
 * for held wherever a turn could follow.
 */
const overdraft = ({ events, result }: AgentPast): AllAmounts => {
  let [tokens, held] = [0, 0]
  for (const { body, type } of events) {
    if (type === "TurnRequested") {
      const reserved = figure(body, "reserved")
      held = isTrue(body, "closing") ? reserved : 2 * reserved + closingOutput
    }
    if (type === "TurnCompleted") tokens += Math.max(0, figure(body, "charged") - held)
  }
  return { ...nothing, tokens: Math.max(tokens, result?.overdraft ?? 0) }
}

const at = (body: JournalEvent["body"], key: string): unknown =>
  typeof body === "object" && body !== null ? Reflect.get(body, key) : undefined

const figure = (body: unknown, key: string): number => {
  const found = at(body, key)
  return typeof found === "number" ? found : 0
}

const isTrue = (body: unknown, key: string): boolean => at(body, key) === true
