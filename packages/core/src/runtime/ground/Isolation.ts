/**
 * Which agents of a run have a tree of their own, and what that is given. Pure.
 */
import { type AgentDefinition, grantOf } from "../../definition/AgentDefinition.ts"
import type { AgentRequest, RunRequest } from "../RunRequest.ts"

/** It is to have one, and may write at all: who only reads, reads what there is. */
export const isIsolated = ({ isolation }: RunRequest, asked: AgentRequest): boolean =>
  (isolation ?? asked.definition.isolation) === "worktree" && mayWrite(asked)

/** The same of an agent whose starter has a tree: they work in it together, unless the agent's definition asks for more. */
export const isIsolatedBelow = ({ isolation }: RunRequest, asked: AgentRequest): boolean =>
  isolation !== "none" && asked.definition.isolation === "worktree" && mayWrite(asked)

/** What a tree is given beside what is committed: first what the user has configured. */
export const needsOf = ({ worktree }: RunRequest, definitions: ReadonlyArray<AgentDefinition>) => {
  const all = [worktree, ...definitions.map((definition) => definition.worktree)]
  return {
    copy: [...new Set(all.flatMap((each) => each?.copy ?? []))],
    setup: [...new Set(all.flatMap((each) => each?.setup ?? []))]
  }
}

// internal

const mayWrite = ({ ceiling = [], definition }: AgentRequest): boolean =>
  [...ceiling, grantOf(definition)].every(({ write }) => write.length > 0)
