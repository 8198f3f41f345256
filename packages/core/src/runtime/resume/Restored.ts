/**
 * A run as it goes on from its record: what was asked for with the limits of now, what was used, and each agent at the
 * place where it stood. Pure.
 *
 * 1. What is known of an agent is what its events say: its past, messages that it has not read, children whose end it
 *    was not told of, calls that have started somebody or sent something.
 * 2. A named agent keeps the part of the budget that it was promised and has not used, and gets an even part of what
 *    comes. One that was started and has begun takes what its parent leaves.
 */
import * as Result from "effect/Result"
import { type Amounts, type BudgetUnit, budgetUnits, perUnit } from "../../budget/Amounts.ts"
import type { Former } from "../../budget/Budget.ts"
import type { AgentDefinition } from "../../definition/AgentDefinition.ts"
import { type AgentPath, isNamed, type RunId, rootPath } from "../../domain/Ids.ts"
import type { LimitValues } from "../../domain/Limits.ts"
import type { Price } from "../../domain/Price.ts"
import { isUnmerged } from "../ground/Unmerged.ts"
import type { Entrant } from "../plan/Entrant.ts"
import { turnsOf } from "../plan/Prepare.ts"
import { requestOf } from "../RecordedRequest.ts"
import type { Said } from "../RunEvent.ts"
import type { RunRequest } from "../RunRequest.ts"
import { elsewhere } from "./Elsewhere.ts"
import { copiesOf, type Family, familyOf, type Member } from "./Family.ts"
import { type GoingOn, goingOn } from "./GoingOn.ts"
import { idOf, lastLetter, lettersFor, type Mail } from "./Letters.ts"
import { type More, type Raise, raisedAgents, raisedWhole, withNewBounds } from "./LimitsNow.ts"
import { NotResumable, type NotResumableReason } from "./NotResumable.ts"
import type { RunPast } from "./RunPast.ts"
import { deadlineOf, inMoreTime } from "./TimeNow.ts"
import { type UsedBefore, usedBefore } from "./UsedBefore.ts"

export interface Restored {
  readonly request: RunRequest
  readonly total: Amounts
  /** Those that the run was started with, in the order asked. */
  readonly agents: ReadonlyArray<Entrant>
  /** Who goes on, each before those that it started. */
  readonly going: ReadonlyArray<AgentPath>
  /** What the ledger begins with. */
  readonly used: ReadonlyArray<Former>
  /** Until now, in milliseconds. */
  readonly workedMs: number
  /** From now on; null without a limit. */
  readonly deadlineMs: number | null
  /** How many agents of a name there have been. */
  readonly copies: ReadonlyMap<string, number>
  /** The number of the last message. */
  readonly letters: number
  readonly limited: ReadonlySet<"agents" | "depth">
  /** What comes to the limits; not on record yet. */
  readonly more: More
  /** What the user says now; likewise. */
  readonly said: ReadonlyArray<typeof Said.Type>
}

/** What besides the record decides how a run goes on. */
export interface Around {
  /** Of started agents, by the hashes that the record names. */
  readonly definitions: ReadonlyMap<string, AgentDefinition>
  readonly provider: string
  /** By the provider's name for it; the run's model where none is named. */
  readonly modelOf: (name: string | undefined) => string
  readonly price: (model: string) => Price | null
  /** The environment of the checks. */
  readonly environment: Readonly<Record<string, string>>
  /** What comes to the limits of the run, and of each agent that goes on. */
  readonly more: More
  /** What the user says to an agent; to the first named one where nobody is named. */
  readonly say: ReadonlyArray<Saying>
}

export interface Saying {
  readonly to: AgentPath | null
  readonly text: string
  /** By an order of another process. */
  readonly order?: number
}

/** Fails with why the run cannot go on. */
export const restored = (
  run: RunId,
  past: RunPast,
  { more: given, ...surroundings }: Around
): Result.Result<Restored, NotResumable> => {
  const around: Around = { ...surroundings, more: positive(given) }
  const refuse = (reason: NotResumableReason) => Result.fail(new NotResumable({ run, reason }))
  const { started, unreadable } = past
  if (unreadable !== null && (started !== null || unreadable.type === "Started")) {
    return refuse({ _tag: "Unreadable", ...unreadable })
  }
  if (started?.request === undefined) return refuse({ _tag: "NoRequest" })
  const asked = requestOf(started.request, started.workspace, around.environment)
  const family = familyOf(past, asked, around.definitions)
  if (Result.isFailure(family)) {
    const { path, seq, type } = family.failure
    return refuse({ _tag: "Unreadable", path, seq, type })
  }
  const { members, total } = family.success
  const said = saidNow(past, [...members.keys()], around.say)
  const unknown = said.find(({ to }) => !members.has(to))
  if (unknown !== undefined) {
    return refuse({ _tag: "NoSuchAgent", path: unknown.to, known: [...members.keys()] })
  }
  const used = usedBefore([...members.values()].map((member) => ({ ...member, price: priceOf(member, around) })))
  const mail: Mail = { agents: past.agents, said: [...past.said, ...said] }
  const request = withNewBounds(asked, [...past.resumed, { agents: [], more: around.more }])
  const going = goingOn({
    agents: past.agents,
    limits: raisedAgents(limitsOf(members), past.resumed),
    total: raisedWhole(total, past.resumed),
    used: used.of,
    turns: (path) => turnsOf(request, members.get(path)?.place.request),
    more: around.more,
    said: new Set(mail.said.filter(({ id, to }) => past.agents.get(to)?.heard.has(id) === false).map(({ to }) => to))
  })
  if (going.agents.size === 0 && hasEnded(past)) {
    const isComplete = [...members.values()].every(
      ({ agent }) => !isNamed(agent.path) || agent.result?.status === "completed"
    )
    return refuse(isComplete ? { _tag: "Completed" } : { _tag: "AtLimit", lacking: going.lacking })
  }
  const raises = [...past.resumed, { agents: [...going.agents.keys()], more: around.more }]
  return Result.succeed({
    request,
    total: raisedWhole(total, raises),
    agents: agentsOf(family.success, { past, around, going, raises, used, mail }),
    going: [...going.agents.keys()],
    used: used.nodes,
    workedMs: past.workedMs,
    deadlineMs: deadlineOf(past, request, around.more),
    copies: copiesOf(Array.from(members.values(), ({ place }) => place)),
    letters: lastLetter(mail),
    limited: past.limited,
    more: around.more,
    said
  })
}

// internal

/**
 * Of a run of which no agent goes on: whether it came to its own end as well. One that was cut between that of its last
 * agent and its own did not, nor one of which something is still to be merged.
 */
const hasEnded = ({ agents, merges, status }: RunPast): boolean => {
  // No agent was cancelled or has failed, or it would go on: that was what comes after them.
  if (status === null || status === "cancelled" || status === "failed") return false
  return !isUnmerged(
    merges,
    [...agents.values()].flatMap(({ result }) => result ?? [])
  )
}

const positive = (more: More): More =>
  Object.fromEntries(Object.entries(more).filter(([, amount]) => amount !== undefined && amount > 0))

const limitsOf = (members: Family["members"]): ReadonlyMap<AgentPath, Amounts> =>
  new Map(Array.from(members, ([path, { place }]) => [path, place.limit]))

/** Of the model that it asks now: what of its requests is not settled yet is charged by that. */
const priceOf = ({ place }: Member, { modelOf, price }: Around): Price | null => price(modelOf(place.request.model))

const saidNow = (past: RunPast, paths: ReadonlyArray<AgentPath>, say: Around["say"]) => {
  const before = lastLetter(past)
  const done = new Set(past.said.map(({ order }) => order))
  // Its process was killed before it had taken the order.
  const due = say.filter(({ order }) => order === undefined || !done.has(order))
  return due.map(({ to, ...saying }, index): typeof Said.Type => ({
    ...saying,
    _tag: "Said",
    id: idOf(before + index + 1),
    to: to ?? paths[0] ?? rootPath
  }))
}

interface Going {
  readonly going: GoingOn
  readonly raises: ReadonlyArray<Raise>
  readonly used: UsedBefore
  readonly mail: Mail
  readonly past: RunPast
  readonly around: Around
}

const agentsOf = (
  { members }: Family,
  { around, going, past: run, mail, raises, used }: Going
): ReadonlyArray<Entrant> => {
  const limits = raisedAgents(limitsOf(members), raises)
  const below = Map.groupBy(members.values(), ({ agent }) => agent.parent)
  const share = evenPart(around.more, [...going.agents.keys()].filter(isNamed).length)
  const entrant = (member: Member): Entrant => {
    const { agent, past, place } = member
    const { path, parent } = agent
    const goesOn = going.agents.get(path)
    const limit = limits.get(path) ?? place.limit
    const guarantee = isNamed(path)
      ? promised(withShares(path, place.guarantee, run.resumed), share, used.of(path), limit)
      : past === null
        ? place.guarantee
        : {}
    const children = goesOn === undefined ? [] : (below.get(path) ?? [])
    return {
      place: {
        ...place,
        limit,
        guarantee,
        request: inMoreTime(member, run.resumed, goesOn === undefined ? 0 : around.more.moreMs)
      },
      call: agent.spawned?.call ?? null,
      past: past === null ? null : elsewhere(past, run, around, place.request.model),
      result: goesOn === undefined ? agent.result : null,
      isTold: goesOn === undefined && members.get(parent)?.agent.told.has(path) === true,
      // One that was closed went on because it could, and was killed before it did anything.
      revived: goesOn !== undefined && (goesOn.revived || (past !== null && past.pausedFor !== null)),
      letters: goesOn === undefined ? [] : lettersFor(mail, path),
      sent: new Map(agent.sent.flatMap(({ call, to }) => (call === undefined ? [] : [[call, to] as const]))),
      children: children.toSorted((a, b) => a.place.order - b.place.order).map(entrant)
    }
  }
  return (below.get(rootPath) ?? []).toSorted((a, b) => a.place.order - b.place.order).map(entrant)
}

const evenPart = ({ nanoUsd = 0, tokens = 0 }: LimitValues, agents: number): Amounts => ({
  tokens: Math.floor(tokens / Math.max(1, agents)),
  nanoUsd: Math.floor(nanoUsd / Math.max(1, agents))
})

/** What was guaranteed at first, with the agent's even parts of all that came before now. */
const withShares = (path: AgentPath, guarantee: Amounts, raises: RunPast["resumed"]): Amounts => {
  const shares = raises.flatMap(({ agents, more }) =>
    agents.includes(path) ? [evenPart(more, agents.filter(isNamed).length)] : []
  )
  return perUnit((unit) => {
    const first = guarantee[unit]
    return first === undefined ? undefined : shares.reduce((sum, share) => sum + (share[unit] ?? 0), first)
  })
}

/** What is left of a guarantee, and a share of what comes: in units that were guaranteed at all. */
const promised = (guarantee: Amounts, share: Amounts, used: Amounts, limit: Amounts): Amounts => {
  const of = (unit: BudgetUnit): number | undefined => {
    const first = guarantee[unit]
    if (first === undefined) return undefined
    const rest = Math.max(0, first - (used[unit] ?? 0)) + (share[unit] ?? 0)
    return Math.max(0, Math.min(rest, (limit[unit] ?? rest) - (used[unit] ?? 0)))
  }
  return Object.fromEntries(budgetUnits.flatMap((unit) => (of(unit) === undefined ? [] : [[unit, of(unit)]])))
}
