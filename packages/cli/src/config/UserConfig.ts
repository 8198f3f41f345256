/**
 * The user's `config.yaml`: which provider and model to use, providers by name, prices. A repository has no say in where
 * requests and keys go, so no file of the workspace is read here.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import type { Price } from "@deputize/core/domain/Price"
import * as Effect from "effect/Effect"
import { configFolder, type Environment } from "./Environment.ts"

/** A provider as a file names it; what is left out is the default of its wire. */
export interface NamedProvider {
  readonly name: string
  readonly baseUrl: string
  readonly wire: "responses" | "chat"
  readonly envKey: string | undefined
  readonly envKeyInstructions: string | undefined
  readonly requiresAuth: boolean
  readonly headers: Readonly<Record<string, string>>
  /** Header names with the variables that hold their values. */
  readonly envHeaders: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly model: string | undefined
  readonly maxTokensField: "max_output_tokens" | "max_completion_tokens" | "max_tokens" | undefined
  readonly contextWindow: number | undefined
  readonly requestRetries: number | undefined
  readonly streamRetries: number | undefined
  readonly idleTimeoutMs: number | undefined
  readonly prices: Readonly<Record<string, Price>>
}

export interface UserConfig {
  /** The files that were read. */
  readonly files: ReadonlyArray<string>
  readonly provider: string | undefined
  readonly model: string | undefined
  readonly providers: ReadonlyArray<NamedProvider>
  /** Prices by model, whatever the provider. */
  readonly prices: Readonly<Record<string, Price>>
  readonly warnings: ReadonlyArray<string>
}

/** Where the user's file is looked for. */
export const userConfigFile = (surroundings: Environment): string | undefined => {
  const { home, variables } = surroundings
  if (variables.DEPUTIZE_HOME !== undefined && variables.DEPUTIZE_HOME !== "") {
    return join(variables.DEPUTIZE_HOME, "config.yaml")
  }
  const folder = configFolder(surroundings) ?? (home === undefined ? undefined : join(home, ".config"))
  return folder === undefined ? undefined : join(folder, "deputize", "config.yaml")
}

/** Reads the user's file; a missing one says nothing. Fails with `FILE:LINE:COL` for one that cannot be read. */
export const userConfig = Effect.fn("userConfig")(function* (surroundings: Environment) {
  const file = userConfigFile(surroundings)
  if (file === undefined || !existsSync(file)) return nothing
  // Most users have no such file, and start faster without what reads it.
  const { readConfig } = yield* Effect.promise(() => import("./ConfigFile.ts"))
  return yield* readConfig(file)
})

// internal

const nothing: UserConfig = {
  files: [],
  provider: undefined,
  model: undefined,
  providers: [],
  prices: {},
  warnings: []
}
