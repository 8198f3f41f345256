/**
 * A runtime of its own, to be killed: supervises the shell scripts that it is given until standard input ends.
 *
 *   node runtime.ts LEDGER PIDS SCRIPT...
 */
import { once } from "node:events"
import { Processes } from "@deputize/core/process/Processes"
import * as Effect from "effect/Effect"

const [folder = "", pids = "", ...scripts] = process.argv.slice(2)

const program = Effect.gen(function* () {
  const { start } = yield* Processes
  for (const script of scripts) {
    yield* start({
      command: "/bin/sh",
      args: ["-c", script],
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", PIDS: pids },
      label: "victim",
      output: () => {}
    })
  }
  process.stdout.write("started\n")
  process.stdin.resume()
  yield* Effect.promise(() => once(process.stdin, "end"))
}).pipe(Effect.scoped, Effect.provide(Processes.layer({ folder, owner: "the killed run" })))

await Effect.runPromise(program)
