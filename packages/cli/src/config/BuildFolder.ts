/**
 * Where builds of a workspace keep what they need: beside the records of its runs.
 */
import { dirname, join } from "node:path"
import type { Environment } from "./Environment.ts"
import { recordFile } from "./RecordFile.ts"

/** Undefined where there is no folder for it. */
export const buildFolder = (surroundings: Environment, workspace: string): string | undefined => {
  const record = recordFile(surroundings, workspace)
  return record === undefined ? undefined : join(dirname(record), "build")
}
