/**
 * Decides whether a step has anything to do. Pure: the first difference in the order below is the reason that is told,
 * so that a changed command is not reported as a thousand changed inputs.
 */
import type { Fingerprint, Freshness, OutputFile } from "./Fingerprint.ts"

/** What a step left when it last passed. */
export interface Kept {
  /** As it was before the step ran; null where nothing is stated by which it could be known. */
  readonly fingerprint: Fingerprint | null
  readonly outputs: ReadonlyArray<OutputFile>
  readonly ms: number
  /** Milliseconds since 1970. */
  readonly finishedAt: number
}

/** Outputs that are not as they were made, by their paths. */
export interface Damage {
  readonly missing: ReadonlyArray<string>
  readonly changed: ReadonlyArray<string>
}

export const unharmed: Damage = { missing: [], changed: [] }

export const compare = (stored: Kept | undefined, current: Fingerprint | null, damaged: Damage): Freshness => {
  if (current === null) return { _tag: "NotCached" }
  const past = stored?.fingerprint ?? undefined
  if (past === undefined) return { _tag: "NeverFinished" }
  if (past.hash !== current.hash) {
    if (past.command !== current.command) return { _tag: "CommandChanged" }
    if (past.env !== current.env) return { _tag: "EnvChanged" }
    if (past.tools !== current.tools) return { _tag: "ToolsChanged" }
    if (past.needs !== current.needs) return { _tag: "NeedsChanged" }
    return { _tag: "InputsChanged", ...difference(past.inputs, current.inputs) }
  }
  if (damaged.missing.length + damaged.changed.length > 0) {
    return { _tag: "OutputsDamaged", missing: damaged.missing.slice(0, most), changed: damaged.changed.slice(0, most) }
  }
  return { _tag: "Fresh" }
}

// internal

/** Paths of a kind that are named; more would make a record of every changed branch. */
const most = 20

type Inputs = Fingerprint["inputs"]

const difference = (past: Inputs, current: Inputs) => {
  const [before, now] = [new Map(Object.entries(past)), new Map(Object.entries(current))]
  const paths = (of: Map<string, string>, holds: (path: string, hash: string) => boolean): ReadonlyArray<string> =>
    [...of]
      .filter(([path, hash]) => holds(path, hash))
      .map(([path]) => path)
      .sort()
      .slice(0, most)
  return {
    added: paths(now, (path) => !before.has(path)),
    changed: paths(now, (path, hash) => before.has(path) && before.get(path) !== hash),
    removed: paths(before, (path) => !now.has(path))
  }
}
