/**
 * How many agents of a run may be at work at the same time, as it was asked for. Pure.
 */
import { isSpawner } from "../../definition/AgentDefinition.ts"
import { defaultSpawnedAtOnce } from "../../domain/Limits.ts"
import { automatic } from "../../domain/Parallelism.ts"
import type { RunRequest } from "../RunRequest.ts"

/** How many agents of a run may be at work. */
export interface Bounds {
  readonly isAutomatic: boolean
  /** At the start, and at most ever. */
  readonly first: number
  readonly most: number
  /** Of those that agents start; as many as of the others, whatever becomes of that, when null. */
  readonly spawned: number | null
}

export const boundsOf = ({ agents, maxParallel, maxSpawnedAtOnce }: Asked): Bounds => {
  if (maxParallel === "auto") {
    return { isAutomatic: true, first: automatic.first, most: automatic.most, spawned: maxSpawnedAtOnce ?? null }
  }
  const count = maxParallel ?? Math.max(1, agents.length)
  return { isAutomatic: false, first: count, most: count, spawned: maxSpawnedAtOnce ?? defaultSpawnedAtOnce }
}

/** Agents that may be at work at the same time, those among them that agents start. */
export const mostAtWork = (request: RunRequest): number => {
  const { agents } = request
  const { most, spawned } = boundsOf(request)
  return (
    Math.min(most, agents.length) + (agents.some(({ definition }) => isSpawner(definition)) ? (spawned ?? most) : 0)
  )
}

// internal

type Asked = Pick<RunRequest, "agents" | "maxParallel" | "maxSpawnedAtOnce">
