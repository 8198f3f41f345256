/**
 * The programs that runs need: Node, ripgrep, git, and what a sandbox is made of.
 */
import { accessSync, constants, existsSync, statSync } from "node:fs"
import { delimiter, dirname, isAbsolute, join } from "node:path"
import { run } from "@deputize/core/process/ChildProcess"
import * as Effect from "effect/Effect"
import type { Environment } from "../config/Environment.ts"
import type { Finding } from "../render/Doctor.ts"
import { oneLine } from "../render/Width.ts"
import { ok, problem, warning } from "./Finding.ts"

export const nodeFinding: Effect.Effect<Finding> = Effect.sync(() => {
  const { node } = process.versions
  const text = `Node ${node} at ${process.execPath}`
  return Number.parseInt(node, 10) >= leastNode
    ? ok("node", text)
    : problem("node", `${text} is too old`, `Install Node ${leastNode} or newer from https://nodejs.org.`)
})

export const ripgrepFinding: Effect.Effect<Finding> = Effect.tryPromise(
  () => import("@deputize/core/tool/RipgrepVersion")
).pipe(
  Effect.flatMap(({ ripgrepVersion }) => ripgrepVersion),
  Effect.map(({ path, version }) =>
    version === "" ? noRipgrep(`${path} says nothing`) : ok("ripgrep", `${version} at ${path}`)
  ),
  Effect.catch((error) => Effect.succeed(noRipgrep(error.message)))
)

/** Where the workspace is a repository, git must also be willing to read it. */
export const gitFinding = Effect.fnUntraced(function* (surroundings: Environment, workspace: string) {
  const isRepository = above(workspace).some((folder) => existsSync(join(folder, ".git")))
  const git = onPath(surroundings, "git")
  const found = isRepository ? "the workspace is a git repository" : "the workspace is no git repository"
  if (git === undefined) {
    return isRepository ? warning("git", `${found}, but git is not on PATH`, "Install git.") : ok("git", found)
  }
  if (!isRepository) return ok("git", found)
  const { HOME = "", PATH = "" } = surroundings.variables
  return yield* run({
    command: git,
    args: ["rev-parse", "--git-dir"],
    cwd: workspace,
    env: { HOME, LC_ALL: "C.UTF-8", PATH },
    maxStdoutBytes: 4096,
    timeoutMs: 5000
  }).pipe(
    Effect.map(({ code, stderr }) =>
      code === 0
        ? ok("git", `${found}; git at ${git}`)
        : warning("git", `git cannot read the workspace: ${oneLine(stderr)}`, "Mend the repository as git says.")
    ),
    Effect.catch((error) => Effect.succeed(warning("git", error.message, error.hint)))
  )
})

/** For information only: without them agents that may run commands do so less confined, or not at all. */
export const sandboxFinding = (surroundings: Environment): Effect.Effect<Finding> =>
  Effect.sync(() => {
    if (surroundings.platform !== "linux") return ok("sandbox", `no tools are looked for on ${surroundings.platform}`)
    const tools = [
      ["bubblewrap", "bwrap"],
      ["socat", "socat"]
    ].map(([name = "", program = ""]) => {
      const path = onPath(surroundings, program)
      return path === undefined ? `${name} is not installed` : `${name} at ${path}`
    })
    return ok("sandbox", `${tools.join(", ")} (only for agents that may run commands)`)
  })

// internal

const leastNode = 24

const noRipgrep = (what: string): Finding =>
  problem(
    "ripgrep",
    `ripgrep does not run: ${oneLine(what)}`,
    "Install deputize again, on this machine and with its optional packages: agents search with it."
  )

const onPath = ({ platform, variables }: Environment, program: string): string | undefined =>
  (variables.PATH ?? variables.Path ?? "")
    .split(delimiter)
    .filter(isAbsolute)
    .map((folder) => join(folder, platform === "win32" ? `${program}.exe` : program))
    .find(isProgram)

const isProgram = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}

const above = (folder: string): ReadonlyArray<string> =>
  dirname(folder) === folder ? [folder] : [folder, ...above(dirname(folder))]
