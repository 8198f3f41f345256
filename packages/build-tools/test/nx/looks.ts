/**
 * What tests of real processes look at.
 */
import * as fs from "node:fs"
import * as Effect from "effect/Effect"

/** Asks again on every turn of the event loop; runs into the test's time limit if it never comes. */
export const eventually = <A>(look: () => A | undefined): Effect.Effect<A> =>
  Effect.callback<A>((resume) => {
    const again = () => {
      const found = look()
      if (found === undefined) setImmediate(again)
      else resume(Effect.succeed(found))
    }
    again()
  })

/** A process that nobody has reaped yet counts as gone: it runs no more. */
export const isRunning = (pid: number): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

export const eventuallyGone = (pids: ReadonlyArray<number>): Effect.Effect<true> =>
  eventually(() => (pids.some(isRunning) ? undefined : true))

/** The numbers that processes wrote to `file`, a line each, once there are `count`. */
export const pidsIn = (file: string, count: number): Effect.Effect<ReadonlyArray<number>> =>
  eventually(() => {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : ""
    const lines = text.split("\n").slice(0, -1)
    return lines.length >= count ? lines.map(Number) : undefined
  })
