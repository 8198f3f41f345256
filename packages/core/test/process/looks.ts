/**
 * What tests of real processes look at: whether a process lives, who carries a text in the environment.
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
export const isRunning = (pid: number | string): boolean => {
  try {
    return !/^State:\s+[ZX]/m.test(fs.readFileSync(`/proc/${pid}/status`, "utf8"))
  } catch {
    return false
  }
}

export const eventuallyGone = (pids: ReadonlyArray<number | string>): Effect.Effect<true> =>
  eventually(() => (pids.some(isRunning) ? undefined : true))

/** The numbers that processes wrote to `file`, a line each, once there are `count`. */
export const pidsIn = (file: string, count: number): Effect.Effect<ReadonlyArray<number>> =>
  eventually(() => {
    const text = fs.existsSync(file) ? fs.readFileSync(file, "utf8") : ""
    const lines = text.split("\n").slice(0, -1)
    return lines.length >= count ? lines.map(Number) : undefined
  })

/** Whoever is a child of `parent`, zombies too. */
export const childrenOf = (parent: number): ReadonlyArray<number> =>
  fs.readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return []
    try {
      const status = fs.readFileSync(`/proc/${name}/status`, "utf8")
      return new RegExp(`^PPid:\\s+${parent}$`, "m").test(status) ? [Number(name)] : []
    } catch {
      return []
    }
  })

/** The words of a process's command; "" once it is gone. */
export const commandOf = (pid: number): string => {
  try {
    return fs.readFileSync(`/proc/${pid}/cmdline`, "utf8")
  } catch {
    return ""
  }
}
