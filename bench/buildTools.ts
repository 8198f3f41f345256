/**
 * The build tools that are compared, each as a user calls it, with as many jobs as the machine has processors.
 */
import { spawnSync } from "node:child_process"
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { availableParallelism } from "node:os"
import { dirname, join } from "node:path"

export type ToolName = "ninja" | "turbo" | "nx" | "nx, daemon" | "deputize"

export interface Tool {
  readonly name: ToolName
  readonly argv: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  /** What a first build in a fresh clone would not find, from the workspace or absolute; null where cold is not measured. */
  readonly memory: ReadonlyArray<string> | null
  /** Before and after all measurements in a workspace: programs that stay. */
  readonly start: ReadonlyArray<string> | null
  readonly stop: ReadonlyArray<string> | null
}

/** Every tool has a folder of its own: its workspace, its home, its state. */
export interface ToolFolder {
  readonly workspace: string
  readonly home: string
  readonly state: string
}

export const toolFolder = (base: string, name: ToolName): ToolFolder => {
  const folder = join(base, name.replace(", ", "-"))
  const home = join(folder, "home")
  mkdirSync(home, { recursive: true })
  return { workspace: join(folder, "workspace"), home, state: join(folder, "state") }
}

export const toolNamed = (name: ToolName, { home, state }: ToolFolder): Tool => {
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH ?? ""}`,
    HOME: home,
    DEPUTIZE_HOME: state,
    NX_DAEMON: String(name === "nx, daemon"),
    NX_NO_CLOUD: "true",
    NX_TUI: "false",
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1"
  }
  const plain = { name, env, start: null, stop: null }
  const jobs = availableParallelism()
  const nx = ["node_modules/.bin/nx", "run-many", "--targets=build", `--parallel=${jobs}`]
  switch (name) {
    case "ninja":
      return { ...plain, argv: ["ninja", `-j${jobs}`], memory: [".ninja_log", ".ninja_deps"] }
    case "turbo":
      return {
        ...plain,
        argv: ["node_modules/.bin/turbo", "run", "build", `--concurrency=${jobs}`],
        memory: [".turbo"]
      }
    case "nx":
      return { ...plain, argv: nx, memory: [".nx"] }
    case "nx, daemon":
      return {
        ...plain,
        argv: nx,
        memory: null,
        start: ["node_modules/.bin/nx", "daemon", "--start"],
        stop: ["node_modules/.bin/nx", "daemon", "--stop"]
      }
    case "deputize":
      return { ...plain, argv: ["node", cli, "build", "--parallel", String(jobs)], memory: [state, ".nx"] }
  }
}

/** Why `deputize build` cannot be measured; undefined where it can. */
export const deputizeMissing = (): string | undefined => {
  if (!existsSync(join(dirname(cli), "..", "dist", "main.js"))) return "the command line is not built (npm run build)"
  const { stdout } = spawnSync(process.execPath, [cli, "build", "--help"], { encoding: "utf8" })
  return stdout.includes("Usage: deputize build") ? undefined : "the command line as it is built has no `build`"
}

/** Removes outputs, or everything that a tool keeps, so that the next run has to make it again. */
export const forget = (workspace: string, paths: ReadonlyArray<string>): void => {
  for (const path of paths)
    rmSync(path.startsWith("/") ? path : join(workspace, path), { recursive: true, force: true })
}

// internal

const cli = join(import.meta.dirname, "..", "packages", "cli", "bin", "deputize.js")
