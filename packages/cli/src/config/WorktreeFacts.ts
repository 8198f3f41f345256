/**
 * What agents' own trees are given, by the user's file and the project's. A project may name files to be copied; only
 * the user's own file says what is run. Pure.
 */
import type { Leaf } from "./ConfigReader.ts"
import { sourceText } from "./Source.ts"

/** What a file says, as it may be shown. */
export interface WorktreeSection {
  readonly copy?: WorktreeLeaf
  readonly setup?: WorktreeLeaf
}

export interface WorktreeLeaf extends Leaf {
  readonly value: ReadonlyArray<string>
}

/** What is in force. */
export interface WorktreeFacts {
  readonly copy: ReadonlyArray<string>
  readonly setup: ReadonlyArray<string>
}

export const worktreeFacts = (user: WorktreeSection = {}, project: WorktreeSection = {}) => {
  // What a project names comes to what the user does.
  const copies = [user.copy, project.copy].flatMap((leaf) => leaf ?? [])
  const facts: WorktreeFacts = {
    copy: [...new Set(copies.flatMap(({ value }) => value))],
    setup: user.setup?.value ?? []
  }
  return {
    facts,
    leaves: [...copies, ...(user.setup === undefined ? [] : [user.setup])].map((leaf) => ({ ...leaf, over: [] })),
    unused:
      project.setup === undefined
        ? []
        : [
            `${sourceText(project.setup.source)}: worktree.setup is not used: what is run on this machine is for its user to say`
          ]
  }
}
