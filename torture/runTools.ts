/**
 * The own tools of a tortured run. Each tells the witness before it does anything, so that it is known outside how often
 * it ran: `post_effect` has an effect that must not happen twice, `look_effect` tells whether one has happened, `probe`
 * may run again as long as it is not known to have ended, and so may `run_program`, whose programs go on where nobody ends
 * them.
 */
import process from "node:process"
import type { AnyTool, Tool } from "@deputize/core"
import { Programs } from "@deputize/core/process/Programs"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Parameters = Schema.Struct({ id: Schema.String })

/** `url` is the witness's. */
export const ownTools = (url: string): ReadonlyArray<AnyTool> => [
  tool("post_effect", "Does a thing outside that cannot be taken back.", "fenced", url),
  tool("look_effect", "Tells whether that thing was done.", "safe", url),
  tool("probe", "Asks a question outside.", "safe", url),
  programTool(url)
]

// internal

const tool = (
  name: string,
  description: string,
  replay: "safe" | "fenced",
  url: string
): Tool<typeof Parameters.Type> => ({
  name,
  description,
  parameters: Parameters,
  timeLimitMs: 120_000,
  outputCap: 1_000,
  replay,
  narrower: "ask for less",
  actions: () => Effect.succeed([]),
  run: ({ id }) =>
    Effect.promise(async (signal) => {
      const answer = await fetch(`${url}/${name}/${id}`, { method: "POST", signal })
      return await answer.text()
    })
})

/** One program in a group that is known, and one that has left it. Nothing of the torture stands in their environment. */
const longScript = "setsid sleep 300 & exec sleep 300"
const aWhileMs = 150

const programTool = (url: string): Tool<typeof Parameters.Type> => {
  const whole = tool("run_program", "Runs a program for a while.", "safe", url)
  const ran = Effect.gen(function* () {
    const programs = yield* Programs
    if (programs === null) return yield* Effect.die("nobody looks after programs")
    const { start } = yield* programs
    const env = { PATH: process.env.PATH ?? "" }
    const script = { command: "/bin/sh", args: ["-c", longScript], cwd: process.cwd(), env }
    const { terminate } = yield* start({ ...script, label: "a long program", output: () => {} })
    yield* Effect.sleep(aWhileMs)
    yield* terminate
  })
  return {
    ...whole,
    run: (args) => Effect.tap(whole.run(args), Effect.orDie(Effect.scoped(ran)))
  }
}
