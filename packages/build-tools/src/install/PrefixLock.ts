/**
 * One installer a prefix, whatever it installs there: `bin` and `agents` are common to all. The lock ends with the process
 * that has it.
 */
import { FileLock } from "@deputize/core/internal/journal/FileLock"
import type { JournalError } from "@deputize/core/journal/JournalError"
import * as Effect from "effect/Effect"
import { installError } from "./InstallError.ts"
import type { Place } from "./Place.ts"

/** Waits for whoever has it, and says so once. Held until the scope closes. */
export const holdPrefix = Effect.fn("PrefixLock.hold")(function* (place: Place, log: (line: string) => void) {
  const tryHold = Effect.mapError(FileLock.tryHold(place.lock), unusable)
  for (let tries = 0; !(yield* tryHold); tries++) {
    if (tries === 0) log(`another install works on ${place.prefix}; waiting until it has ended`)
    yield* Effect.sleep(pollMs)
  }
})

// internal

const pollMs = 50

/** The system's own word begins with its code. */
const unusable = ({ path, reason }: JournalError) => {
  const said =
    reason._tag === "Unavailable" ? (/^[A-Z]{3,}(?=:)/.exec(reason.detail)?.[0] ?? reason.detail) : reason._tag
  return installError({ _tag: "Unwritable", path, code: said === "DiskFull" ? "ENOSPC" : said })
}
