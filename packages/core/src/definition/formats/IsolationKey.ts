/**
 * The key `isolation` of definitions of our own: a plain word, or a mapping that also says what a tree needs.
 */
import type { Fields } from "../../document/Fields.ts"
import { patternProblem } from "../../worktree/TreePattern.ts"
import type { AgentDefinition, WorktreeNeeds } from "../AgentDefinition.ts"
import { section } from "./Common.ts"

interface Isolation {
  readonly isolation?: AgentDefinition["isolation"]
  readonly worktree?: WorktreeNeeds
}

/** Empty where the key is absent. */
export const isolationOf = (root: Fields): Isolation => {
  if (!root.isMapping("isolation")) {
    const isolation = root.oneOf("isolation", kinds)
    return isolation === undefined ? {} : { isolation }
  }
  const stated = section(root, "isolation", ["kind", "copy", "setup"])
  const isolation = stated?.oneOf("kind", kinds)
  if (stated !== undefined && isolation === undefined) stated.wrong("kind", `one of ${kinds.join(", ")}`)
  const copy = stated?.checked(stated.items("copy") ?? [], patternProblem) ?? []
  const setup = stated?.texts("setup") ?? []
  if (isolation === "none") {
    for (const key of ["copy", "setup"]) {
      if (stated?.has(key) === true) stated.warnAt(key, "means nothing without a tree of the agent's own")
    }
  }
  return {
    ...(isolation === undefined ? {} : { isolation }),
    ...(isolation === "none" || (copy.length === 0 && setup.length === 0) ? {} : { worktree: { copy, setup } })
  }
}

export const isolationText = ({ isolation, worktree }: AgentDefinition) => {
  if (isolation === "none") return {}
  const { copy = [], setup = [] } = worktree ?? {}
  if (copy.length === 0 && setup.length === 0) return { isolation }
  return {
    isolation: {
      kind: isolation,
      ...(copy.length === 0 ? {} : { copy }),
      ...(setup.length === 0 ? {} : { setup })
    }
  }
}

// internal

const kinds = ["none", "worktree"] as const
