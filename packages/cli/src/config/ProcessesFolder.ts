/**
 * Where it stands on record which processes were started: beside the records of runs, one for all workspaces.
 */
import { join } from "node:path"
import { type Environment, stateFolder } from "./Environment.ts"

/** Undefined where there is no folder for it. */
export const processesFolder = (surroundings: Environment): string | undefined => {
  const state = stateFolder(surroundings)
  return state === undefined ? undefined : join(state, "processes")
}
