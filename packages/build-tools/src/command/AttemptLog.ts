/**
 * The log of one attempt: every byte of its output, in the order in which it came. A log that cannot be written (no
 * space) ends there and does not end the build.
 */
import { closeSync, mkdirSync, openSync, writeSync } from "node:fs"
import { dirname } from "node:path"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

export interface AttemptLog {
  readonly file: string
  readonly write: (chunk: Uint8Array | string) => void
  /** Why writing ended before the output did; null while it has not. */
  readonly broken: () => string | null
}

/** Opens `file` for appending, with its folders; closed with the scope. */
export const openLog = (file: string): Effect.Effect<AttemptLog, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => open(file)),
    ({ close }) => Effect.sync(close)
  )

// internal

const open = (file: string): AttemptLog & { readonly close: () => void } => {
  let broken: string | null = null
  let descriptor: number | undefined
  const attempt = (act: () => void) => {
    try {
      act()
    } catch (cause) {
      broken = cause instanceof Error ? cause.message : String(cause)
    }
  }
  attempt(() => {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    descriptor = openSync(file, "a", 0o600)
  })
  return {
    file,
    write: (chunk) =>
      attempt(() => {
        if (descriptor === undefined || broken !== null) return
        const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
      }),
    broken: () => broken,
    close: () => {
      const open = descriptor
      descriptor = undefined
      if (open !== undefined) attempt(() => closeSync(open))
    }
  }
}
