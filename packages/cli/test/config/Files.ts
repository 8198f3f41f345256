/** Configurations from texts, as a user and a project would write them. */
import * as Result from "effect/Result"
import { combine } from "../../src/config/Combine.ts"
import { parseConfig } from "../../src/config/ConfigFile.ts"
import type { ConfigurationFacts } from "../../src/config/Configuration.ts"
import { readFlags, readVariables } from "../../src/config/Layers.ts"
import type { Flags } from "../../src/config/Setting.ts"

export interface Written {
  readonly user?: string
  readonly project?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly flags?: Readonly<Record<string, ReadonlyArray<string>>>
  readonly isTrusted?: boolean
}

export const configured = ({
  flags = {},
  isTrusted = false,
  project,
  user,
  variables = {}
}: Written): ConfigurationFacts =>
  combine({
    user: user === undefined ? undefined : parseConfig("user.yaml", user, "user"),
    project: project === undefined ? undefined : parseConfig("project.yaml", project, "project"),
    variables: Result.getOrThrow(readVariables(variables)),
    flags: readFlags(given(flags)),
    isTrusted
  })

export const given = (flags: Readonly<Record<string, ReadonlyArray<string>>>): Flags => ({
  has: (flag) => flags[flag] !== undefined,
  value: (flag) => flags[flag]?.[0],
  all: (flag) => flags[flag] ?? []
})
