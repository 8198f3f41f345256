/**
 * Reads the configuration: the user's file, the project's, variables and flags. A missing file says nothing.
 */
import { existsSync, realpathSync } from "node:fs"
import * as Effect from "effect/Effect"
import { combine } from "./Combine.ts"
import { projectConfigFile, projectConfigName, userConfigFile } from "./ConfigPlaces.ts"
import type { Environment } from "./Environment.ts"
import { readFlags, readVariables } from "./Layers.ts"
import type { Flags } from "./Setting.ts"

export interface Sources {
  readonly surroundings: Environment
  /** The real path of the workspace, where there is one. */
  readonly workspace: string | undefined
  readonly flags: Flags
  /** Whether the user trusts what the project says about providers. */
  readonly isTrusted: boolean
}

/** Fails with `FILE:LINE:COL` of what cannot be read, or with the name of the variable. */
export const loadConfiguration = Effect.fn("loadConfiguration")(function* (sources: Sources) {
  const { flags, isTrusted, surroundings, workspace } = sources
  const user = userConfigFile(surroundings)
  const project = workspace === undefined ? undefined : projectConfigFile(workspace)
  const isOne = user !== undefined && project !== undefined && isSame(user, project)
  return combine({
    user: yield* fileAt(user, user, "user", undefined),
    project: yield* fileAt(isOne ? undefined : project, projectConfigName, "project", workspace),
    variables: yield* Effect.fromResult(readVariables(surroundings.variables)),
    flags: readFlags(flags),
    isTrusted
  })
})

// internal

const fileAt = Effect.fnUntraced(function* (
  path: string | undefined,
  shown: string = "",
  by: "user" | "project",
  inside: string | undefined
) {
  if (path === undefined || !existsSync(path)) return undefined
  // Most users have no file, and start faster without what reads it.
  const { readConfig } = yield* Effect.promise(() => import("./ReadConfig.ts"))
  return yield* readConfig({ path, shown, by, inside })
})

/** In a workspace that holds the user's own folder. */
const isSame = (one: string, other: string): boolean =>
  one === other || (existsSync(one) && existsSync(other) && realpathSync(one) === realpathSync(other))
