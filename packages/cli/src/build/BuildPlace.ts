/**
 * Where a build works, and where it keeps what it needs.
 */
import { join, parse, resolve } from "node:path"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { buildFolder } from "../config/BuildFolder.ts"
import { environment } from "../config/Environment.ts"
import { processesFolder } from "../config/ProcessesFolder.ts"
import { usualMarks, workspaceOf } from "../values/Workspace.ts"

export interface BuildPlace {
  /** The real path of the folder whose pipeline is built. */
  readonly workspace: string
  /** What relative paths of the user's flags are relative to. */
  readonly base: string
  readonly folder: string
  /** Where it stands on record which processes were started. */
  readonly processes: string
  readonly platform: NodeJS.Platform
  /** A folder that does not exist for a user who has none. */
  readonly home: string
}

/** A pipeline marks a workspace: an example or a package with one of its own is built by itself. */
export const buildPlace = Effect.fnUntraced(function* (invocation: Invocation) {
  const { base, root } = yield* workspaceOf(invocation, [...usualMarks, "deputize.build.yaml", "deputize.build.yml"])
  const surroundings = environment()
  const folder = buildFolder(surroundings, root)
  const processes = processesFolder(surroundings)
  if (folder === undefined || processes === undefined) {
    return yield* usageError(
      "there is no home folder to keep the record of builds in",
      "Set HOME, or set DEPUTIZE_HOME to a folder for all that deputize keeps."
    )
  }
  const { home = join(parse(root).root, "nonexistent"), platform } = surroundings
  const place: BuildPlace = { workspace: root, base, folder, processes, platform, home }
  return place
})

/** The folder that --prefix names; null without it. */
export const prefixOf = Effect.fnUntraced(function* (invocation: Invocation, { base }: BuildPlace) {
  const prefix = invocation.value("prefix")
  if (prefix === undefined) return null
  return prefix === ""
    ? yield* usageError("--prefix is empty", "Name a folder to install into.")
    : resolve(base, prefix)
})

/** Where installs go unless the pipeline or a flag says otherwise. */
export const usualPrefix = ({ home }: BuildPlace): string => join(home, ".deputize")
