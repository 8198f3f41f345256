/**
 * One run of Nx in this process: the graph, the plan, the tasks, and every one of them told of in order.
 *
 * 1. A task's end is delivered before Nx goes on to what depends on it.
 * 2. Every planned task ends once, if Nx comes to its end.
 * 3. What Nx throws after the last task has ended is a warning: the work is done.
 */
import type { HostOutcome, HostRequest } from "../HostMessage.ts"
import { installHooks } from "./Hooks.ts"
import { type NpmScript, takeOverScripts } from "./NpmScripts.ts"
import { loadNx, type NxLifeCycle, type NxModules, type NxProjectGraph, type NxTask } from "./NxModules.ts"
import type { Outbox } from "./Outbox.ts"
import { type Selection, select } from "./Selection.ts"
import { TaskEnds } from "./TaskEnds.ts"
import { isOfStorage, unwritable } from "./Writable.ts"

/** `env` is this process's own: Nx reads it as well. */
export const run = async (request: HostRequest, outbox: Outbox, env: NodeJS.ProcessEnv): Promise<HostOutcome> => {
  try {
    const nx = loadNx(request.workspace)
    if (typeof nx === "string") return { _tag: "Unsupported", why: nx }
    const { cacheDir, workspaceDataDirectory } = nx.cacheDirectory
    const bad = unwritable([cacheDir, workspaceDataDirectory])
    if (bad !== undefined) return { _tag: "Unwritable", ...bad }
    const graph = await projectGraphOf(nx, env)
    const selection = select(nx, request, graph)
    if (selection._tag !== "Selected") return selection
    outbox.put({ _tag: "Planned", tasks: selection.planned })
    if (request.mode === "plan") return { _tag: "Finished", status: "success" }
    return await runTasks(nx, request, graph, selection, outbox, env)
  } catch (cause) {
    return failed(cause)
  }
}

// internal

const runTasks = async (
  nx: NxModules,
  request: HostRequest,
  projectGraph: NxProjectGraph,
  { taskGraph, planned }: Selection,
  outbox: Outbox,
  env: NodeJS.ProcessEnv
): Promise<HostOutcome> => {
  const tasks = Object.values(taskGraph.tasks)
  const ends = new TaskEnds(planned, (event) => outbox.put(event))
  const damaged = new Set(request.damaged)
  const heard = new Set<string>()
  let scripts: ReadonlyMap<string, NpmScript> = new Map()
  let isWarned = false
  installHooks(nx, {
    scriptOf: (task) => scripts.get(task),
    isDamaged: (task) => damaged.has(task),
    onOutput: (task, text) => {
      heard.add(task)
      outbox.put({ _tag: "Output", task, text })
    },
    onNotCached: (cause) => {
      const problem = textOf(cause)
      if (!isWarned) outbox.put({ _tag: "Warned", text: `Nx could not keep results in its cache: ${problem}` })
      isWarned = true
      return !isOfStorage(problem)
    }
  })
  const lifeCycle: NxLifeCycle = {
    startCommand: () => {
      scripts = takeOverScripts(request.workspace, projectGraph, tasks, env)
    },
    startTasks: (started) => {
      for (const { id } of started) outbox.put({ _tag: "Started", task: id })
    },
    endTasks: (results) => {
      for (const { task, status, terminalOutput = "" } of results) {
        // What no hook has heard: a result of the cache, or of an executor that keeps its output to itself.
        if (!heard.has(task.id) && terminalOutput !== "")
          outbox.put({ _tag: "Output", task: task.id, text: terminalOutput })
        ends.end(task.id, status, msOf(task))
      }
      return outbox.delivered()
    }
  }
  try {
    const { taskStatuses = {} } = await nx.runCommand.invokeTasksRunner({
      tasks,
      projectGraph,
      taskGraph,
      lifeCycle,
      nxJson: nx.nxJson.readNxJson(),
      nxArgs: { parallel: request.parallel },
      loadDotEnvFiles: true,
      initiatingProject: null,
      initiatingTasks: tasks
    })
    for (const id of ends.open) ends.end(id, taskStatuses[id] ?? "stopped", 0)
  } catch (cause) {
    if (ends.open.length > 0) return failed(cause)
    if (!isWarned) outbox.put({ _tag: "Warned", text: `Nx failed after its last task: ${textOf(cause)}` })
  }
  return { _tag: "Finished", status: ends.hasFailed ? "failure" : "success" }
}

/**
 * Nx puts each plugin into a process of its own, since those of a workspace may not agree with each other. Where there are
 * only its own it is spared that: it takes as long as all the rest.
 */
const projectGraphOf = async (nx: NxModules, env: NodeJS.ProcessEnv): Promise<NxProjectGraph> => {
  const nxJson = nx.nxJson.readNxJson()
  const hasPlugins = "plugins" in nxJson && Array.isArray(nxJson.plugins) && nxJson.plugins.length > 0
  const isOurs = !hasPlugins && env["NX_ISOLATE_PLUGINS"] === undefined
  if (isOurs) env["NX_ISOLATE_PLUGINS"] = "false"
  const graph = await nx.projectGraph.createProjectGraphAsync({ exitOnError: false })
  if (isOurs) delete env["NX_ISOLATE_PLUGINS"]
  return graph
}

const msOf = ({ startTime, endTime }: NxTask): number =>
  startTime === undefined || endTime === undefined ? 0 : Math.max(0, endTime - startTime)

const failed = (cause: unknown): HostOutcome => {
  const problem = textOf(cause)
  const isUnsafe = cause instanceof Error && cause.name === "UntrustedDataDirectoryError"
  return isUnsafe || isOfStorage(problem) ? { _tag: "Unwritable", folder: null, problem } : { _tag: "Broken", problem }
}

const textOf = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause)
  const inner = "errors" in cause && Array.isArray(cause.errors) ? cause.errors.map(textOf) : []
  return [cause.message, ...inner].join("\n")
}
