/**
 * What the command line and the configuration say of trees of agents' own. Pure.
 */
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import type { Invocation } from "../command/Invocation.ts"
import type { ConfigurationFacts } from "../config/Configuration.ts"

/** What definitions say, unless the flag is given. */
export const readIsolation = (invocation: Invocation): Pick<RunRequest, "isolation"> => {
  const kind = invocation.value("isolation")
  return kind === "none" || kind === "worktree" ? { isolation: kind } : {}
}

/** What every tree is given. */
export const treesOf = ({ worktree }: Pick<ConfigurationFacts, "worktree">): Pick<RunRequest, "worktree"> =>
  worktree.copy.length === 0 && worktree.setup.length === 0 ? {} : { worktree }
