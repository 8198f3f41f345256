/**
 * What the record holds of a run that is to go on: what was asked for, and of each agent how it was started, how it
 * ended, what it was told and what it has said. A pure fold of the run's events, and a strict one: an event that it would
 * have to guess at is named instead.
 */
import * as Option from "effect/Option"
import { type AgentEvent, AgentJournal, type Sent, type Spawned } from "../../agent/AgentEvent.ts"
import type { AgentResult } from "../../agent/AgentResult.ts"
import { type AgentPath, rootPath } from "../../domain/Ids.ts"
import type { JournalEvent } from "../../journal/Journal.ts"
import { type ToolEvent, toolEvents } from "../../tool/ToolEvent.ts"
import type { Merges } from "../../worktree/MergeReport.ts"
import { type Resumed, type RunEvent, RunJournal, type Said, type Started } from "../RunEvent.ts"
import type { RunStatus } from "../RunResult.ts"

export interface RunPast {
  readonly started: typeof Started.Type | null
  readonly resumed: ReadonlyArray<typeof Resumed.Type>
  /** How it ended last; null while it has no end. */
  readonly status: RunStatus | null
  /** What became then of trees that agents had of their own; null where none had, or nothing is known of it. */
  readonly merges: Merges | null
  /** Until now, in milliseconds: from each beginning to its end, or to the last event before the next. */
  readonly workedMs: number
  /** The part of it since it was begun or taken up last. */
  readonly lastStretchMs: number
  readonly said: ReadonlyArray<typeof Said.Type>
  /** Limits of the whole run that kept an agent from starting another. */
  readonly limited: ReadonlySet<"agents" | "depth">
  /** Each behind the one that started it. */
  readonly agents: ReadonlyMap<AgentPath, AgentPast>
  /** The number of its last event; 0 without any. */
  readonly lastSeq: number
  readonly unreadable: Unreadable | null
}

export interface AgentPast {
  readonly path: AgentPath
  readonly parent: AgentPath
  /** Null for those that the run was started with. */
  readonly spawned: typeof Spawned.Type | null
  /** Null for one that has not ended, or has gone on since. */
  readonly result: AgentResult | null
  /** Its own, in order. */
  readonly events: ReadonlyArray<JournalEvent>
  /** Children of whose end it knows. */
  readonly told: ReadonlySet<AgentPath>
  /** Ids of messages that it has read. */
  readonly heard: ReadonlySet<string>
  readonly sent: ReadonlyArray<typeof Sent.Type>
  /** Calls that came to nothing. */
  readonly failedCalls: ReadonlySet<string>
}

/** An event that this version would have to read, and cannot. */
export type Unreadable = Pick<JournalEvent, "path" | "seq" | "type">

/** Of all events those that something is gone on from. */
export const typesOfPast = (): ReadonlyArray<string> =>
  Object.entries(isOfPast).flatMap(([type, isRead]) => (isRead ? [type] : []))

export const ofEvents = (events: Iterable<JournalEvent>): RunPast => {
  const draft = empty()
  for (const event of events) add(draft, event)
  endStretch(draft)
  const { lastAt: _, stretchMs: __, ...past } = draft
  return past
}

// internal

type Type = RunEvent["_tag"] | AgentEvent["_tag"] | ToolEvent["_tag"]

const isOfPast: Readonly<Record<Type, boolean>> = {
  Started: true,
  Resumed: true,
  Said: true,
  Limited: true,
  Parallelism: false,
  Ended: true,
  Queued: true,
  Spawned: true,
  Continued: true,
  Sent: true,
  Heard: true,
  Noted: false,
  Waiting: true,
  Told: true,
  TurnRequested: true,
  TurnProgress: false,
  TurnCompleted: true,
  TurnFailed: true,
  Compacted: true,
  Checked: true,
  Decided: false,
  Intent: true,
  Changing: true,
  Done: true
}

type Mutable<A> = { -readonly [Key in keyof A]: A[Key] }

interface AgentDraft extends Mutable<AgentPast> {
  readonly events: Array<JournalEvent>
  readonly told: Set<AgentPath>
  readonly heard: Set<string>
  readonly sent: Array<typeof Sent.Type>
  readonly failedCalls: Set<string>
}

interface Draft extends Mutable<RunPast> {
  readonly resumed: Array<typeof Resumed.Type>
  readonly said: Array<typeof Said.Type>
  readonly limited: Set<"agents" | "depth">
  readonly agents: Map<AgentPath, AgentDraft>
  /** For how long it goes on by now, since it was begun or taken up; null after its end. */
  stretchMs: number | null
  /** In milliseconds since 1970. */
  lastAt: number
}

const empty = (): Draft => ({
  started: null,
  resumed: [],
  status: null,
  merges: null,
  workedMs: 0,
  lastStretchMs: 0,
  said: [],
  limited: new Set(),
  agents: new Map(),
  lastSeq: 0,
  unreadable: null,
  stretchMs: null,
  lastAt: 0
})

const add = (draft: Draft, event: JournalEvent): void => {
  draft.lastSeq = event.seq
  // Files that somebody puts back are no work of the run's.
  if (event.namespace === "undo") return
  if (event.namespace === "run") addToRun(draft, event)
  // What comes after an end is no work of the run's.
  goOn(draft, event.time)
  if (event.namespace === "agent" || event.namespace === "tool") addToAgent(draft, event)
}

const addToRun = (draft: Draft, event: JournalEvent): void => {
  if (!Object.hasOwn(isOfPast, event.type)) return
  // Versions that kept no request did not go on either: nothing else of theirs has to be read.
  if (event.type === "Started" && !hasKey(event.body, "request")) return
  const fact = read(draft, event, RunJournal.decode(event))
  switch (fact?._tag) {
    case "Started":
      draft.started = fact
      beginStretch(draft, event.time)
      for (const { path } of fact.agents) agentAt(draft, path, rootPath)
      return
    case "Resumed":
      draft.resumed.push(fact)
      beginStretch(draft, event.time)
      return
    case "Said":
      draft.said.push(fact)
      return
    case "Limited":
      draft.limited.add(fact.by)
      return
    case "Ended":
      goOn(draft, event.time)
      endStretch(draft)
      draft.status = fact.status
      draft.merges = fact.merges ?? null
  }
}

const beginStretch = (draft: Draft, time: number): void => {
  endStretch(draft)
  draft.stretchMs = 0
  draft.lastAt = time
  draft.status = null
  draft.merges = null
}

/** A clock that was set back has taken no time away. */
const goOn = (draft: Draft, time: number): void => {
  if (draft.stretchMs === null) return
  draft.stretchMs += Math.max(0, time - draft.lastAt)
  draft.lastAt = time
}

const endStretch = (draft: Draft): void => {
  if (draft.stretchMs === null) return
  draft.lastStretchMs = draft.stretchMs
  draft.workedMs += draft.lastStretchMs
  draft.stretchMs = null
}

const addToAgent = (draft: Draft, event: JournalEvent): void => {
  const { namespace, parent, path, type } = event
  const agent = agentAt(draft, path, parent ?? rootPath)
  agent.events.push(event)
  if (namespace === "tool") addCall(draft, agent, event)
  else if (telling.has(type)) addFact(agent, read(draft, event, AgentJournal.decode(event)))
  // How it ends now the one that started it has not heard.
  if (type === "Continued") draft.agents.get(agent.parent)?.told.delete(path)
}

/** Events of an agent that say how it stands to others; the rest is its own course. */
const telling: ReadonlySet<string> = new Set([
  "Spawned",
  "Started",
  "Continued",
  "Sent",
  "Heard",
  "Told",
  "Ended"
] satisfies ReadonlyArray<AgentEvent["_tag"]>)

const addFact = (agent: AgentDraft, fact: AgentEvent | undefined): void => {
  switch (fact?._tag) {
    case "Spawned":
      agent.spawned = fact
      return
    case "Started":
    case "Continued":
      agent.result = null
      return
    case "Sent":
      agent.sent.push(fact)
      return
    case "Heard":
      agent.heard.add(fact.id)
      return
    case "Ended":
      agent.result = fact.result
      return
    case "Told":
      for (const path of fact.told ?? []) agent.told.add(path)
  }
}

/** Most calls say nothing of other agents: they are looked at before they are decoded. */
const addCall = (draft: Draft, agent: AgentDraft, event: JournalEvent): void => {
  const { body, type } = event
  if (type !== "Done" || !(hasKey(body, "told") || isFailed(body))) return
  const fact = read(draft, event, toolEvents.decode(event))
  if (fact?._tag !== "Done") return
  if (!fact.ok) agent.failedCalls.add(fact.callId)
  for (const path of fact.told ?? []) agent.told.add(path)
}

const hasKey = (body: unknown, key: string): boolean => typeof body === "object" && body !== null && key in body

const isFailed = (body: unknown): boolean =>
  typeof body === "object" && body !== null && "ok" in body && body.ok === false

const agentAt = ({ agents }: Draft, path: AgentPath, parent: AgentPath): AgentDraft => {
  const known = agents.get(path)
  if (known !== undefined) return known
  const agent: AgentDraft = {
    path,
    parent,
    spawned: null,
    result: null,
    events: [],
    told: new Set(),
    heard: new Set(),
    sent: [],
    failedCalls: new Set()
  }
  agents.set(path, agent)
  return agent
}

const read = <A>(draft: Draft, { path, seq, type }: JournalEvent, found: Option.Option<A>): A | undefined => {
  if (Option.isNone(found)) draft.unreadable ??= { path, seq, type }
  return Option.getOrUndefined(found)
}
