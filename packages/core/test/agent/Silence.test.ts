import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { resting } from "../../src/actor/Pulse.ts"
import { type AgentEvent, AgentJournal } from "../../src/agent/AgentEvent.ts"
import * as Silence from "../../src/agent/Silence.ts"
import { childPath, makeRunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Model, type ModelRequest } from "../../src/model/Model.ts"
import * as Pressure from "../../src/model/Pressure.ts"
import type { AnyTool } from "../../src/tool/Tool.ts"
import { toolEvents } from "../../src/tool/ToolEvent.ts"

const run = makeRunId(0, 0)
const path = childPath(rootPath, "worker", 1)

const tool = (name: string, timeLimitMs?: number | null): AnyTool => ({
  name,
  description: "",
  parameters: Schema.Struct({}),
  timeLimitMs,
  outputCap: 0,
  replay: "safe",
  narrower: "",
  actions: () => Effect.succeed([]),
  run: () => Effect.succeed("")
})

const quiet: Silence.Quiet = {
  path,
  tools: [tool("slow", 20 * 60_000), tool("usual"), tool("endless", null)],
  silenceMs: 10 * 60_000
}

/** A model whose answer comes in parts, a minute between two. */
const drip = (parts: number) =>
  Model.of({
    provider: "drip",
    mode: "model",
    model: "drip",
    retries: {},
    facts: (name) => ({ name, contextWindow: 1_000, maxOutput: 100, price: null }),
    pressure: Effect.succeed(Pressure.none),
    stream: () =>
      Stream.range(1, parts).pipe(
        Stream.mapEffect((part) =>
          Effect.as(Effect.sleep("9 minutes"), { _tag: "Reasoning", text: `${part}` } as const)
        ),
        Stream.concat(Stream.fromEffect(Effect.never))
      )
  })

const request: ModelRequest = {
  model: "drip",
  system: "",
  messages: [],
  tools: [],
  maxOutputTokens: 10,
  effort: "low",
  format: null,
  brief: { agent: "worker", goal: "", scope: [] },
  closing: false
}

const services = Layer.mergeAll(Journal.layerMemory, Layer.succeed(Model, drip(3)))

const say = (fact: AgentEvent) => AgentJournal.append(run, path, rootPath, fact)
const told: AgentEvent = { _tag: "Told", text: "…" }
const intent = (name: string) =>
  toolEvents.append(run, path, rootPath, { _tag: "Intent", call: { id: name, name, args: "{}" } })
const done = (name: string) =>
  toolEvents.append(run, path, rootPath, { _tag: "Done", callId: name, ok: true, text: "", ms: 0, changes: [] })

/** After how many minutes the clock ends this, and what it says. */
const ends = <A, E>(work: Effect.Effect<A, E, Journal | Model>, of: Silence.Quiet = quiet) =>
  Effect.gen(function* () {
    yield* (yield* Journal).open(run)
    let isStopped = false
    const whole = Effect.ensuring(
      work,
      Effect.sync(() => {
        isStopped = true
      })
    )
    const fiber = yield* Effect.forkChild(Effect.result(Silence.within(of)(whole)), { startImmediately: true })
    let minutes = 0
    while (fiber.pollUnsafe() === undefined) {
      if (minutes > 300) throw new Error("it goes on for ever")
      yield* TestClock.adjust("1 minute")
      minutes += 1
    }
    expect(isStopped).toBe(true)
    return [minutes, yield* Fiber.join(fiber)] as const
  }).pipe(Effect.provide(services))

const silent = (doing: ReadonlyArray<string> = [], silentMs = quiet.silenceMs) =>
  expect.objectContaining({ _tag: "Failure", failure: new Silence.AgentSilent({ path, silentMs, doing }) })

describe("the clock of silence", () => {
  it.effect("ends what shows no sign of life, once it has been stopped", () =>
    Effect.gen(function* () {
      expect(yield* ends(Effect.never)).toStrictEqual([10, silent()])
    })
  )

  it.effect("leaves alone what comes to its end before, well or not", () =>
    Effect.gen(function* () {
      expect(yield* ends(Effect.as(Effect.sleep("9 minutes"), "done"))).toStrictEqual([
        9,
        expect.objectContaining({ _tag: "Success", success: "done" })
      ])
      expect(yield* ends(Effect.andThen(Effect.sleep("2 minutes"), Effect.fail("failed")))).toStrictEqual([
        2,
        expect.objectContaining({ _tag: "Failure", failure: "failed" })
      ])
    })
  )

  it.effect("begins anew with every event of the agent", () =>
    Effect.gen(function* () {
      const work = Effect.repeat(Effect.andThen(Effect.sleep("9 minutes"), say(told)), { times: 4 })
      expect(yield* ends(Effect.andThen(work, Effect.never))).toStrictEqual([55, silent()])
    })
  )

  it.effect("begins anew with every part of an answer, also with those that are not recorded", () =>
    Effect.gen(function* () {
      const asked: AgentEvent = {
        _tag: "TurnRequested",
        turn: 1,
        attempt: 1,
        reserved: 100,
        maxOutputTokens: 10,
        closing: false
      }
      const work = Effect.flatMap(Model, ({ stream }) => Effect.andThen(say(asked), Stream.runDrain(stream(request))))
      expect(yield* ends(work)).toStrictEqual([37, silent(["the model"])])
    })
  )

  it.effect("stands still while the agent waits for others, and begins anew when it has what it waited for", () =>
    Effect.gen(function* () {
      const work = Effect.andThen(
        Effect.sleep("9 minutes"),
        Effect.all([resting(Effect.sleep("100 minutes")), resting(Effect.sleep("25 minutes"))], {
          concurrency: "unbounded"
        })
      )
      expect(yield* ends(Effect.andThen(work, Effect.never))).toStrictEqual([119, silent()])
    })
  )

  it.effect("lets a tool have the time that it may take, and an endless one none beyond its own", () =>
    Effect.gen(function* () {
      const hangs = (name: string) => ends(Effect.andThen(intent(name), Effect.never))
      expect([yield* hangs("slow"), yield* hangs("usual"), yield* hangs("endless")]).toStrictEqual([
        [21, silent(["slow"], 1_205_000)],
        [16, silent(["usual"], 905_000)],
        [10, silent(["endless"])]
      ])
      const calls = Effect.andThen(intent("slow"), Effect.andThen(Effect.sleep("19 minutes"), done("slow")))
      expect(yield* ends(Effect.andThen(calls, Effect.never))).toStrictEqual([29, silent()])
    })
  )

  it.effect("does not count the wait for the moment at which a failed request is sent again", () =>
    Effect.gen(function* () {
      const lost: AgentEvent = {
        _tag: "TurnFailed",
        turn: 1,
        attempt: 1,
        charged: 0,
        nanoUsd: null,
        error: { tag: "ModelError", message: "", hint: "" },
        retryInMs: 60_000
      }
      const hasty = { ...quiet, silenceMs: 30_000 }
      const work = Effect.andThen(say(lost), Effect.sleep("61 seconds"))
      expect(yield* ends(work, hasty)).toStrictEqual([2, expect.objectContaining({ _tag: "Success" })])
    })
  )

  it("says how long it was, what the agent was waiting for, and what to do", () => {
    const error = new Silence.AgentSilent({ path, silentMs: 600_000, doing: ["the model", "build"] })
    expect(error.message).toBe(
      "/root/worker gave no sign of life for 10 min and was ended; it was waiting for the model and build"
    )
    expect(new Silence.AgentSilent({ path, silentMs: 45_400, doing: [] }).message).toBe(
      "/root/worker gave no sign of life for 45 s and was ended"
    )
    expect(error.hint).toBe(
      "Allow it more with --silence, also when it is resumed, or with supervision.silence in its definition; what it had until then is kept."
    )
  })
})
