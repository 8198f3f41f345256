/**
 * Which folder the agents work in: the one named by -C, else the nearest one upwards that holds `.deputize` or `.git`,
 * else the current one. And paths in it.
 */
import { existsSync, realpathSync, statSync } from "node:fs"
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { type UsageError, usageError } from "../command/UsageError.ts"
import { environment } from "../config/Environment.ts"
import { reasonOf } from "./SystemReason.ts"

export interface Workspace {
  /** The real path. */
  readonly root: string
  /** What relative paths of the user's flags are relative to: -C, else the current folder. */
  readonly base: string
}

/** The workspace that a command line means. The folder of one holds a file or folder of these names. */
export const workspaceOf = (
  invocation: Invocation,
  marks: ReadonlyArray<string> = usualMarks
): Effect.Effect<Workspace, UsageError> =>
  Effect.suspend(() => {
    const directory = invocation.value("directory")
    return directory !== undefined && isAbsolute(directory)
      ? findWorkspace(directory, directory, marks)
      : Effect.flatMap(currentFolder, (current) => findWorkspace(directory, current, marks))
  })

export const usualMarks: ReadonlyArray<string> = [".deputize", ".git"]

export const findWorkspace = (
  directory: string | undefined,
  current: string,
  marks: ReadonlyArray<string> = usualMarks,
  home: string | undefined = environment().home
): Effect.Effect<Workspace, UsageError> =>
  Effect.suspend(() => {
    try {
      if (directory === undefined) {
        const base = realpathSync(current)
        return Effect.succeed({ root: markedAbove(base, marks, home) ?? base, base })
      }
      const named = resolve(current, directory)
      const found = statSync(named, { throwIfNoEntry: false })
      if (found === undefined) return usageError(`-C ${directory}: there is no such folder`, nameOne)
      if (!found.isDirectory()) return usageError(`-C ${directory} is not a folder`, nameOne)
      const root = realpathSync(named)
      return Effect.succeed({ root, base: root })
    } catch (cause) {
      const why = `cannot be used: ${reasonOf(cause, unseen)}`
      return directory === undefined
        ? usageError(`the current folder ${why}`, "Change to another one, or name it with -C.")
        : usageError(`-C ${directory} ${why}`, nameOne)
    }
  })

/** A scope as the runtime takes it: relative to the workspace, `/` between the parts, `.` for the whole. */
export const scopePath = ({ base, root }: Workspace, scope: string): Effect.Effect<string, UsageError> =>
  Effect.suspend(() => {
    if (scope.trim() === "")
      return usageError("--scope is empty", "Name a path in the workspace, or leave the flag out.")
    const named = resolve(base, scope)
    const inside = relative(root, existsSync(named) ? realpathSync(named) : named)
    return inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)
      ? usageError(
          `--scope ${scope} is outside the workspace ${root}`,
          "Name a path in it, or another workspace with -C."
        )
      : Effect.succeed(inside === "" ? "." : inside.split(sep).join("/"))
  })

/** Whether a scope names something that is there; one that is not may still be meant, for files to be written. */
export const scopeExists = ({ root }: Workspace, scope: string): boolean => existsSync(join(root, scope))

// internal

const nameOne = "Name a folder that exists, or leave -C out for the workspace around the current one."

const unseen = { ENAMETOOLONG: "its name is too long", ELOOP: "its links lead round in a circle" }

/** A shell may stand in a folder that was removed since. */
const currentFolder = Effect.try({
  try: () => process.cwd(),
  catch: () => usageError("the current folder does not exist any more", "Change to one that does, and try again.")
})

/** `~/.deputize` holds what is the user's own or was installed: it makes no workspace of the home folder. */
const markedAbove = (folder: string, marks: ReadonlyArray<string>, home: string | undefined): string | undefined => {
  const own = home === undefined ? undefined : join(home, ".deputize")
  for (let at = folder; ; at = dirname(at)) {
    if (marks.some((mark) => join(at, mark) !== own && existsSync(join(at, mark)))) return at
    if (dirname(at) === at) return undefined
  }
}
