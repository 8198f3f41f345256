/**
 * Every fault of the scripted provider at every point of an answer, over both wires: what the client hears, and what is
 * billed.
 */
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { type Answer, type Fault, type FaultPoint, providerServer } from "../../src/testing/ProviderServer.ts"
import { ask, eventsOf, eventually, wires } from "./Asking.ts"

const everything: Answer = {
  reasoning: "A search helps.",
  text: "Größe: 👋 let me look.",
  calls: [{ name: "grep", args: { pattern: "x" } }]
}
/** Bytes of the three, the name of the call included. */
const sizes = { reasoning: 15, text: 26, call: 4 + 15 }
const wholeTokens = Math.ceil((sizes.reasoning + sizes.text + sizes.call) / 4)

describe.each(wires)("over the %s wire", (wire) => {
  const points: ReadonlyArray<FaultPoint> = [
    "before-headers",
    "after-headers",
    "mid-text",
    "mid-arguments",
    "before-terminal"
  ]
  /** Output tokens that had gone out before each point. */
  const sent: Readonly<Record<FaultPoint, number>> = {
    "before-headers": 0,
    "after-headers": 0,
    "mid-text": Math.ceil((sizes.reasoning + 15) / 4),
    "mid-arguments": Math.ceil((sizes.reasoning + sizes.text + 4 + 8) / 4),
    "before-terminal": wholeTokens
  }
  const saysEnd = (body: string) => /response\.completed|\[DONE\]/.test(body)
  const struck = (kind: Fault["kind"], at: FaultPoint) =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ ...everything, fault: { kind, at } }))
      const heard = yield* ask(server.url, wire)
      yield* eventually(() => server.openRequests === 0)
      return { heard, server }
    })

  it.live.each(points)("a reset and an early end at %s bill what had been sent, and say no end", (at) =>
    Effect.gen(function* () {
      const isEarly = at === "before-headers"
      for (const [kind, end] of [
        ["reset", "broken"],
        ["end", isEarly ? "broken" : "whole"]
      ] as const) {
        const { heard, server } = yield* struck(kind, at)
        expect([heard.status, heard.end, saysEnd(heard.body)]).toStrictEqual([isEarly ? null : 200, end, false])
        expect(server.billed.input).toBe(isEarly ? 0 : server.requests[0]?.inputTokens)
        expect(server.billed.output).toBe(sent[at])
        expect(heard.body.includes("Größe")).toBe(sent[at] > sent["after-headers"])
        expect(server.aborted).toBe(0)
      }
    }).pipe(Effect.scoped)
  )

  it.live.each(points)("a stall at %s lasts until the client leaves, which is seen", (at) =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ ...everything, fault: { kind: "stall", at } }))
      const asking = yield* Effect.forkChild(ask(server.url, wire))
      yield* eventually(() => server.requests.length === 1 && server.billed.output === sent[at])
      expect([server.openRequests, server.aborted]).toStrictEqual([1, 0])
      yield* Fiber.interrupt(asking)
      yield* eventually(() => server.openRequests === 0)
      expect([server.aborted, server.billed.output]).toStrictEqual([1, sent[at]])
    }).pipe(Effect.scoped)
  )

  it.live.each(points)("an error at %s comes as a status before the headers, as the last event after them", (at) =>
    Effect.gen(function* () {
      const { heard, server } = yield* struck("error-event", at)
      const message = "The server had an error while processing your request. Sorry about that!"
      expect([heard.end, saysEnd(heard.body), server.billed.output]).toStrictEqual(["whole", false, sent[at]])
      if (at === "before-headers") {
        expect([heard.status, JSON.parse(heard.body)]).toStrictEqual([
          500,
          { error: { message, type: "server_error", param: null, code: "server_error" } }
        ])
      } else {
        const error = { message, param: null, code: "server_error" }
        const events = eventsOf(heard.body)
        const last = events.at(-1)
        expect(last).toStrictEqual(
          wire === "chat"
            ? { event: undefined, data: { error: { ...error, type: "server_error" } } }
            : { event: "error", data: { ...error, type: "error", sequence_number: events.length - 1 } }
        )
      }
    }).pipe(Effect.scoped)
  )

  it.live.each(points)("garbage at %s is no HTTP before the headers, and one broken line after them", (at) =>
    Effect.gen(function* () {
      const { heard, server } = yield* struck("garbage-line", at)
      const lines = heard.body.split("\n").filter((line) => line.startsWith("data: {"))
      const broken = lines.filter((line) => !line.endsWith("}"))
      expect([heard.status, broken.length, saysEnd(heard.body), server.billed.output]).toStrictEqual(
        at === "before-headers" ? [null, 0, false, 0] : [200, 1, true, wholeTokens]
      )
    }).pipe(Effect.scoped)
  )

  it.live("a fault strikes also at a point that the answer does not have", () =>
    Effect.gen(function* () {
      for (const at of points) {
        const server = yield* providerServer(() => ({ text: "", fault: { kind: "end", at } }))
        expect(saysEnd((yield* ask(server.url, wire)).body)).toBe(false)
      }
    }).pipe(Effect.scoped)
  )

  it.live("a client that leaves before the headers is billed nothing", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ text: "Too late.", delayMs: 60_000 }))
      const asking = yield* Effect.forkChild(ask(server.url, wire))
      yield* eventually(() => server.requests.length === 1)
      yield* Fiber.interrupt(asking)
      yield* eventually(() => server.openRequests === 0)
      expect([server.aborted, server.billed.total]).toStrictEqual([1, 0])
    }).pipe(Effect.scoped)
  )

  it.live("closing the server ends what is still open", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ text: "Never.", fault: { kind: "stall", at: "mid-text" } }))
      const asking = yield* Effect.forkChild(ask(server.url, wire))
      yield* eventually(() => server.billed.output > 0)
      yield* Effect.promise(() => server.close())
      expect([(yield* Fiber.join(asking)).end, server.openRequests]).toStrictEqual(["broken", 0])
    }).pipe(Effect.scoped)
  )
})
