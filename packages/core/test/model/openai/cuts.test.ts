import { describe, expect, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { ModelPart } from "../../../src/model/Model.ts"
import type { Answer } from "../../../src/testing/ProviderServer.ts"
import { grepTool, request, rig, until, wires } from "./fixture.ts"

const points = ["before-headers", "after-headers", "mid-text", "mid-arguments", "before-terminal"] as const

const answer = { text: "Some text to be cut.", calls: [{ name: "grep", args: { pattern: "something long enough" } }] }

describe.each(wires)("an answer over the %s wire", (wire) => {
  const gathered = Effect.fnUntraced(function* (
    kind: "reset" | "end" | "stall" | "garbage-line",
    at: (typeof points)[number]
  ) {
    const seen: Array<ModelPart> = []
    const { model } = yield* rig(
      wire,
      { ...answer, fault: { kind, at } },
      { idleTimeoutMs: kind === "stall" ? 150 : 10_000 }
    )
    const parts = model.stream(request({ tools: [grepTool] }))
    const error = yield* Effect.flip(Stream.runForEach(parts, (part) => Effect.sync(() => seen.push(part))))
    return { error, tags: new Set(seen.map((part) => part._tag)) }
  })

  it.live.each(points)("that is reset %s brings no call and no end", (at) =>
    Effect.gen(function* () {
      const { error, tags } = yield* gathered("reset", at)
      expect(error.isRetryable).toBe(true)
      expect(error.isBilled).toBe(true)
      expect([error.stage, error.reason._tag]).toStrictEqual(
        at === "before-headers" ? ["sent", "Unavailable"] : ["streaming", "CutStream"]
      )
      expect([tags.has("Call"), tags.has("Finish")]).toStrictEqual([false, false])
    })
  )

  it.live.each(points)("that ends %s as if it were whole is cut", (at) =>
    Effect.gen(function* () {
      const { error, tags } = yield* gathered("end", at)
      expect([error.stage, error.reason._tag]).toStrictEqual(
        at === "before-headers" ? ["sent", "Unavailable"] : ["streaming", "CutStream"]
      )
      expect([tags.has("Call"), tags.has("Finish")]).toStrictEqual([false, false])
    })
  )

  it.live.each(points)("that stalls %s is given up after the idle time", (at) =>
    Effect.gen(function* () {
      const { error, tags } = yield* gathered("stall", at)
      expect([error.stage, { ...error.reason }]).toStrictEqual([
        at === "before-headers" ? "sent" : "streaming",
        { _tag: "Stalled", idleMs: 150 }
      ])
      expect([tags.has("Call"), tags.has("Finish")]).toStrictEqual([false, false])
    })
  )

  it.live.each(points.slice(1))("with a line %s that is no event cannot be read", (at) =>
    Effect.gen(function* () {
      const { error, tags } = yield* gathered("garbage-line", at)
      expect([error.stage, error.reason._tag]).toStrictEqual(["streaming", "InvalidResponse"])
      expect([tags.has("Call"), tags.has("Finish")]).toStrictEqual([false, false])
    })
  )

  it.live("that comes slowly, but comes, is waited for", () =>
    Effect.gen(function* () {
      const slow = { text: "x".repeat(600), chunkDelayMs: 40 }
      const { parts } = yield* rig(wire, slow, { idleTimeoutMs: 200 })
      expect((yield* parts()).at(-1)).toMatchObject({ _tag: "Finish", reason: "stop" })
    })
  )

  it.live.each([
    { way: "forward", jumpMs: 3_600_000 },
    { way: "back", jumpMs: -86_400_000 }
  ])("is given up after the idle time and not before, also while the clock is set $way", ({ jumpMs }) =>
    Effect.gen(function* () {
      const real = yield* Clock.Clock
      let jumped = 0
      const now = () => real.currentTimeMillisUnsafe() + jumped
      const clock: Clock.Clock = Object.assign(Object.create(real), {
        currentTimeMillisUnsafe: now,
        currentTimeMillis: Effect.sync(now)
      })
      const onClock = Effect.provideService(Clock.Clock, clock)
      // Set in the midst of a wait, before it is looked at.
      const asked = Effect.fnUntraced(function* (answer: Answer, idleTimeoutMs: number, afterMs: number) {
        const { model, server } = yield* rig(wire, answer, { idleTimeoutMs })
        jumped = 0
        const parts = yield* Effect.forkChild(Effect.result(Stream.runCollect(model.stream(request()))))
        yield* until(() => server.requests.length === 1)
        yield* Effect.sleep(afterMs)
        jumped = jumpMs
        return yield* Fiber.join(parts)
      })
      const whole = yield* onClock(asked({ text: "x".repeat(48), chunkDelayMs: 300 }, 400, 350))
      expect(Result.isSuccess(whole) && whole.success.at(-1)).toMatchObject({ _tag: "Finish", reason: "stop" })
      const silent = yield* onClock(asked({ ...answer, fault: { kind: "stall", at: "mid-text" } }, 150, 50))
      expect(Result.isFailure(silent) && { ...silent.failure.reason }).toStrictEqual({ _tag: "Stalled", idleMs: 150 })
    })
  )

  it.live("that somebody reads slowly is not silence of the provider", () =>
    Effect.gen(function* () {
      const { model } = yield* rig(wire, { text: "x".repeat(600) }, { idleTimeoutMs: 100 })
      const slowly = Stream.tap(model.stream(request()), () => Effect.sleep(40))
      expect((yield* Stream.runCollect(slowly)).at(-1)).toMatchObject({ _tag: "Finish", reason: "stop" })
    })
  )

  it.live.each(["before-headers", "mid-text"] as const)("whose reader leaves %s is aborted at the provider", (at) =>
    Effect.gen(function* () {
      const { model, server } = yield* rig(wire, { ...answer, fault: { kind: "stall", at } })
      const fiber = yield* Effect.forkChild(Stream.runDrain(model.stream(request({ tools: [grepTool] }))))
      yield* until(() => server.requests.length === 1)
      yield* Fiber.interrupt(fiber)
      yield* until(() => server.openRequests === 0)
      expect(server.aborted).toBe(1)
    })
  )

  it.live("of which only the beginning is wanted is aborted as well", () =>
    Effect.gen(function* () {
      const { model, server } = yield* rig(wire, { text: "x".repeat(9_000), chunkDelayMs: 5 })
      const [first] = yield* Stream.runCollect(Stream.take(model.stream(request()), 1))
      yield* until(() => server.openRequests === 0)
      expect([first?._tag, server.aborted]).toStrictEqual(["Text", 1])
    })
  )
})
