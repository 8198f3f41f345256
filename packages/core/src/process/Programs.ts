/**
 * How a run starts programs of the user: by `Processes`, made with the first of them, as most runs start none. Null where
 * nobody has said in which folder they stand on record; then they are ended with the runtime, but not when it is killed.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Processes } from "./Processes.ts"

export const Programs = Context.Reference<Effect.Effect<Processes["Service"]> | null>(
  "@deputize/core/process/Programs",
  { defaultValue: () => null }
)

/** Between SIGTERM and SIGKILL, in milliseconds: who presses Ctrl-C sees all of a run's programs gone within two seconds. */
export const graceMs = 1_000

export const layer = (options: { readonly folder: string; readonly owner: string }): Layer.Layer<never> =>
  Layer.effect(
    Programs,
    Effect.gen(function* () {
      const scope = yield* Effect.scope
      return yield* Effect.cached(
        Effect.map(Layer.buildWithScope(Processes.layer(options), scope), (services) =>
          Context.get(services, Processes)
        )
      )
    })
  )
