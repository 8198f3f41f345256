/**
 * A model that answers by script, for tests of anything that talks to one. It behaves like a provider: usage is
 * counted from what was sent and said, the output cap is honoured, and a request the script has no answer for is a
 * defect that names the request.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { ToolCall } from "../domain/Message.ts"
import { Usage } from "../domain/Usage.ts"
import { Model, type ModelFacts, type ModelPart, type ModelRequest } from "../model/Model.ts"
import type { ModelError } from "../model/ModelError.ts"
import * as Pressure from "../model/Pressure.ts"
import type { RetryLimits } from "../model/Retry.ts"

/** What to say to a request: a text, calls, or both; or a failure. */
export interface Reply {
  readonly text?: string
  readonly calls?: ReadonlyArray<ToolCall>
}

/**
 * `answer` gets the request and how many requests of this agent came before it. `undefined` is a defect: the test
 * did not expect the request. `more` comes over the ordinary figures.
 */
export const layer = (
  answer: (request: ModelRequest, before: number) => Reply | ModelError | Effect.Effect<Reply, ModelError> | undefined,
  more: {
    readonly facts?: Partial<ModelFacts>
    readonly retries?: Partial<RetryLimits>
    readonly pressure?: Effect.Effect<Pressure.Pressure>
  } = {}
): Layer.Layer<Model> =>
  Layer.sync(Model, () => {
    const asked = new Map<string, number>()
    const stream = (request: ModelRequest) =>
      Stream.unwrap(
        Effect.gen(function* () {
          const key = `${request.brief.agent}\n${request.brief.goal}`
          const before = asked.get(key) ?? 0
          asked.set(key, before + 1)
          const said = answer(request, before)
          if (said === undefined)
            return yield* Effect.die(new Error(`no scripted answer to request ${before + 1} of ${key}`))
          const reply = Effect.isEffect(said) ? yield* said : said
          if (reply instanceof Error) return yield* reply
          return Stream.fromIterable(parts(request, reply))
        })
      )
    const facts = (name: string) => ({ name, contextWindow: 128_000, maxOutput: 16_000, price, ...more.facts })
    return Model.of({
      provider: "scripted",
      mode: "model",
      model: "scripted",
      retries: more.retries ?? {},
      facts,
      pressure: more.pressure ?? Effect.succeed(Pressure.none),
      stream
    })
  })

/** Tokens of a request as the script's provider counts them: a quarter of its bytes, rounded up. */
export const inputTokens = ({ messages, system, tools }: ModelRequest): number =>
  Math.ceil(Buffer.byteLength(JSON.stringify({ system, messages, tools })) / 4)

// internal

/** A dollar for a million tokens in, four for a million out. */
const price = { input: 1, cached: 0.1, output: 4 }

const parts = (request: ModelRequest, { calls = [], text = "" }: Reply): ReadonlyArray<ModelPart> => {
  const wanted = Math.ceil(Buffer.byteLength(text + JSON.stringify(calls)) / 4)
  const output = Math.min(wanted, request.maxOutputTokens)
  const usage = new Usage({ input: inputTokens(request), cached: 0, output, reasoning: 0 })
  return [
    { _tag: "Text", text: output < wanted ? text.slice(0, output * 4) : text },
    ...calls.map((call): ModelPart => ({ _tag: "Call", call })),
    { _tag: "Finish", reason: output < wanted ? "length" : calls.length > 0 ? "tool_calls" : "stop", usage }
  ]
}
