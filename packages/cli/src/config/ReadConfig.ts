/**
 * A `config.yaml` from the disk, read with the care that a repository's files are read with.
 */
import { readText } from "@deputize/core/document/DocumentFile"
import { PlacedProblem } from "@deputize/core/document/PlacedProblem"
import * as Effect from "effect/Effect"
import { ConfigError } from "./ConfigError.ts"
import { type ConfigFile, parseConfig } from "./ConfigFile.ts"

export interface ConfigPlace {
  readonly path: string
  /** The name that users know it by. */
  readonly shown: string
  readonly by: "user" | "project"
  /** The real path of the folder that a link may not leave; undefined for the user's own. */
  readonly inside: string | undefined
}

/** Fails with `FILE:LINE:COL` of what cannot be read. */
export const readConfig = ({ by, inside, path, shown }: ConfigPlace): Effect.Effect<ConfigFile, ConfigError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(parseConfig(shown, readText(path, shown, inside), by))
    } catch (error) {
      return error instanceof PlacedProblem
        ? Effect.fail(new ConfigError({ what: error.message, instead: error.hint }))
        : Effect.die(error)
    }
  })
