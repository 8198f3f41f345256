/**
 * A process that holds a build's lock until it is killed: `node lockHolder.ts FOLDER`. Writes `held` once it has it.
 */
import process from "node:process"
import * as Effect from "effect/Effect"
import { hold } from "../../src/record/BuildLock.ts"

const [folder = ""] = process.argv.slice(2)

await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      yield* hold(folder, { wait: false, onWait: () => undefined })
      process.stdout.write("held\n")
      process.stdin.resume()
      return yield* Effect.never
    })
  )
)
