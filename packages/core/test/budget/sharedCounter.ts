/** One tokenizer for all runs of a test file, as each takes a tenth of a second to start; it ends with the process. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import { TokenCounter } from "../../src/budget/TokenCounter.ts"

export const sharedCounter: Layer.Layer<TokenCounter> = Layer.effect(
  TokenCounter,
  Effect.sync(() => {
    shared ??= Context.get(Effect.runSync(Layer.buildWithScope(TokenCounter.layer, Scope.makeUnsafe())), TokenCounter)
    const { count } = shared
    return TokenCounter.of({
      count: (texts) =>
        Effect.acquireUseRelease(
          Effect.sync(() => {
            atWork += 1
          }),
          () => count(texts),
          () =>
            Effect.sync(() => {
              atWork -= 1
            })
        )
    })
  })
)

/** It counts in a thread, in real time, while a test's clock stands. */
export const isCounting = (): boolean => atWork > 0

// internal

let shared: TokenCounter["Service"] | undefined
let atWork = 0
