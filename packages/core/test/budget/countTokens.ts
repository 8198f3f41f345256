/**
 * Counts a text and prints the count; leaves the counter open, so that only the worker could keep the process alive.
 *
 *   node --conditions=@deputize/source countTokens.ts TEXT
 */
import * as fs from "node:fs"
import { TokenCounter } from "@deputize/core/budget/TokenCounter"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"

const [text = ""] = process.argv.slice(2)

const report = Effect.gen(function* () {
  const services = yield* Layer.buildWithScope(TokenCounter.layer, yield* Scope.make())
  const counts = yield* Context.get(services, TokenCounter).count([text])
  yield* Effect.sync(() => fs.writeSync(1, JSON.stringify(counts)))
})

await Effect.runPromise(report)
