/**
 * Removes what is kept to skip work, while no build is at work that needs it.
 */
import { existsSync } from "node:fs"
import { hold } from "@deputize/build-tools/record/BuildLock"
import { clean } from "@deputize/build-tools/runner/Sessions"
import * as Effect from "effect/Effect"
import { usageError } from "../command/UsageError.ts"

/** What was removed. Where nothing was ever built, nothing is made either. */
export const cleanBuild = Effect.fn("cleanBuild")(function* (folder: string) {
  if (!existsSync(folder)) return []
  yield* hold(folder, { wait: false, onWait: () => undefined }).pipe(
    Effect.catchTag("LockHeld", ({ message }) => usageError(message, "Wait until it has finished, or stop it."))
  )
  return yield* clean(folder)
}, Effect.scoped)
