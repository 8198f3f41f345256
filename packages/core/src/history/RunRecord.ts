/**
 * A run as its record tells it, folded from its facts: agents, what each has used, who owns it, how it ended. Pure. A run
 * that was taken up again goes on where it stood, with a new owner.
 */
import type { AgentStatus } from "../agent/AgentResult.ts"
import { shortName } from "../domain/Ids.ts"
import type { RunStatus } from "../runtime/RunResult.ts"
import { depthOf, inTreeOrder } from "./AgentTree.ts"
import type { Recorded } from "./Fact.ts"
import type { Owner } from "./Owner.ts"
import { type Queued, queueFold } from "./Queue.ts"
import { counted, emptyTally, sumOf, type Tally } from "./Tally.ts"
import { type ToolTally, toolFold } from "./ToolTally.ts"
import { isUndoFact } from "./UndoFact.ts"

/** `lost`: it has no end, and the process that owned it is gone. */
export type RunState = "running" | "lost" | RunStatus

export interface AgentRecord {
  readonly path: string
  /** 1 for an agent that the user named, more for those that agents started. */
  readonly depth: number
  readonly agent: string
  readonly goal: string
  readonly model: string
  /** `queued`: its turn has not come. `waiting`: for agents that it started. */
  readonly status: "queued" | "running" | "waiting" | AgentStatus
  readonly tally: Tally
  /** The same by model, in the order in which it had them: the last is the one that it has. */
  readonly byModel: ReadonlyArray<{ readonly model: string; readonly tally: Tally }>
  /** Tokens held for a request whose end is not on record. */
  readonly inFlight: number
  /** From 1: which of those that its parent started; null where it is not on record. */
  readonly order: number | null
}

export interface RunRecord {
  readonly run: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** The time of its last event. */
  readonly lastAt: number
  /** Null while it has no end. */
  readonly ending: RunStatus | null
  readonly owner: Owner | null
  readonly limits: { readonly tokens: number | null; readonly nanoUsd: number | null }
  /** Of the last time that it was begun or taken up. */
  readonly provider: string
  readonly model: string
  /** In the order asked, those that an agent started behind it. */
  readonly agents: ReadonlyArray<AgentRecord>
  /** Agents that wait for a place to work. */
  readonly queue: ReadonlyArray<Queued>
  /** All agents together. */
  readonly tally: Tally
  readonly tools: ReadonlyArray<ToolTally>
}

export const runRecord = (run: string, startedAt: number, events: Iterable<Recorded>): RunRecord => {
  const fold = runFold(run, startedAt)
  for (const event of events) fold.add(event)
  return fold.record()
}

/** The same event by event, so that none needs to be kept. */
export const runFold = (run: string, startedAt: number) => {
  const agents = new Map<string, AgentRecord>()
  let lastAt = startedAt
  let ending: RunRecord["ending"] = null
  let owner: RunRecord["owner"] = null
  let limits: RunRecord["limits"] = { tokens: null, nanoUsd: null }
  let provider = ""
  let model = ""
  const [queue, tools] = [queueFold(), toolFold()]
  const add = (event: Recorded): void => {
    const { fact, path, time } = event
    queue.add(event)
    tools.add(event)
    if (isUndoFact(fact)) return
    lastAt = time
    switch (fact._tag) {
      case "run.Started":
        limits = { tokens: fact.tokens, nanoUsd: fact.nanoUsd }
        provider = fact.provider
        model = fact.model
        for (const asked of fact.agents) {
          agents.set(asked.path, described(agents.get(asked.path) ?? unstarted(asked.path, model), asked))
        }
        ending = null
        owner = fact.owner ?? owner
        break
      case "run.Resumed":
        ending = null
        owner = fact.owner ?? owner
        limits = { tokens: fact.tokens, nanoUsd: fact.nanoUsd }
        provider = fact.provider || provider
        for (const path of fact.agents) {
          const before = agents.get(path) ?? unstarted(path, model)
          // One with a model of its own keeps that.
          const asked = before.model === model ? asking(before, fact.model) : before
          agents.set(path, { ...asked, status: "queued" })
        }
        model = fact.model || model
        break
      case "run.Said":
      case "run.Limited":
      case "run.Parallelism":
        break
      case "run.Ended":
        ending = fact.status
        break
      case "Unknown":
        break
      default:
        agents.set(path, advanced(agents.get(path) ?? unstarted(path, model), fact))
    }
  }
  const record = (): RunRecord => {
    const all = inTreeOrder([...agents.values()])
    const sums = { tally: sumOf(all.map(({ tally }) => tally)), tools: tools.tallies() }
    const waiting = ending === null ? queue.queue() : []
    return { run, startedAt, lastAt, ending, owner, limits, provider, model, agents: all, queue: waiting, ...sums }
  }
  return { add, record }
}

export const stateOf = ({ ending, owner }: RunRecord, isAlive: (owner: Owner) => boolean): RunState =>
  ending ?? (owner !== null && isAlive(owner) ? "running" : "lost")

// internal

const unstarted = (path: string, model: string): AgentRecord => ({
  path,
  depth: depthOf(path),
  agent: shortName(path).replace(/#\d+$/, ""),
  goal: "",
  model,
  status: "queued",
  tally: emptyTally,
  byModel: [{ model, tally: emptyTally }],
  inFlight: 0,
  order: null
})

/** From now on it asks this model, "" for the one that it has. */
const asking = (agent: AgentRecord, model: string): AgentRecord => {
  if (model === "" || model === agent.model) return agent
  const used = agent.byModel.filter(({ tally }) => tally !== emptyTally)
  return { ...agent, model, byModel: [...used, { model, tally: emptyTally }] }
}

/** This is the model that it has asked since another one was last told. */
const havingAsked = (agent: AgentRecord, model: string): AgentRecord => {
  const asked = model || agent.model
  return { ...agent, model: asked, byModel: withLast(agent, ({ tally }) => ({ model: asked, tally })) }
}

/** With what the fact of a request says of its use. */
const using = (agent: AgentRecord, fact: Recorded["fact"]): AgentRecord => ({
  ...agent,
  tally: counted(agent.tally, fact),
  byModel: withLast(agent, ({ model, tally }) => ({ model, tally: counted(tally, fact) }))
})

type ModelUse = AgentRecord["byModel"][number]

const withLast = ({ byModel }: AgentRecord, f: (last: ModelUse) => ModelUse): AgentRecord["byModel"] =>
  byModel.map((use, index) => (index === byModel.length - 1 ? f(use) : use))

/** What is told of the agent, over what is known. */
const described = (
  before: AgentRecord,
  { agent, goal }: { readonly agent: string; readonly goal: string }
): AgentRecord => ({ ...before, agent: agent || before.agent, goal: goal || before.goal })

const advanced = (agent: AgentRecord, fact: Recorded["fact"]): AgentRecord => {
  switch (fact._tag) {
    case "agent.Continued":
      return { ...agent, status: "running", inFlight: 0 }
    case "agent.Queued":
    case "agent.Spawned":
      return { ...described(agent, fact), status: "queued", order: fact.order }
    case "agent.Started":
      return { ...described(asking(agent, fact.model), fact), status: "running", inFlight: 0, order: fact.order }
    case "agent.TurnRequested":
      return { ...using(agent, fact), inFlight: fact.reserved }
    case "agent.TurnCompleted":
    case "agent.TurnFailed":
      return { ...using(agent, fact), inFlight: 0 }
    case "agent.Waiting":
      return { ...agent, status: "waiting" }
    case "agent.Resumed":
      return { ...agent, status: "running" }
    case "agent.Ended":
      return { ...described(havingAsked(agent, fact.result.model), fact.result), status: fact.result.status }
    default:
      return agent
  }
}
