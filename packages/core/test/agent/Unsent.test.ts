/** A request that is ended while it waits for its turn at the provider. */
import { afterAll, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { Model } from "../../src/model/Model.ts"
import { providerServer } from "../../src/testing/ProviderServer.ts"
import { makeWorkspace, overTheWire, runAgent } from "./oneAgent.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

const another = {
  model: "some-model",
  system: "",
  messages: [{ _tag: "User", text: "hello" }],
  tools: [],
  maxOutputTokens: 100,
  effort: "low",
  format: null,
  brief: { agent: "another", goal: "", scope: [] },
  closing: false
} as const

it.live("costs nothing, for nothing of it has left; one that has left costs its reserve", () =>
  Effect.gen(function* () {
    const server = yield* providerServer(() => ({ text: "late", delayMs: 10_000 }))
    const ended = Effect.fnUntraced(function* (parallelism: number) {
      const before = server.requests.length
      return yield* Effect.gen(function* () {
        const { stream } = yield* Model
        const inFront = yield* Effect.forkChild(Stream.runDrain(stream(another)))
        while (server.requests.length === before) yield* Effect.sleep(5)
        const { facts, result, used } = yield* runAgent(workspace.root, { limits: { tokens: 50_000, wallMs: 400 } })
        yield* Fiber.interrupt(inFront)
        const failed = facts.filter((fact) => fact._tag === "TurnFailed")
        expect([result.status, failed.length, used]).toStrictEqual(["timed_out", 1, failed[0]?.charged])
        return [server.requests.length - before - 1, used > 0, result.unknownTokens > 0]
      }).pipe(Effect.provide(overTheWire(server.url, "chat", { parallelism, idleTimeoutMs: 60_000 })))
    })
    expect(yield* ended(1)).toStrictEqual([0, false, false])
    expect(yield* ended(2)).toStrictEqual([1, true, true])
  }).pipe(Effect.scoped)
)
