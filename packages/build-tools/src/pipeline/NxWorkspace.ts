/**
 * An Nx workspace without a pipeline file: all of its projects are built, in a single step.
 */
import { existsSync, readFileSync } from "node:fs"
import { basename, join } from "node:path"
import type { NxStep, Pipeline } from "./Pipeline.ts"
import { stepDefaults } from "./StepDefaults.ts"

/** Whether Nx runs the tasks of a folder. */
export const isNxWorkspace = (workspace: string): boolean => {
  if (existsSync(join(workspace, "nx.json"))) return true
  const manifest = manifestOf(workspace)
  return ["devDependencies", "dependencies"].some((field) => memberOf(memberOf(manifest, field), "nx") !== undefined)
}

/** `workspace` is a real path. */
export const nxPipeline = (workspace: string): Pipeline => {
  const build: NxStep = {
    ...stepDefaults,
    _tag: "Nx",
    id: "build",
    title: "Build all projects",
    needs: [],
    inputs: null,
    outputs: [],
    cache: "nx",
    env: {},
    cwd: workspace,
    line: 0,
    targets: ["build"],
    projects: null,
    configuration: null,
    parallel: null
  }
  return {
    name: basename(workspace),
    file: null,
    workspace,
    env: {},
    checks: { tools: [], diskBytes: null, memoryBytes: null, ports: [], network: [] },
    steps: [build],
    logsDir: null
  }
}

// internal

const manifestOf = (workspace: string): unknown => {
  try {
    return JSON.parse(readFileSync(join(workspace, "package.json"), "utf8"))
  } catch {
    return undefined
  }
}

const memberOf = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined
