/**
 * A run as its record tells it, folded from its events: agents, what each has used, who owns it, how it ended. Pure.
 *
 * A tolerant reader: events that it does not know are passed over, and what an older body does not have is absent. A run
 * that was taken up again goes on where it stood, with a new owner.
 */
import { at, listAt, numberAt, textAt } from "../render/Body.ts"
import type { Event } from "../render/Progress.ts"
import { type Owner, ownerIn } from "./Owner.ts"
import { counted, emptyTally, sumOf, type Tally } from "./Tally.ts"

const endings = ["completed", "partial", "failed", "cancelled", "timed_out", "paused"] as const
export type Ending = (typeof endings)[number]

/** `lost`: it has no end, and the process that owned it is gone. */
export type RunState = "running" | "lost" | Ending

export interface AgentRecord {
  readonly path: string
  readonly agent: string
  readonly goal: string
  readonly model: string
  readonly status: "waiting" | "running" | Exclude<Ending, "partial">
  readonly tally: Tally
  /** Tokens held for a request whose end is not on record. */
  readonly inFlight: number
}

export interface RunRecord {
  readonly run: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** The time of its last event. */
  readonly lastAt: number
  /** Null while it has no end. */
  readonly ending: Ending | null
  readonly owner: Owner | null
  readonly limits: { readonly tokens: number | null; readonly nanoUsd: number | null }
  /** In the order asked, those that agents started behind them. */
  readonly agents: ReadonlyArray<AgentRecord>
  /** All agents together. */
  readonly tally: Tally
}

export const runRecord = (run: string, startedAt: number, events: Iterable<Event>): RunRecord => {
  const agents = new Map<string, AgentRecord>()
  let lastAt = startedAt
  let ending: RunRecord["ending"] = null
  let owner: RunRecord["owner"] = null
  let limits: RunRecord["limits"] = { tokens: null, nanoUsd: null }
  let model = ""
  for (const event of events) {
    const { body, namespace, path, time, type } = event
    lastAt = time
    if (namespace === "run") {
      owner = ownerIn(event) ?? owner
      ending = type === "Ended" ? endingAt(body) : null
      if (type !== "Started") continue
      limits = { tokens: numberAt(body, "tokens"), nanoUsd: numberAt(body, "nanoUsd") }
      model = textAt(body, "model")
      for (const asked of listAt(body, "agents")) {
        const before = agents.get(textAt(asked, "path")) ?? unstarted(textAt(asked, "path"), model)
        if (before.path !== "") agents.set(before.path, { ...before, ...described(before, asked) })
      }
    } else if (namespace === "agent") {
      agents.set(path, advanced(agents.get(path) ?? unstarted(path, model), event))
    }
  }
  const all = [...agents.values()]
  return { run, startedAt, lastAt, ending, owner, limits, agents: all, tally: sumOf(all.map(({ tally }) => tally)) }
}

export const stateOf = ({ ending, owner }: RunRecord, isAlive: (owner: Owner) => boolean): RunState =>
  ending ?? (owner !== null && isAlive(owner) ? "running" : "lost")

// internal

const unstarted = (path: string, model: string): AgentRecord => ({
  path,
  agent: path.slice(path.lastIndexOf("/") + 1),
  goal: "",
  model,
  status: "waiting",
  tally: emptyTally,
  inFlight: 0
})

/** What `body` says of the agent, over what is known. */
const described = (before: AgentRecord, body: unknown): Pick<AgentRecord, "agent" | "goal" | "model"> => ({
  agent: textAt(body, "agent") || before.agent,
  goal: textAt(body, "goal") || before.goal,
  model: textAt(body, "model") || before.model
})

const advanced = (agent: AgentRecord, event: Event): AgentRecord => {
  const { body, type } = event
  const after = { ...agent, tally: counted(agent.tally, event) }
  switch (type) {
    case "Started":
      return { ...after, ...described(agent, body), status: "running", inFlight: 0 }
    case "TurnRequested":
      return { ...after, inFlight: numberAt(body, "reserved") ?? 0 }
    case "TurnCompleted":
    case "TurnFailed":
      return { ...after, inFlight: 0 }
    case "Ended": {
      const result = at(body, "result")
      const ending = endingAt(result)
      return { ...after, ...described(agent, result), status: ending === "partial" ? "failed" : ending }
    }
    default:
      return after
  }
}

/** A state that this version does not know is no success. */
const endingAt = (body: unknown): Ending => {
  const status = textAt(body, "status")
  return endings.find((ending) => ending === status) ?? "failed"
}
