/**
 * Scripts of package.json, run as `npm run` runs them but without npm, which takes far longer to start than a small task
 * takes to run: by `sh -c`, in the package's folder, with the script's `pre` and `post` around it.
 *
 * A script is left to Nx, and by it to the package manager, where it asks for npm's settings, where npm is told to run
 * scripts in another way, with another package manager, and on Windows.
 */
import { join } from "node:path"
import { isRecord, isSetApart, npmEnvironment, npmOn, readManifest } from "./NpmEnvironment.ts"
import type { NxProjectGraph, NxTarget, NxTask } from "./NxModules.ts"

export interface NpmScript {
  /** Real path of the package. */
  readonly folder: string
  /** In the order in which they run; the first that fails is the last. */
  readonly lines: ReadonlyArray<{ readonly command: string; readonly env: Readonly<Record<string, string>> }>
}

/**
 * The scripts among `tasks`, by task id. Their targets become commands, in the graph itself: Nx runs those in its own
 * process. To be done when all is hashed, as it would be without us, and nothing has started.
 */
export const takeOverScripts = (
  workspace: string,
  graph: NxProjectGraph,
  tasks: ReadonlyArray<NxTask>,
  env: Readonly<Record<string, string | undefined>>
): ReadonlyMap<string, NpmScript> => {
  const npm = process.platform === "win32" ? null : npmOn(env["PATH"] ?? "")
  if (npm === null) return new Map()
  const found = tasks.flatMap(({ id, target: { project, target: name } }) => {
    const { root, targets = {} } = graph.nodes[project]?.data ?? {}
    const target = targets[name]
    if (root === undefined || target === undefined) return []
    const folder = join(workspace, root)
    const lines = linesOf(target, folder)
    if (lines === null || isSetApart(workspace, folder, env)) return []
    const own = npmEnvironment(npm, workspace, folder, readManifest(join(folder, "package.json")))
    const script: NpmScript = {
      folder,
      lines: lines.map(({ event, command }) => ({
        command,
        env: { ...own, npm_lifecycle_event: event, npm_lifecycle_script: command }
      }))
    }
    return [{ id, target, script }]
  })
  for (const { target, script } of found) {
    target.executor = "nx:run-commands"
    target.options = { commands: script.lines.map(({ command }) => command), parallel: false }
  }
  return new Map(found.map(({ id, script }) => [id, script]))
}

// internal

const asksForSettings = /npm_config_(?!user_agent|local_prefix)/

/** Null where the target is not a script of npm, or asks for what is not told here. */
const linesOf = (
  { executor, options, metadata }: NxTarget,
  folder: string
): ReadonlyArray<{ readonly event: string; readonly command: string }> | null => {
  const script = options?.["script"]
  if (executor !== "nx:run-script" || typeof script !== "string") return null
  if (metadata?.runCommand !== `npm run ${script}`) return null
  const scripts = readManifest(join(folder, "package.json"))["scripts"]
  if (!isRecord(scripts) || typeof scripts[script] !== "string") return null
  const lines = [`pre${script}`, script, `post${script}`].flatMap((event) => {
    const command = scripts[event]
    return typeof command === "string" ? [{ event, command }] : []
  })
  return lines.some(({ command }) => asksForSettings.test(command)) ? null : lines
}
