/**
 * The line that a user types at a terminal.
 */
import * as Effect from "effect/Effect"

/** The next line of standard input, without its end; what there is of it where the input ends first. */
export const ask: Effect.Effect<string> = Effect.callback<string>((resume) => {
  const { stdin } = process
  let text = ""
  const finish = () => {
    stop()
    resume(Effect.succeed(text.split("\n")[0] ?? ""))
  }
  const hear = (chunk: Buffer | string) => {
    text += chunk.toString()
    if (text.includes("\n")) finish()
  }
  const stop = () => {
    stdin.off("data", hear)
    stdin.off("end", finish)
    // A terminal that is still read would keep the process from ending.
    stdin.pause()
  }
  stdin.on("data", hear)
  stdin.on("end", finish)
  return Effect.sync(stop)
})
