/**
 * How an agent ends: its last word, and what the record and the result say of it wherever it was cut off.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import * as TestClock from "effect/testing/TestClock"
import { formatOf } from "../../src/agent/AnswerCheck.ts"
import * as Transcript from "../../src/agent/Transcript.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import { Grant } from "../../src/policy/Grant.ts"
import { providerServer } from "../../src/testing/ProviderServer.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import type { Tool } from "../../src/tool/Tool.ts"
import { writeFile } from "../../src/tool/tools/writeFile.ts"
import { passing } from "../runtime/Lives.ts"
import { type Asked, makeWorkspace, overTheWire, runAgent, taskOf } from "./oneAgent.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

type Answer = Parameters<typeof ScriptedModel.layer>[0]

const scripted = Effect.fnUntraced(function* (answer: Answer, asked: Asked = {}) {
  const requests: Array<ModelRequest> = []
  const model = ScriptedModel.layer((request, before) => {
    requests.push(request)
    return answer(request, before)
  })
  return { ...(yield* runAgent(workspace.root, asked).pipe(Effect.provide(model))), requests }
})

const call = (id: string, name: string, args: object) => ({ id, name, args: JSON.stringify(args) })

describe("an agent's last word", () => {
  it.effect("is asked for where it ends without one, and what it said on the way is no answer", () =>
    Effect.gen(function* () {
      const texts = ["", " ", "It is 42."]
      const { facts, requests, result } = yield* scripted((_, before) =>
        before === 0
          ? { text: "Let me look.", calls: [call("c", "read_file", { path: "src/app.ts" })] }
          : { text: texts[before - 1] ?? "" }
      )
      expect([result.status, result.answer, requests.length]).toStrictEqual(["completed", "It is 42.", 4])
      const asked = "You have said nothing. Write your final answer, or go on with a tool."
      expect(facts.flatMap((fact) => (fact._tag === "Told" ? [fact.text] : []))).toStrictEqual([asked, asked])
    })
  )

  it.effect("is held against the checks when it is its only one, too", () =>
    Effect.gen(function* () {
      const ended = Effect.fnUntraced(function* (command: string) {
        const checks = { commands: [command], environment: {} }
        const { result } = yield* scripted(() => ({ text: "done" }), { checks, limits: { turns: 1 } })
        return [result.status, result.verified, result.error?.tag, result.checks.map(({ exitCode }) => exitCode)]
      })
      expect(yield* ended("true")).toStrictEqual(["completed", true, undefined, [0]])
      expect(yield* ended("exit 3")).toStrictEqual(["failed", false, "VerificationFailed", [3]])
    })
  )

  it.effect("is no answer when it is its only one and was cut", () =>
    Effect.gen(function* () {
      const { result } = yield* scripted(() => ({ text: "word ".repeat(20_000) }), { limits: { turns: 1 } })
      expect([result.status, result.error?.tag]).toStrictEqual(["failed", "AnswerCut"])
    })
  )

  it.live("is not asked for in another form after a refusal", () =>
    Effect.gen(function* () {
      const format = yield* formatOf({ type: "object" })
      for (const finish of ["refusal", "content_filter"] as const) {
        const server = yield* providerServer(() => ({ text: "I will not.", finish }))
        const { result } = yield* runAgent(workspace.root, { format, limits: { tokens: 3_000 } }).pipe(
          Effect.provide(overTheWire(server.url, "chat"))
        )
        expect([result.status, result.error?.tag, server.requests.length]).toStrictEqual(["failed", "AnswerCut", 1])
      }
    }).pipe(Effect.scoped)
  )

  it.effect("is asked for more shortly where its form was cut off", () =>
    Effect.gen(function* () {
      const format = yield* formatOf({ type: "object" })
      const { facts, result } = yield* scripted(
        (_, before) => ({ text: before === 0 ? `{"a":"${"word ".repeat(4_000)}"}` : '{"a":"word"}' }),
        { format, limits: { tokens: 3_600 } }
      )
      expect([result.status, result.answer]).toStrictEqual(["paused", '{"a":"word"}'])
      const [told = ""] = facts.flatMap((fact) => (fact._tag === "Told" ? [fact.text] : []))
      expect(told).toMatch(/^Your answer does not have .*: it was cut at \d+ output tokens; write less\.\n/)
    })
  )
})

/** The agent's time is over as soon as this is reached. */
const timeIsUp = Effect.andThen(TestClock.adjust("1 minute"), Effect.never)

const readOne = { calls: [call("a", "read_file", { path: "src/file1.ts" })] }

type Totals = Pick<Transcript.Transcript, "nanoUsd" | "toolCalls" | "turns" | "unknownTokens" | "usage">

const brokeOff = new ModelError({ model: "scripted", stage: "streaming", reason: { _tag: "CutStream" } })

describe("the record and the result of an agent agree on what was spent", () => {
  const cases: ReadonlyArray<readonly [string, () => ReturnType<Answer>, string]> = [
    ["a request that is on its way", () => timeIsUp, "timed_out"],
    [
      "the pause after one that broke off",
      () => Effect.andThen(TestClock.adjust("59900 millis"), brokeOff),
      "timed_out"
    ],
    ["a provider that breaks", () => Effect.die(new Error("it broke")), "failed"]
  ]
  it.effect.each(cases)("when it ends in %s", ([, second, status]) =>
    Effect.gen(function* () {
      const clock = yield* Effect.forkChild(
        Effect.forever(Effect.andThen(TestClock.adjust("1 millis"), Effect.yieldNow))
      )
      const { events, result, used } = yield* scripted((_, before) => (before === 0 ? readOne : second()), {
        limits: { wallMs: 60_000 }
      })
      yield* Fiber.interrupt(clock)
      const folded = Transcript.ofEvents(events)
      expect(result.status).toBe(status)
      expect(result.unknownTokens).toBeGreaterThan(0)
      const totals = ({ nanoUsd, toolCalls, turns, unknownTokens, usage }: Totals) => [
        nanoUsd,
        toolCalls,
        turns,
        unknownTokens,
        usage
      ]
      expect(totals(result)).toStrictEqual(totals(folded))
      expect(result.unknownTokens + result.usage.total).toBe(used)
    })
  )

  it.effect("when it ends in a request for a summary", () =>
    Effect.gen(function* () {
      const model = ScriptedModel.layer(
        (request, before) =>
          request.tools.length === 0
            ? timeIsUp
            : { calls: [call(`c${before}`, "read_file", { path: `src/file${before}.ts` })] },
        { facts: { contextWindow: 5_000 } }
      )
      const { events, facts, result, used } = yield* runAgent(workspace.root, { limits: { wallMs: 60_000 } }).pipe(
        Effect.provide(model)
      )
      expect(facts.some((fact) => fact._tag === "TurnFailed" && fact.purpose === "summary")).toBe(true)
      expect(result.unknownTokens).toBe(Transcript.ofEvents(events).unknownTokens)
      expect(result.unknownTokens + result.usage.total).toBe(used)
    })
  )
})

describe("an agent whose budget is used up by requests that fail", () => {
  it.effect("ends with the provider's failure, which is the cause, and not as one that was closed at a limit", () =>
    Effect.gen(function* () {
      const { facts, requests, result } = yield* passing(scripted(() => brokeOff, { limits: { tokens: 12_000 } }))
      expect([result.status, result.error?.tag]).toStrictEqual(["failed", "ModelError"])
      expect(result.error?.message).toBe(
        "scripted: the answer was cut off before its end; what is left of the budget does not pay for another attempt"
      )
      expect(result.error).toMatchObject({ hint: brokeOff.hint, reason: { _tag: "CutStream" } })
      // Fewer than it has attempts; the last were closing ones.
      expect(requests.length).toBeGreaterThan(1)
      expect(requests.length).toBeLessThan(11)
      expect(requests.at(-1)?.closing).toBe(true)
      expect(facts.at(-1)).toMatchObject({ _tag: "Ended", result: { error: result.error } })
    })
  )

  it.effect("is paused where one of them left enough for its answer, or only that was lost", () =>
    Effect.gen(function* () {
      const once = yield* passing(
        scripted((request) => (request.closing ? { text: "short" } : brokeOff), {
          limits: { tokens: 12_000 }
        })
      )
      const asked = once.requests.map(({ closing }) => closing)
      expect([asked[0], asked.at(-1), once.result.status]).toStrictEqual([false, true, "paused"])
      expect([once.result.answer, once.result.error?.tag]).toStrictEqual(["short", "BudgetExceeded"])
      const closing = yield* passing(
        scripted(
          (request, before) =>
            request.closing
              ? brokeOff
              : { calls: [call(`c${before}`, "read_file", { path: `src/file${before % 12}.ts` })] },
          { limits: { tokens: 12_000 } }
        )
      )
      expect(closing.requests.at(-1)?.closing).toBe(true)
      expect([closing.result.status, closing.result.error?.tag]).toStrictEqual(["paused", "BudgetExceeded"])
    })
  )
})

describe("an agent that ends in the midst of its calls", () => {
  it.effect("keeps what the ended ones have read and changed, in the record and in its result", () =>
    Effect.gen(function* () {
      const written = yield* Deferred.make<void>()
      const quick: typeof writeFile = {
        ...writeFile,
        run: (args) => Effect.tap(writeFile.run(args), () => Deferred.succeed(written, undefined))
      }
      const never: Tool<object> = {
        name: "never",
        description: "Does not come back",
        parameters: Schema.Struct({}),
        timeLimitMs: null,
        outputCap: 100,
        replay: "safe",
        narrower: "wait less",
        actions: () => Effect.succeed([]),
        run: () =>
          Deferred.await(written).pipe(
            // The result is recorded after its tool has come back.
            Effect.andThen(Effect.repeat(Effect.yieldNow, { times: 100 })),
            Effect.andThen(timeIsUp)
          )
      }
      const { definition, policy } = taskOf({})
      const { events, result } = yield* scripted(
        () => ({
          calls: [call("n", "never", {}), call("w", "write_file", { path: "out.md", content: "hello\n" })]
        }),
        {
          tools: [quick, never],
          policy: policy.map((grant) => new Grant({ ...grant, label: definition.name, write: ["**"] })),
          limits: { wallMs: 60_000 }
        }
      )
      expect([result.status, result.artifacts]).toStrictEqual(["timed_out", ["out.md"]])
      const { messages } = Transcript.ofEvents(events)
      expect(messages.flatMap((message) => (message._tag === "Tool" ? [message.callId] : []))).toStrictEqual(["w"])
    })
  )
})
