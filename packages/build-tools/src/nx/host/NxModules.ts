/**
 * The workspace's own Nx, by the inner modules that run tasks in this process and tell of each one. None of them is
 * promised by Nx to stay: they are taken from the one major version they were tried with, and looked at before use.
 */
import { createRequire } from "node:module"
import { join } from "node:path"

/** The version whose inner modules are known, and of which `test/nx/NxContract.test.ts` holds the promises. */
export const knownMajor = 24

export interface NxTask {
  readonly id: string
  readonly target: { readonly project: string; readonly target: string; readonly configuration?: string }
  readonly outputs: ReadonlyArray<string>
  /** Not before it is about to run. */
  readonly hash?: string
  readonly startTime?: number
  readonly endTime?: number
}

export interface NxTarget {
  executor?: string
  options?: Record<string, unknown>
  readonly metadata?: { readonly scriptContent?: string; readonly runCommand?: string }
}

export interface NxProject {
  readonly name: string
  readonly data: { readonly root: string; readonly targets?: Record<string, NxTarget> }
}

export interface NxProjectGraph {
  readonly nodes: Readonly<Record<string, NxProject>>
}

export interface NxTaskGraph {
  readonly tasks: Readonly<Record<string, NxTask>>
  readonly dependencies: Readonly<Record<string, ReadonlyArray<{ readonly id: string }>>>
}

export interface NxTaskResult {
  readonly task: NxTask
  readonly status: string
  readonly terminalOutput?: string
}

export interface NxLifeCycle {
  readonly startCommand: () => void
  readonly startTasks: (tasks: ReadonlyArray<NxTask>) => void
  readonly endTasks: (results: ReadonlyArray<NxTaskResult>) => Promise<void>
}

/** A task that Nx has started. */
export interface NxRunningTask {
  readonly getResults: () => Promise<{ readonly code: number; readonly terminalOutput: string }>
  readonly onExit: (listener: (code: number, terminalOutput: string) => void) => void
  /** Not every kind of task tells what it prints while it runs. */
  readonly onOutput?: (listener: (text: string) => void) => void
  readonly kill: (signal?: string) => Promise<void>
  readonly send: (message: unknown) => void
}

export interface NxModules {
  readonly version: string
  readonly cacheDirectory: { readonly cacheDir: string; readonly workspaceDataDirectory: string }
  readonly nxJson: { readonly readNxJson: () => object }
  readonly projectGraph: {
    readonly createProjectGraphAsync: (options: { exitOnError: boolean }) => Promise<NxProjectGraph>
  }
  readonly matching: {
    readonly findMatchingProjects: (
      patterns: Array<string>,
      nodes: Readonly<Record<string, NxProject>>
    ) => ReadonlyArray<string>
  }
  readonly taskGraph: {
    readonly createTaskGraph: (
      graph: NxProjectGraph,
      extraTargetDependencies: object,
      projects: ReadonlyArray<string>,
      targets: ReadonlyArray<string>,
      configuration: string | undefined,
      overrides: { readonly __overrides_unparsed__: ReadonlyArray<string> },
      excludeTaskDependencies: boolean
    ) => NxTaskGraph
  }
  readonly cycles: { readonly findCycle: (graph: NxTaskGraph) => ReadonlyArray<string> | null }
  readonly runCommand: {
    readonly invokeTasksRunner: (run: {
      readonly tasks: ReadonlyArray<NxTask>
      readonly projectGraph: NxProjectGraph
      readonly taskGraph: NxTaskGraph
      readonly lifeCycle: NxLifeCycle
      readonly nxJson: object
      readonly nxArgs: object
      readonly loadDotEnvFiles: boolean
      readonly initiatingProject: null
      readonly initiatingTasks: ReadonlyArray<NxTask>
    }) => Promise<{ readonly taskStatuses?: Readonly<Record<string, string>> }>
  }
  /** How a command's process is started; replaced to hear what it prints. */
  readonly runCommands: { runCommands: RunCommands }
  readonly forked: { readonly ForkedProcessTaskRunner: { readonly prototype: { forkProcess: ForkProcess } } }
  readonly cache: { readonly DbCache: { readonly prototype: { put: PutInCache; getBatch: GetFromCache } } }
  readonly orchestrator: {
    readonly TaskOrchestrator: { readonly prototype: { persistTerminalOutputs: PersistTerminalOutputs } }
  }
}

export type RunCommands = (
  options: object,
  context: { readonly root: string },
  task: NxTask | undefined,
  env: NodeJS.ProcessEnv | undefined
) => Promise<NxRunningTask>
export type ForkProcess = (task: NxTask, options: object) => Promise<NxRunningTask>
export type PutInCache = (
  task: NxTask,
  terminalOutput: string | undefined,
  outputs: ReadonlyArray<string>,
  code: number
) => Promise<unknown>
/** By hash. */
export type GetFromCache = (tasks: ReadonlyArray<NxTask>) => Promise<Map<string, { readonly outputsPath?: string }>>
export type PersistTerminalOutputs = (results: ReadonlyArray<unknown>, toCache: ReadonlyArray<unknown>) => void

/** A text says why the inner modules cannot be used. What Nx throws at loading is thrown. */
export const loadNx = (workspace: string): NxModules | string => {
  const require = createRequire(join(workspace, "package.json"))
  const load = (path: string): unknown => {
    try {
      return require(`nx/${path}`)
    } catch (cause) {
      if (isMissing(cause)) return undefined
      throw cause
    }
  }
  const version = versionOf(load("package.json"))
  if (Number.parseInt(version, 10) !== knownMajor) return `the workspace has Nx ${version}`
  // Code that was compiled once is not compiled again: it is kept by Nx, in a folder that only this user may write.
  load("src/utils/enable-compile-cache")
  const modules: Record<string, unknown> = { version }
  for (const [name, [path, ...members]] of Object.entries(paths)) {
    const module = load(path)
    const missing = module === undefined ? path : members.find((member) => !has(module, member.split(".")))
    if (missing !== undefined) return `Nx ${version} has no ${missing === path ? path : `${path}: ${missing}`}`
    modules[name] = module
  }
  return isComplete(modules) ? modules : `Nx ${version} lacks inner modules`
}

// internal

/** The folder of the cache comes first: what reads it has no other effect, and it throws where the folder is not safe. */
const paths: Readonly<
  Record<Exclude<keyof NxModules, "version">, readonly [path: string, ...members: ReadonlyArray<string>]>
> = {
  cacheDirectory: ["src/utils/cache-directory", "cacheDir", "workspaceDataDirectory"],
  nxJson: ["src/config/nx-json", "readNxJson"],
  projectGraph: ["src/project-graph/project-graph", "createProjectGraphAsync"],
  matching: ["src/utils/find-matching-projects", "findMatchingProjects"],
  taskGraph: ["src/tasks-runner/create-task-graph", "createTaskGraph"],
  cycles: ["src/tasks-runner/task-graph-utils", "findCycle"],
  runCommand: ["src/tasks-runner/run-command", "invokeTasksRunner"],
  runCommands: ["src/executors/run-commands/run-commands.impl", "runCommands"],
  forked: ["src/tasks-runner/forked-process-task-runner", "ForkedProcessTaskRunner.prototype.forkProcess"],
  cache: ["src/tasks-runner/cache", "DbCache.prototype.put", "DbCache.prototype.getBatch"],
  orchestrator: ["src/tasks-runner/task-orchestrator", "TaskOrchestrator.prototype.persistTerminalOutputs"]
}

const isComplete = (modules: object): modules is NxModules => Object.keys(paths).every((name) => name in modules)

const has = (value: unknown, [member, ...rest]: ReadonlyArray<string>): boolean => {
  if (member === undefined) return typeof value === "function" || typeof value === "string"
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false
  return member in value && has(Reflect.get(value, member), rest)
}

const versionOf = (manifest: unknown): string =>
  typeof manifest === "object" && manifest !== null && "version" in manifest ? String(manifest.version) : "unknown"

const isMissing = (cause: unknown): boolean =>
  cause instanceof Error &&
  "code" in cause &&
  (cause.code === "MODULE_NOT_FOUND" || cause.code === "ERR_PACKAGE_PATH_NOT_EXPORTED")
