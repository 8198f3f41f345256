/**
 * Where trees of agents' own stand: beside the record of the workspace's runs.
 */
import { dirname, join } from "node:path"
import type { Environment } from "./Environment.ts"
import { recordFile } from "./RecordFile.ts"

/** Undefined where there is no folder for it. */
export const worktreesFolder = (surroundings: Environment, workspace: string): string | undefined => {
  const record = recordFile(surroundings, workspace)
  return record === undefined ? undefined : join(dirname(record), "worktrees")
}
