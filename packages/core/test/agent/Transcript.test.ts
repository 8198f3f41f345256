import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { TurnCompleted } from "../../src/agent/AgentEvent.ts"
import type { Letter } from "../../src/agent/AgentTask.ts"
import * as Transcript from "../../src/agent/Transcript.ts"
import { rootPath } from "../../src/domain/Ids.ts"
import type { Message } from "../../src/domain/Message.ts"
import { Usage } from "../../src/domain/Usage.ts"
import type { ModelRequest } from "../../src/model/Model.ts"
import { ModelError } from "../../src/model/ModelError.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { makeWorkspace, runAgent } from "./oneAgent.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

const turn = (text: string, ...ids: ReadonlyArray<string>): typeof TurnCompleted.Type => ({
  _tag: "TurnCompleted",
  turn: 1,
  text,
  calls: ids.map((id) => ({ id, name: "read_file", args: `{"path":"${id}"}` })),
  keepsakes: [],
  usage: new Usage({ input: 100, cached: 0, output: 10, reasoning: 0 }),
  charged: 110,
  nanoUsd: 140,
  finish: "stop"
})

const done = (callId: string, text = `text of ${callId}`): Transcript.Fact => ({ _tag: "Done", callId, ok: true, text })

const fold = (...facts: ReadonlyArray<Transcript.Fact>) => facts.reduce(Transcript.apply, Transcript.empty)

const textsOf = (messages: ReadonlyArray<Message>) => messages.map(({ text }) => text)

const prompted = { _tag: "Prompted", text: "goal" } as const

describe("a conversation", () => {
  it("has its results in the order of the calls, whatever the order in which they came", () => {
    const { messages } = fold(prompted, turn("", "a", "b", "c"), done("c"), done("a"), done("b"))
    expect(textsOf(messages)).toStrictEqual(["goal", "", "text of a", "text of b", "text of c"])
  })

  it("takes no notice of results that no call of its last turn asked for", () => {
    const { messages } = fold(prompted, turn("", "a"), done("a"), turn("", "b"), done("a"), done("artifact:x.md"))
    expect(textsOf(messages)).toStrictEqual(["goal", "", "text of a", ""])
  })

  it("charges a summary and counts it as no turn", () => {
    const summary = { ...turn("what was done"), purpose: "summary" } as const
    const before = fold(prompted, turn("", "a"), done("a"))
    expect(Transcript.apply(before, summary)).toStrictEqual({
      ...before,
      usage: new Usage({ input: 200, cached: 0, output: 20, reasoning: 0 }),
      nanoUsd: 280
    })
  })

  it("goes on from its first message, what stands for the rest, and its last turns", () => {
    const { measured, messages } = fold(prompted, turn("one", "a"), done("a"), turn("two", "b"), done("b"), {
      _tag: "Compacted",
      before: 3,
      summary: "in short"
    })
    expect(textsOf(messages)).toStrictEqual(["goal", "in short", "two", "text of b"])
    // What the provider counted for the first request still stands in front.
    expect(measured).toStrictEqual({ tokens: 100, messages: 1 })
  })

  it("reads what is named instead of a long result", () => {
    const { messages } = fold(prompted, turn("", "a", "b"), done("a"), done("b"), turn("", "c"), {
      _tag: "Compacted",
      before: 4,
      summary: null,
      named: [{ callId: "a", text: "(left out)" }]
    })
    expect(textsOf(messages)).toStrictEqual(["goal", "", "(left out)", "text of b", ""])
  })

  it("keeps the last plan that was accepted", () => {
    const plan = (id: string, args: string) => ({ ...turn(""), calls: [{ id, name: "update_plan", args }] })
    const steps = [{ text: "look", status: "doing" as const }]
    const kept = fold(prompted, plan("p", JSON.stringify({ steps })), done("p"), plan("q", '{"steps": "none"}'), {
      _tag: "Done",
      callId: "q",
      ok: false,
      text: "error"
    })
    expect(kept.plan).toStrictEqual(steps)
    expect(fold(prompted, turn("", "a"), done("a")).plan).toBe(null)
  })
})

const Kind = Schema.Literals(["look", "many", "same", "twice one id", "no such tool", "fails", "large"])
type Kind = typeof Kind.Type

const textIn = (body: unknown): string =>
  typeof body === "object" && body !== null && "text" in body ? String(body.text) : ""

const unavailable = new ModelError({
  model: "scripted",
  stage: "answered",
  reason: { _tag: "Unavailable", status: 503, detail: "busy" }
})

const read = (id: string, file: number, limit: number) => ({
  id,
  name: "read_file",
  args: JSON.stringify({ path: `src/file${file}.ts`, limit })
})

const reply = (kind: Kind | undefined, turn: number): ScriptedModel.Reply | ModelError => {
  switch (kind) {
    case "look":
      return { text: `turn ${turn}`, calls: [read(`c${turn}`, turn % 12, 3 + turn)] }
    case "many":
      return { calls: [0, 1, 2, 3].map((index) => read(`c${turn}_${index}`, index, 20 + turn)) }
    case "same":
      return { calls: [{ id: `c${turn}`, name: "read_file", args: '{"path":"src/app.ts"}' }] }
    case "twice one id":
      return { calls: [read("same", 1, 2), read("same", 2, 2)] }
    case "no such tool":
      return { calls: [{ id: `c${turn}`, name: "fly", args: "{}" }, read(`d${turn}`, 1, 1 + turn)] }
    case "fails":
      return unavailable
    case "large":
      return { calls: [read(`c${turn}`, turn % 12, 80)] }
    default:
      return { text: "done" }
  }
}

describe("the record of a run", () => {
  const contextWindow = 5_000
  const runs = 20
  // More than the context holds, before whatever chance brings: so every one of the runs is shortened.
  const filling: ReadonlyArray<Kind> = ["large", "large", "large", "large"]
  let shortened = 0
  it.effect.prop(
    "folds to what each request of it carried: calls, results, failures, messages of others, summaries",
    [Schema.Array(Kind).pipe(Schema.check(Schema.isMinLength(12), Schema.isMaxLength(18))), Schema.Boolean],
    ([kinds, summarises]) =>
      Effect.gen(function* () {
        const script = [...filling, ...kinds]
        const requests: Array<ModelRequest> = []
        let turn = 0
        const letters: Array<Letter> = [{ id: "m1", from: rootPath, text: "hurry" }]
        const model = ScriptedModel.layer(
          (request) => {
            requests.push(request)
            if (request.tools.length === 0) return { text: request.closing || summarises ? "in short" : "" }
            turn += 1
            return reply(script[turn - 1], turn)
          },
          { facts: { contextWindow }, retries: { firstMs: 0 } }
        )
        const { events } = yield* runAgent(workspace.root, {
          goal: "everything",
          inbox: { take: Effect.sync(() => (turn === 2 ? letters.splice(0) : [])), close: Effect.succeed([]) }
        }).pipe(Effect.provide(model))
        const asked = events.flatMap(({ type }, index) => (type === "TurnRequested" ? [index] : []))
        expect(asked.length).toBe(requests.length)
        const folded = asked.map((index) => Transcript.ofEvents(events.slice(0, index)).messages)
        // A closing answer and a summary are asked for in a message of their own behind the conversation.
        const carried = requests.map(({ messages, tools }) => (tools.length === 0 ? messages.slice(0, -1) : messages))
        expect(folded).toStrictEqual(carried)
        if (events.some(({ type }) => type === "Compacted")) shortened += 1
      }),
    { arbitrary: { runs } }
  )

  it("of which every one was shortened", () => expect(shortened).toBe(runs))

  it.effect("says of a repeated result what the model read of it, also when the results before it are left out", () =>
    Effect.gen(function* () {
      const model = ScriptedModel.layer(
        (request, before) =>
          request.tools.length === 0
            ? { text: "in short" }
            : before % 2 === 0
              ? { calls: [{ id: `s${before}`, name: "read_file", args: '{"path":"src/app.ts"}' }] }
              : { calls: [read(`c${before}`, before % 12, 40 + before)] },
        { facts: { contextWindow: 4_000 } }
      )
      const { events, facts, result } = yield* runAgent(workspace.root).pipe(Effect.provide(model))
      const results = events.flatMap(({ body, type }) => (type === "Done" ? [textIn(body)] : []))
      const line = "1\texport const answer = 42"
      const notice = (times: number) =>
        `\n(You have made this call ${times} times with the same result. Do something else or answer.)`
      expect(results.filter((text) => text.startsWith(line))).toStrictEqual([
        line,
        line,
        ...[3, 4, 5, 6].map((times) => line + notice(times))
      ])
      expect([result.status, result.error?.tag]).toStrictEqual(["failed", "AgentLooping"])
      expect(facts.filter(({ _tag }) => _tag === "Compacted").length).toBeGreaterThan(0)
      expect(Transcript.ofEvents(events).forgotten.size).toBeGreaterThan(0)
    })
  )
})
