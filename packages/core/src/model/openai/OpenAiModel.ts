/**
 * A provider with an OpenAI-compatible API as our `Model`, over either wire format. One `stream` is one attempt: it
 * waits at the gate, sends, yields parts as they come, and fails with the stage that it had reached. Retrying is the
 * caller's, who pays.
 *
 * 1. A stream is whole only with its terminal event, which the readers know; that its bytes end says nothing.
 * 2. Calls and keepsakes come out with the terminal event of a whole answer, or not at all.
 * 3. Events are read only when somebody waits for a part; silence counts from then, also before the headers.
 * 4. The scope of the stream ends the request, and gives its place at the gate back.
 */
import * as querystring from "node:querystring"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { resting } from "../../actor/Pulse.ts"
import { elapsedUnsafe } from "../../domain/Elapsed.ts"
import { Attempt, Model, type ModelRequest } from "../Model.ts"
import { defaultModel, factsOf, knownModels, modelOf } from "../ModelCatalog.ts"
import { ModelError } from "../ModelError.ts"
import * as Pressure from "../Pressure.ts"
import * as RateGate from "../RateGate.ts"
import * as ChatWire from "./ChatWire.ts"
import { Exchange } from "./Exchange.ts"
import { askedToWait, failureOf } from "./Failures.ts"
import { partsOf } from "./PartSource.ts"
import type { ProviderSettings } from "./ProviderSettings.ts"
import * as ResponsesWire from "./ResponsesWire.ts"
import * as Silence from "./Silence.ts"
import * as Transport from "./Transport.ts"

export const OpenAiModel = {
  /** The connections are kept for as long as the layer is. */
  layer: (settings: ProviderSettings): Layer.Layer<Model> =>
    Layer.effect(
      Model,
      Effect.gen(function* () {
        const transport = yield* Effect.acquireRelease(
          Effect.sync(() => Transport.make(settings)),
          ({ close }) => Effect.sync(close)
        )
        const silence = yield* Silence.make(settings.idleTimeoutMs)
        const provider = { settings, transport, silence }
        const gates = new Map<string, RateGate.RateGate>()
        const gateOf = (model: string) => {
          const gate = gates.get(model) ?? RateGate.make(settings.parallelism ?? defaultParallelism)
          gates.set(model, gate)
          return gate
        }
        return Model.of({
          provider: settings.name,
          mode: "model",
          model: settings.model ?? defaultModel,
          retries: settings.retries ?? {},
          facts: (model) => factsOf(model, settings),
          pressure: Effect.sync(() => Pressure.sum(Array.from(gates.values(), (gate) => gate.pressure()))),
          stream: (request) => Stream.unwrap(attempt(provider, gateOf(request.model), request))
        })
      })
    )
}

// internal

const defaultParallelism = 8

interface Provider {
  readonly settings: ProviderSettings
  readonly transport: Transport.Transport
  readonly silence: Silence.Silence
}

const attempt = Effect.fnUntraced(function* (
  { settings, silence, transport }: Provider,
  gate: RateGate.RateGate,
  request: ModelRequest
) {
  const { model } = request
  if (lacksKey(settings)) {
    const reason = { _tag: "MissingKey", variable: settings.keyVariable, how: settings.keyInstructions } as const
    return yield* new ModelError({ model, stage: "unsent", reason })
  }
  const standing = yield* Attempt
  standing.isHeld = true
  const pass = yield* resting(gate.enter).pipe(
    Effect.mapError((reason) => new ModelError({ model, stage: "unsent", reason }))
  )
  standing.isHeld = false
  const exchange = new Exchange()
  const watched = new Silence.Watched(() => {
    exchange.stalledMs = settings.idleTimeoutMs
    exchange.abort()
  })
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      silence.remove(watched)
      exchange.abort()
    })
  )
  const clock = yield* Clock.Clock
  const failed = (error: unknown) => {
    const now = clock.currentTimeMillisUnsafe()
    const failure = failureOf(error, { model, exchange, now, ...knownOf(settings) })
    return Effect.andThen(pass.failed(failure.reason, askedToWait(error, now)), Effect.fail(failure))
  }
  const waiting = <A>(wait: () => Promise<A>) =>
    Effect.tryPromise({
      try: () => {
        watched.since = elapsedUnsafe(clock)
        return wait()
      },
      catch: (error) => error
    }).pipe(
      Effect.catch(failed),
      Effect.map((got) => {
        watched.since = undefined
        return got
      })
    )
  silence.add(watched)
  const answer = yield* waiting(() => transport.send(bodyOf(settings, request), exchange))
  yield* pass.accepted
  const heard = () => watched.heard(elapsedUnsafe(clock))
  const source =
    settings.wire === "responses"
      ? partsOf(answer, ResponsesWire.makeReader(), exchange, heard)
      : partsOf(answer, ChatWire.makeReader(), exchange, heard)
  return Stream.fromPull(
    Effect.succeed(
      Effect.flatMap(
        waiting(() => source.next()),
        (parts) => (parts === undefined ? Cause.done() : Effect.succeed(parts))
      )
    )
  )
})

const bodyOf = (settings: ProviderSettings, request: ModelRequest): string => {
  const { chatToolsNeedNoEffort, isReasoning } = modelOf(request.model)
  if (settings.wire === "responses") return JSON.stringify(ResponsesWire.requestBody(request, isReasoning))
  const silenced = chatToolsNeedNoEffort && request.tools.length > 0
  const effort = isReasoning ? (silenced ? "none" : request.effort) : undefined
  return JSON.stringify(ChatWire.requestBody(request, { maxTokensField: settings.maxTokensField, effort }))
}

/** What the text of an error may name, and what not. */
const knownOf = (settings: ProviderSettings) => ({
  host: hostOf(settings.baseUrl),
  known: namesOf(settings),
  secrets: secretsOf(settings)
})

const lacksKey = ({ apiKey, headers, requiresAuth }: ProviderSettings): boolean =>
  requiresAuth && !apiKey && !Object.keys(headers).some((name) => /^(authorization|(x-)?api-key)$/i.test(name))

const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host : url)

/** Names that a user can choose instead: of OpenAI's models only where they are asked for. */
const namesOf = ({ baseUrl, model, prices }: ProviderSettings): ReadonlyArray<string> => {
  const own = [...(model === undefined ? [] : [model]), ...Object.keys(prices)]
  return hostOf(baseUrl) === "api.openai.com" ? [...new Set([...knownModels(), ...own])] : [...new Set(own)]
}

/** Everything that may be a key: other headers and the query may carry one. The longest first, as one may begin another. */
const secretsOf = ({ apiKey, headers, proxyVariables = {}, query }: ProviderSettings): ReadonlyArray<string> => {
  const carried = [...Object.entries(headers), ...Object.entries(query)]
    .filter(([name]) => !harmless.test(name))
    .flatMap(([, value]) => [value, value.replace(/^(bearer|basic)\s+/i, "")])
  const found = [apiKey?.trim() ?? "", ...carried, ...Object.values(proxyVariables).flatMap(passwordOf)]
  return [...new Set(found)].filter((value) => value.length >= 4).toSorted((a, b) => b.length - a.length)
}

const harmless = /^(accept|api-version|content-type|http-referer|user-agent|x-title)$/i

const passwordOf = (url: string): ReadonlyArray<string> => {
  const password = URL.canParse(url) ? new URL(url).password : ""
  return [password, querystring.unescape(password)]
}
