/**
 * The files and folders that deputize reads and writes outside of its own package.
 */
import { existsSync } from "node:fs"
import { dirname, join } from "node:path"
import { projectConfigFile, userConfigFile } from "./ConfigPlaces.ts"
import { cacheFolder, dataFolder, type Environment, stateFolder, userFolder } from "./Environment.ts"
import { type KnownPath, type PathName, pathNames } from "./KnownPath.ts"
import { recordFile } from "./RecordFile.ts"

export const knownPaths = (surroundings: Environment, workspace: string): ReadonlyArray<KnownPath> => {
  const own = userFolder(surroundings)
  const record = recordFile(surroundings, workspace)
  const paths: Readonly<Record<PathName, readonly [path: string | undefined, about: string]>> = {
    user: [userConfigFile(surroundings), "your configuration"],
    agents: [own === undefined ? undefined : join(own, "agents"), "your agents"],
    project: [projectConfigFile(workspace), "the configuration that comes with this workspace"],
    state: [stateFolder(surroundings), "records of runs and builds, of all workspaces"],
    records: [record === undefined ? undefined : dirname(record), "those of this workspace"],
    cache: [cacheFolder(surroundings), "what can be made again"],
    data: [dataFolder(surroundings), "nothing in this version"]
  }
  return pathNames.map((name) => {
    const [path, about] = paths[name]
    return { name, path: path ?? null, exists: path !== undefined && existsSync(path), about }
  })
}
