/**
 * A process that takes a file lock, for tests of two at once and of one that dies:
 *
 *   node lockHolder.ts FILE
 *
 * Writes `held` or `refused` to stdout; one that holds keeps the lock until its standard input ends or it is killed.
 */
import { once } from "node:events"
import process from "node:process"
import * as Effect from "effect/Effect"
import { FileLock } from "../../src/journal/FileLock.ts"

const [file = ""] = process.argv.slice(2)

await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const isHeld = yield* FileLock.tryHold(file)
      process.stdout.write(isHeld ? "held\n" : "refused\n")
      process.stdin.resume()
      if (isHeld) yield* Effect.promise(() => once(process.stdin, "end"))
    })
  )
)
process.stdin.destroy()
