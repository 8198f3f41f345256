/**
 * The configuration of one command line: every setting with where it comes from, the providers that can be chosen, and
 * prices. It is read when it is first asked for, and once.
 */
import type { Price } from "@deputize/core/domain/Price"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { ConfigError } from "./ConfigError.ts"
import type { Leaf } from "./ConfigReader.ts"
import type { NamedProvider } from "./NamedProvider.ts"
import type { EffectiveSettings } from "./Resolve.ts"
import type { Sayings } from "./Settings.ts"
import type { WorktreeFacts } from "./WorktreeFacts.ts"

export interface ConfigurationFacts {
  /** The files that were read, as users know them. */
  readonly files: ReadonlyArray<string>
  readonly settings: EffectiveSettings
  /** The same before flags. */
  readonly configured: EffectiveSettings
  /** What flags say. */
  readonly flags: Sayings
  readonly providers: ReadonlyArray<NamedProvider>
  /** Prices by model, whatever the provider. */
  readonly prices: Readonly<Record<string, Price>>
  /** What agents' own trees are given. */
  readonly worktree: WorktreeFacts
  /** What files say of providers, prices and worktrees. */
  readonly leaves: ReadonlyArray<Leaf & { readonly over: ReadonlyArray<Leaf> }>
  /** `FILE:LINE:COL: …`: unknown keys, and what a project says and is not used. */
  readonly warnings: ReadonlyArray<string>
}

export class Configuration extends Context.Service<
  Configuration,
  {
    /** Fails with `FILE:LINE:COL` of what cannot be read, or with the name of the variable. */
    readonly facts: Effect.Effect<ConfigurationFacts, ConfigError>
  }
>()("@deputize/cli/config/Configuration") {}

export const readConfiguration = Effect.flatMap(Configuration, ({ facts }) => facts)
