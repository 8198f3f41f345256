/**
 * Where `config.yaml` is looked for: the user's, and the one that comes with a workspace.
 */
import { join } from "node:path"
import { configFolder, type Environment } from "./Environment.ts"

/** Undefined where there is no folder for it. */
export const userConfigFile = (surroundings: Environment): string | undefined => {
  const { home, variables } = surroundings
  if (variables.DEPUTIZE_HOME !== undefined && variables.DEPUTIZE_HOME !== "") {
    return join(variables.DEPUTIZE_HOME, "config.yaml")
  }
  const folder = configFolder(surroundings) ?? (home === undefined ? undefined : join(home, ".config"))
  return folder === undefined ? undefined : join(folder, "deputize", "config.yaml")
}

/** Whether a workspace has one or not. */
export const projectConfigFile = (workspace: string): string => join(workspace, projectConfigName)

/** In the workspace, as messages name it. */
export const projectConfigName = ".deputize/config.yaml"
