/**
 * Runs a command's handler as a fiber and says how it ended, in plain data for `main`.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import type { Handler } from "./command/Command.ts"
import type { Invocation } from "./command/Invocation.ts"
import { exitCodeOfError } from "./ExitCode.ts"
import { Output } from "./render/Output.ts"
import type { ColourChoice } from "./render/Style.ts"

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

export const runHandler = (handler: Handler, invocation: Invocation): Running => {
  const fiber = Effect.runFork(
    handler(invocation).pipe(
      Effect.provide(Output.layer(colourOf(invocation))),
      // Standard output is for data: what libraries log goes to standard error, and only when asked for.
      Effect.provide(Logger.layer(invocation.verbose ? [Logger.withConsoleError(Logger.formatLogFmt)] : []))
    )
  )
  return {
    ended: Effect.runPromise(Effect.map(Fiber.await(fiber), endedOf)),
    interrupt: () => void Effect.runFork(Fiber.interrupt(fiber))
  }
}

// internal

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
