/**
 * The time of a run that goes on, and that of its agents: what is left, and what came to it. Time that was over is there
 * again, all of it, unless something comes. Pure.
 */
import type { AgentPath } from "../../domain/Ids.ts"
import type { AgentRequest, RunRequest } from "../RunRequest.ts"
import type { Member } from "./Family.ts"
import type { More, Raise } from "./LimitsNow.ts"
import type { RunPast } from "./RunPast.ts"

/** Of the run, in milliseconds from now on; null without a limit. */
export const deadlineOf = (
  { lastStretchMs, resumed, started }: RunPast,
  { limits }: RunRequest,
  more: More
): number | null => {
  if (more.wallMs !== undefined) return more.wallMs
  const last = resumed.at(-1)
  const before = last === undefined ? (started?.deadlineMs ?? null) : last.deadlineMs
  if (before === null) return null
  const left = Math.max(0, before - lastStretchMs) + (more.moreMs ?? 0)
  if (left > 0) return left
  return resumed.findLast((each) => each.more.wallMs !== undefined)?.more.wallMs ?? limits?.wallMs ?? before
}

/** An agent's request with its own time, from its start, as it is now: where that is limited, and `moreMs` come. */
export const inMoreTime = (
  { agent: { path }, past, place: { request } }: Member,
  raises: ReadonlyArray<Raise>,
  moreMs = 0
): AgentRequest => {
  const own = request.limits?.wallMs ?? request.definition.limits.wallMs
  if (own === undefined) return request
  const before = own + added(path, raises)
  const wallMs = moreMs === 0 ? before : Math.max(before, past?.workedMs ?? 0) + moreMs
  return wallMs === own ? request : { ...request, limits: { ...request.limits, wallMs } }
}

// internal

const added = (path: AgentPath, raises: ReadonlyArray<Raise>): number =>
  raises.reduce((sum, { agents, more }) => sum + ([...agents].includes(path) ? (more.moreMs ?? 0) : 0), 0)
