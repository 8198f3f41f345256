/**
 * Runs a command's handler as a fiber and says how it ended, in plain data for `main`.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import { type CommandSpec, globalFlags, type Handler } from "./command/Command.ts"
import type { Invocation } from "./command/Invocation.ts"
import type { CommandTable } from "./command/Parse.ts"
import type { ConfigError } from "./config/ConfigError.ts"
import { Configuration, type ConfigurationFacts } from "./config/Configuration.ts"
import { environment } from "./config/Environment.ts"
import { isConfigured } from "./config/IsConfigured.ts"
import { exitCodeOfError } from "./ExitCode.ts"
import { Output } from "./render/Output.ts"
import type { ColourChoice } from "./render/Style.ts"
import { workspaceOf } from "./values/Workspace.ts"

type Ended =
  | { readonly _tag: "Code"; readonly code: number }
  | { readonly _tag: "Interrupted" }
  | { readonly _tag: "Failed"; readonly message: string; readonly hint: string; readonly code: number }
  | { readonly _tag: "Defect"; readonly message: string; readonly trace: string }

export interface Running {
  /** Never rejects. */
  readonly ended: Promise<Ended>
  readonly interrupt: () => void
}

export const runHandler = (handler: Handler, command: CommandSpec, typed: Invocation, table: CommandTable): Running => {
  const fiber = Effect.runFork(
    Effect.gen(function* () {
      const workspace = yield* workspaceRoot(typed)
      const facts = yield* Effect.cached(configurationOf(typed, workspace))
      const flags = [...command.flags, ...globalFlags].map(({ name }) => name)
      const goesByIt = command.needsNoConfig !== true && isConfigured(environment(), workspace, flags)
      const invocation = goesByIt ? yield* withConfigured(command, typed, facts) : typed
      return yield* handler(invocation, table).pipe(
        Effect.provide(Output.layer(colourOf(invocation))),
        Effect.provideService(Configuration, Configuration.of({ facts }))
      )
    }).pipe(
      // Standard output is for data: what libraries log goes to standard error, and only when asked for.
      Effect.provide(Logger.layer(typed.verbose ? [Logger.withConsoleError(Logger.formatLogFmt)] : []))
    )
  )
  return {
    ended: Effect.runPromise(Effect.map(Fiber.await(fiber), endedOf)),
    interrupt: () => void Effect.runFork(Fiber.interrupt(fiber))
  }
}

// internal

/** One that cannot be told is for the command to say, if it needs one. */
const workspaceRoot = (invocation: Invocation): Effect.Effect<string | undefined> =>
  workspaceOf(invocation).pipe(
    Effect.map(({ root }) => root),
    Effect.orElseSucceed(() => undefined)
  )

/** Loaded only where there is something to read, or somebody asks: most commands start without. */
const configurationOf = Effect.fnUntraced(function* (invocation: Invocation, workspace: string | undefined) {
  const { loadConfiguration } = yield* Effect.promise(() => import("./config/LoadConfiguration.ts"))
  const isTrusted = invocation.has("trust")
  return yield* loadConfiguration({ surroundings: environment(), workspace, flags: invocation, isTrusted })
})

const withConfigured = Effect.fnUntraced(function* (
  command: CommandSpec,
  typed: Invocation,
  facts: Effect.Effect<ConfigurationFacts, ConfigError>
) {
  const { configured } = yield* Effect.promise(() => import("./command/Configured.ts"))
  return configured(command, typed, yield* facts)
})

const colourOf = (invocation: Invocation): ColourChoice => {
  const choice = invocation.value("color")
  return choice === "always" || choice === "never" ? choice : "auto"
}

const endedOf = (exit: Exit.Exit<number, Error>): Ended => {
  if (Exit.isSuccess(exit)) return { _tag: "Code", code: exit.value }
  if (Cause.hasInterruptsOnly(exit.cause)) return { _tag: "Interrupted" }
  const error = Cause.squash(exit.cause)
  if (Cause.hasDies(exit.cause) || !(error instanceof Error)) {
    return {
      _tag: "Defect",
      message: error instanceof Error ? error.message : String(error),
      trace: Cause.pretty(exit.cause)
    }
  }
  const hint = "hint" in error && typeof error.hint === "string" ? error.hint : ""
  return { _tag: "Failed", message: error.message, hint, code: exitCodeOfError(error) }
}
