/**
 * What a run, or an agent with those below it, has made of each file: from the bytes before its first step to those after
 * its last. Where another agent had a file in between, it comes once for each of its parts. Pure.
 */
import type { AgentPath } from "../domain/Ids.ts"
import { sha256 } from "../domain/Sha256.ts"
import type { Now, Present } from "./Present.ts"
import type { RunChanges } from "./RunChanges.ts"
import { type Settled, settled } from "./Standing.ts"
import { isBelow } from "./Step.ts"

export interface FileDelta {
  readonly path: string
  /** The name that it had, for a file that was only given another one. */
  readonly from: string | null
  /** By hash; null where there is no file. */
  readonly before: string | null
  readonly after: string | null
  /** Its rights before, where it did not keep them and they are on record. */
  readonly mode: number | null
  /** Who changed it, in that order, each once. */
  readonly agents: ReadonlyArray<AgentPath>
  /** Somebody else changed it in between: their part is in it. */
  readonly isMixed: boolean
  /** False where nothing tells whether the last step was made. */
  readonly isCertain: boolean
  readonly steps: ReadonlyArray<Settled>
}

/** By path. Undos count for nothing here: it is what was done, whether it still stands or not. */
export const fileDeltas = (run: RunChanges, agent: AgentPath | null, now: Now): ReadonlyArray<FileDelta> => {
  const deltas = [...run.files].flatMap(([path, steps]) => {
    const found = now.get(path) ?? { _tag: "Absent" }
    const made = settled(steps, found)
    return parts(
      made.filter(({ by }) => by._tag === "Agent"),
      agent
    ).flatMap((part) => deltaOf(path, part, found))
  })
  return renamed(deltas).toSorted((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
}

// internal

/** Stretches of steps that are wanted, one behind the other. */
const parts = (steps: ReadonlyArray<Settled>, agent: AgentPath | null): ReadonlyArray<ReadonlyArray<Settled>> => {
  const found: Array<Array<Settled>> = []
  let isOpen = false
  for (const step of steps) {
    const isWanted = step.by._tag === "Agent" && isBelow(agent, step.by.path)
    if (isWanted && isOpen) found.at(-1)?.push(step)
    else if (isWanted) found.push([step])
    isOpen = isWanted
  }
  return found
}

const deltaOf = (path: string, steps: ReadonlyArray<Settled>, found: Present): ReadonlyArray<FileDelta> => {
  const [first] = steps
  const last = steps.at(-1)
  if (first === undefined || last === undefined) return []
  const mode = steps.find(({ mode }) => mode !== null)?.mode ?? null
  if (first.before === last.after && (mode === null || !isChanged(mode, last, found))) return []
  const agents = [...new Set(steps.flatMap(({ by }) => (by._tag === "Agent" ? [by.path] : [])))]
  const isMixed = steps.some((step, index) => index > 0 && step.before !== steps[index - 1]?.after)
  const { isCertain } = last
  return [{ path, from: null, before: first.before, after: last.after, mode, agents, isMixed, isCertain, steps }]
}

/** Whether it may be executed by somebody, and could not be before, or the other way round. */
const isChanged = (mode: number, { after }: Settled, found: Present): boolean =>
  found._tag === "File" && found.hash === after && ((found.mode & 0o111) !== 0) !== ((mode & 0o111) !== 0)

/** A file that went and one that came with the same bytes are one; files without any are all alike. */
const renamed = (deltas: ReadonlyArray<FileDelta>): ReadonlyArray<FileDelta> => {
  const gone = new Map<string, Array<FileDelta>>()
  for (const delta of deltas) {
    if (delta.after !== null || delta.before === null || delta.before === emptyHash) continue
    gone.set(delta.before, [...(gone.get(delta.before) ?? []), delta])
  }
  const paired = new Set<FileDelta>()
  const all = deltas.map((delta) => {
    const source = delta.before === null && delta.after !== null ? gone.get(delta.after)?.shift() : undefined
    if (source === undefined) return delta
    paired.add(source)
    const agents = [...new Set([...source.agents, ...delta.agents])]
    const isMixed = source.isMixed || delta.isMixed
    return { ...delta, from: source.path, before: source.before, mode: source.mode, agents, isMixed }
  })
  return all.filter((delta) => !paired.has(delta))
}

const emptyHash = sha256("")
