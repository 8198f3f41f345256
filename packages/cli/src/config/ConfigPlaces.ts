/**
 * Where `config.yaml` is looked for: the user's, and the one that comes with a workspace.
 */
import { join } from "node:path"
import { type Environment, userFolder } from "./Environment.ts"

/** Undefined where there is no folder for it. */
export const userConfigFile = (surroundings: Environment): string | undefined => {
  const folder = userFolder(surroundings)
  return folder === undefined ? undefined : join(folder, "config.yaml")
}

/** Whether a workspace has one or not. */
export const projectConfigFile = (workspace: string): string => join(workspace, projectConfigName)

/** In the workspace, as messages name it. */
export const projectConfigName = ".deputize/config.yaml"
