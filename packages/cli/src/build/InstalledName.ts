/**
 * Which of the things that are installed in a prefix is meant.
 */
import { installed } from "@deputize/build-tools/install/Installer"
import * as Effect from "effect/Effect"
import { usageError } from "../command/UsageError.ts"

/** The name that is given, else the only one that there is. */
export const installedName = Effect.fnUntraced(function* (prefix: string, wanted: string | undefined) {
  if (wanted !== undefined) return wanted
  const names = (yield* installed(prefix)).map(({ name }) => name)
  const [only] = names
  if (only === undefined) {
    return yield* usageError(
      `nothing is installed in ${prefix}`,
      "Name the folder it was installed into with --prefix."
    )
  }
  return names.length === 1
    ? only
    : yield* usageError(`${prefix} holds ${names.join(", ")}`, "Name the one that is to go back.")
})
