/**
 * The own tools of a tortured run. Each tells the witness before it does anything, so that it is known outside how often
 * it ran: `post_effect` has an effect that must not happen twice, `look_effect` tells whether one has happened, `probe`
 * may run again as long as it is not known to have ended.
 */
import type { AnyTool, Tool } from "@deputize/core"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

const Parameters = Schema.Struct({ id: Schema.String })

/** `url` is the witness's. */
export const ownTools = (url: string): ReadonlyArray<AnyTool> => [
  tool("post_effect", "Does a thing outside that cannot be taken back.", "fenced", url),
  tool("look_effect", "Tells whether that thing was done.", "safe", url),
  tool("probe", "Asks a question outside.", "safe", url)
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
