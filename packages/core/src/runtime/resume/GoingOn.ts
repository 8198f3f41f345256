/**
 * Which agents of a run go on when it is taken up again. Pure.
 *
 * 1. A named agent goes on unless it is complete; one that was started, where the one that started it goes on and does
 *    not know of its end, unless it is complete. All others keep their results.
 * 2. One that was closed at a limit goes on only where there is now what it lacked.
 * 3. One to whom the user has said something goes on in every case, with all those above it: they are told of it again.
 */
import type { AgentResult } from "../../agent/AgentResult.ts"
import { type Amounts, type BudgetUnit, budgetUnits } from "../../budget/Amounts.ts"
import { type AgentPath, rootPath } from "../../domain/Ids.ts"
import { isNothing, type More, raised } from "./LimitsNow.ts"
import type { AgentPast } from "./RunPast.ts"

export interface Situation {
  readonly agents: ReadonlyMap<AgentPath, AgentPast>
  /** Of each agent, without `more`. */
  readonly limits: ReadonlyMap<AgentPath, Amounts>
  readonly total: Amounts
  /** In a node and all below it. */
  readonly used: (path: AgentPath) => Amounts
  /** The limit of an agent's turns, with `more`. */
  readonly turns: (path: AgentPath) => number
  /** What comes to the limits of the run, and of each agent that goes on. */
  readonly more: More
  /** Agents to whom the user has said what they have not read. */
  readonly said: ReadonlySet<AgentPath>
}

export interface GoesOn {
  /** It was closed or done, and may do more than then. */
  readonly revived: boolean
}

export interface GoingOn {
  /** Each before those that it started; empty where nothing is left to do. */
  readonly agents: ReadonlyMap<AgentPath, GoesOn>
  /** What those lack that stay closed at a limit, added up; of turns, the limit that they would have to have. */
  readonly lacking: Readonly<Partial<Record<BudgetUnit | "turns", number>>>
}

export const goingOn = (situation: Situation): GoingOn => {
  const { agents, more, said } = situation
  const going = new Map<AgentPath, GoesOn>()
  const lacking: Partial<Record<BudgetUnit | "turns", number>> = {}
  // Above those to whom something was said.
  const addressed = new Set([...said].flatMap((path) => lineOf(path, agents)))
  for (const agent of agents.values()) {
    const { parent, path, result, spawned } = agent
    const isOpen = spawned === null || (going.has(parent) && agents.get(parent)?.told.has(path) !== true)
    const lack = isOpen && result !== null ? lackOf(situation, agent, result) : null
    if (lack !== null) {
      const { amount, unit } = lack
      lacking[unit] = unit === "turns" ? Math.max(lacking[unit] ?? 0, amount) : (lacking[unit] ?? 0) + amount
    }
    const isUnfinished = isOpen && (result === null || (result.status !== "completed" && lack === null))
    if (!isUnfinished && !addressed.has(path)) continue
    const revived = addressed.has(path) || !isNothing(more) || result?.status === "paused"
    going.set(path, { revived })
  }
  return { agents: going, lacking }
}

// internal

const lineOf = (path: AgentPath, agents: ReadonlyMap<AgentPath, AgentPast>): ReadonlyArray<AgentPath> => {
  const line: Array<AgentPath> = []
  for (let agent = agents.get(path); agent !== undefined; agent = agents.get(agent.parent)) line.push(agent.path)
  return line
}

/** What an agent that was closed at a limit still lacks; null where there is enough now, or it ended for another reason. */
const lackOf = (situation: Situation, { parent, path }: AgentPast, { error, status }: AgentResult) => {
  if (status !== "paused" || error === null) return null
  if (error.tag === "TurnLimitReached") {
    const turns = numberAt(error, "turns")
    return situation.turns(path) > turns ? null : ({ unit: "turns", amount: turns + 1 } as const)
  }
  const unit = budgetUnits.find((each) => each === error.unit)
  if (unit === undefined) return null
  // Billed beyond what was held: whatever came would not open it.
  if (error.closed === "overdrawn") return { unit, amount: 0 }
  const asked = numberAt(error, "asked")
  const room = roomOf(situation, situation.limits.has(path) ? path : parent, unit)
  return room >= asked ? null : { unit, amount: asked - room }
}

/** The least that is left in a node and those above it, with what comes. */
const roomOf = ({ agents, limits, more, total, used }: Situation, path: AgentPath, unit: BudgetUnit): number => {
  const left = (node: AgentPath, limit: Amounts): number => {
    const most = raised(limit, more)[unit]
    return most === undefined ? Number.POSITIVE_INFINITY : most - (used(node)[unit] ?? 0)
  }
  return Math.min(left(rootPath, total), ...lineOf(path, agents).map((each) => left(each, limits.get(each) ?? {})))
}

const numberAt = (error: Readonly<Record<string, unknown>>, key: string): number => {
  const found = error[key]
  return typeof found === "number" ? found : 0
}
