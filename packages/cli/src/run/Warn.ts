/**
 * What is odd about a command and stops nothing, a line each on standard error.
 */
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { Output } from "../render/Output.ts"
import { visible } from "../render/Width.ts"

export const warn = Effect.fnUntraced(function* (invocation: Invocation, warnings: ReadonlyArray<string>) {
  const { notes } = yield* Output
  if (invocation.quiet) return
  const word = notes.style.paint("yellow", "warning")
  yield* notes.write(warnings.map((warning) => `${word}: ${visible(warning)}\n`).join(""))
})
