/**
 * A provider with an OpenAI-compatible API as our `Model`, over either wire format. One `stream` is one attempt: it
 * waits at the gate, sends, yields parts as they come, and fails with the stage that it had reached. Retrying is the
 * caller's, who pays.
 *
 * 1. A stream is whole only with its terminal event: the SDK ends a cut one with success, so the readers decide.
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
import { Model, type ModelRequest } from "../Model.ts"
import { defaultModel, factsOf, knownModels, modelOf } from "../ModelCatalog.ts"
import { ModelError } from "../ModelError.ts"
import * as Pressure from "../Pressure.ts"
import * as RateGate from "../RateGate.ts"
import * as ChatWire from "./ChatWire.ts"
import * as Client from "./Client.ts"
import { Exchange } from "./Exchange.ts"
import { askedToWait, type Circumstances, failureOf } from "./Failures.ts"
import { type PartSource, partsOf } from "./PartSource.ts"
import type { ProviderSettings } from "./ProviderSettings.ts"
import * as ResponsesWire from "./ResponsesWire.ts"
import { giveUp, SilenceWatch } from "./Silence.ts"

export const OpenAiModel = {
  /** The connections are kept for as long as the layer is. */
  layer: (settings: ProviderSettings): Layer.Layer<Model> =>
    Layer.effect(
      Model,
      Effect.gen(function* () {
        const client = yield* Effect.acquireRelease(
          Effect.sync(() => Client.make(settings)),
          ({ close }) => Effect.sync(close)
        )
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
          // Where it cannot be loaded, the first request says so.
          ready: Effect.ignore(Effect.tryPromise(client.sdk)),
          pressure: Effect.sync(() => Pressure.sum(Array.from(gates.values(), (gate) => gate.pressure()))),
          stream: (request) => Stream.unwrap(attempt(settings, client, gateOf(request.model), request))
        })
      })
    )
}

// internal

const defaultParallelism = 8

const attempt = Effect.fnUntraced(function* (
  settings: ProviderSettings,
  client: Client.Client,
  gate: RateGate.RateGate,
  request: ModelRequest
) {
  const { model } = request
  if (lacksKey(settings)) {
    const reason = { _tag: "MissingKey", variable: settings.keyVariable, how: settings.keyInstructions } as const
    return yield* new ModelError({ model, stage: "unsent", reason })
  }
  const pass = yield* resting(gate.enter).pipe(
    Effect.mapError((reason) => new ModelError({ model, stage: "unsent", reason }))
  )
  const exchange = new Exchange(settings.wire)
  yield* Effect.addFinalizer(() => Effect.sync(() => exchange.abort()))
  const clock = yield* Clock.Clock
  const watch = new SilenceWatch()
  yield* Effect.forkScoped(
    giveUp(watch, settings.idleTimeoutMs, () => {
      exchange.stalledMs = settings.idleTimeoutMs
      exchange.abort()
    })
  )
  const told = {
    model,
    exchange,
    host: hostOf(settings.baseUrl),
    known: namesOf(settings),
    secrets: secretsOf(settings)
  }
  const circumstances = (): Circumstances => ({ ...told, now: clock.currentTimeMillisUnsafe() })
  const failed = (error: unknown) => {
    const failure = failureOf(error, circumstances())
    return Effect.andThen(
      pass.failed(failure.reason, askedToWait(error, clock.currentTimeMillisUnsafe())),
      Effect.fail(failure)
    )
  }
  const waiting = <A>(wait: () => Promise<A>) =>
    Effect.tryPromise({
      try: () => watch.during(elapsedUnsafe(clock), wait),
      catch: (error) => error
    }).pipe(Effect.catch(failed))

  const source = yield* waiting(() =>
    openSource(settings, client, request, exchange, () => {
      watch.heard(elapsedUnsafe(clock))
    })
  )
  yield* pass.accepted
  return Stream.fromPull(
    Effect.succeed(
      Effect.flatMap(
        waiting(() => source.next()),
        (parts) => (parts === undefined ? Cause.done() : Effect.succeed(parts))
      )
    )
  )
})

/** Sends the request; its headers have come when the source is there. */
const openSource = async (
  settings: ProviderSettings,
  client: Client.Client,
  request: ModelRequest,
  exchange: Exchange,
  heard: () => void
): Promise<PartSource> => {
  const sdk = await client.sdk()
  const options = Client.requestOptions(exchange)
  const { chatToolsNeedNoEffort, isReasoning } = modelOf(request.model)
  if (settings.wire === "responses") {
    const events = await sdk.responses.create(ResponsesWire.requestBody(request, isReasoning), options)
    return partsOf(events, ResponsesWire.makeReader(), exchange, heard)
  }
  const silenced = chatToolsNeedNoEffort && request.tools.length > 0
  const effort = isReasoning ? (silenced ? "none" : request.effort) : undefined
  const body = ChatWire.requestBody(request, { maxTokensField: settings.maxTokensField, effort })
  const chunks = await sdk.chat.completions.create(body, options)
  return partsOf(chunks, ChatWire.makeReader(), exchange, heard)
}

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
