import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { AssistantMessage } from "../../../src/domain/Message.ts"
import { Usage } from "../../../src/domain/Usage.ts"
import type { ModelPart } from "../../../src/model/Model.ts"
import { grepTool, rig, texts, wires } from "./fixture.ts"

const calls = (parts: ReadonlyArray<ModelPart>) => parts.flatMap((part) => (part._tag === "Call" ? [part.call] : []))
const keepsakes = (parts: ReadonlyArray<ModelPart>) =>
  parts.flatMap((part) => (part._tag === "Keepsake" ? [part.item] : []))

const lines = (events: ReadonlyArray<object | string>): string =>
  events.map((event) => `data: ${typeof event === "string" ? event : JSON.stringify(event)}\n\n`).join("")

/** One call, as a server that is careless with the format sends it. */
const chatStream = (call: object): string =>
  lines([
    { choices: [{ index: 0, delta: { tool_calls: [{ index: 0, ...call }] } }] },
    { choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] },
    "[DONE]"
  ])

const responsesStream = (call: object): string => {
  const item = { type: "function_call", ...call }
  return lines([
    { type: "response.output_item.done", item },
    { type: "response.completed", response: { output: [item] } }
  ])
}

describe.each(wires)("an answer over the %s wire", (wire) => {
  it.live("comes as text in pieces and ends with what it used", () =>
    Effect.gen(function* () {
      const { parts, server } = yield* rig(wire, { text: "Grüße, 世界 👋", cachedTokens: 7 })
      const got = yield* parts()
      const [asked] = server.requests
      expect(texts(got)).toBe("Grüße, 世界 👋")
      expect(got.filter((part) => part._tag === "Text").length).toBeGreaterThan(1)
      expect(got.at(-1)).toStrictEqual({
        _tag: "Finish",
        reason: "stop",
        usage: new Usage({ input: asked?.inputTokens ?? 0, cached: 7, output: server.billed.output, reasoning: 0 })
      })
      expect(asked?.headers.authorization).toBe("Bearer sk-test-0123456789abcdefghij")
      expect(asked?.maxOutput).toBe(1_000)
    })
  )

  it.live("brings parallel calls whole, in order, with the arguments as they were written", () =>
    Effect.gen(function* () {
      const long = JSON.stringify({ pattern: "x".repeat(3_000) })
      const { parts } = yield* rig(wire, {
        text: "Looking.",
        calls: [
          { id: "a", name: "grep", args: long },
          { id: "b", name: "grep", args: '{"pattern": broken' },
          { id: "c", name: "list_dir", args: {} }
        ]
      })
      const got = yield* parts({ tools: [grepTool] })
      expect(calls(got)).toStrictEqual([
        { id: "a", name: "grep", args: long },
        { id: "b", name: "grep", args: '{"pattern": broken' },
        { id: "c", name: "list_dir", args: "{}" }
      ])
      expect(got.at(-1)).toMatchObject({ _tag: "Finish", reason: "tool_calls" })
    })
  )

  const oddCalls: ReadonlyArray<
    readonly [
      how: string,
      said: { readonly id?: string; readonly name?: string; readonly arguments?: unknown },
      expected: { readonly id?: string; readonly name: string; readonly args: string }
    ]
  > = [
    ["without an id", { name: "grep", arguments: "{}" }, { name: "grep", args: "{}" }],
    ["with an empty id", { id: "", name: "grep", arguments: "{}" }, { name: "grep", args: "{}" }],
    ["without arguments", { id: "c1", name: "grep" }, { id: "c1", name: "grep", args: "{}" }],
    [
      "with an object for arguments",
      { id: "c1", name: "grep", arguments: { a: 1 } },
      { id: "c1", name: "grep", args: '{"a":1}' }
    ],
    ["without a name", { id: "c1", arguments: "{}" }, { id: "c1", name: "", args: "{}" }]
  ]
  it.live.each(oddCalls)("brings a call %s as one that can be answered", ([, { id, ...said }, expected]) =>
    Effect.gen(function* () {
      const { parts } = yield* rig(wire, {
        headers: { "content-type": "text/event-stream" },
        bodyText: wire === "chat" ? chatStream({ id, function: said }) : responsesStream({ call_id: id, ...said })
      })
      const [call, ...others] = calls(yield* parts({ tools: [grepTool] }))
      expect(others).toStrictEqual([])
      expect(call).toStrictEqual({ id: call?.id, ...expected })
      expect(call?.id).toMatch(/^(c1|[\da-f-]{36})$/)
    })
  )

  it.live("that reached its cap is cut, and brings no call", () =>
    Effect.gen(function* () {
      const { parts, server } = yield* rig(wire, {
        text: "long ".repeat(20),
        calls: [{ name: "grep", args: { a: 1 } }]
      })
      const got = yield* parts({ maxOutputTokens: 10, tools: [grepTool] })
      expect(texts(got)).toBe("long ".repeat(8))
      expect(calls(got)).toStrictEqual([])
      expect(got.at(-1)).toMatchObject({ _tag: "Finish", reason: "length", usage: { output: 10 } })
      expect(server.billed.output).toBe(10)
    })
  )

  it.live.each([
    ["content_filter", "content_filter"],
    ["refusal", "refusal"]
  ] as const)("that ended by %s says so, with its text and without calls", ([finish, reason]) =>
    Effect.gen(function* () {
      const { parts } = yield* rig(wire, { text: "I can not do that.", finish, calls: [{ name: "grep", args: {} }] })
      const got = yield* parts({ tools: [grepTool] })
      expect(texts(got)).toBe("I can not do that.")
      expect(calls(got)).toStrictEqual([])
      expect(keepsakes(got)).toStrictEqual([])
      expect(got.at(-1)).toMatchObject({ _tag: "Finish", reason })
    })
  )

  const figures =
    wire === "responses"
      ? (input: unknown, output: unknown, cached: unknown, reasoning: unknown, total: unknown) => ({
          input_tokens: input,
          output_tokens: output,
          total_tokens: total,
          input_tokens_details: { cached_tokens: cached },
          output_tokens_details: { reasoning_tokens: reasoning }
        })
      : (input: unknown, output: unknown, cached: unknown, reasoning: unknown, total: unknown) => ({
          prompt_tokens: input,
          completion_tokens: output,
          total_tokens: total,
          prompt_tokens_details: { cached_tokens: cached },
          completion_tokens_details: { reasoning_tokens: reasoning }
        })

  it.live("has the cached and the reasoning tokens counted apart", () =>
    Effect.gen(function* () {
      const { parts } = yield* rig(wire, { text: "ok", usage: figures(100, 50, 64, 32, 150) })
      expect((yield* parts()).at(-1)).toStrictEqual({
        _tag: "Finish",
        reason: "stop",
        usage: new Usage({ input: 100, cached: 64, output: 50, reasoning: 32 })
      })
    })
  )

  it.live("counts as output what the total holds besides the input, where reasoning is told beside the output", () =>
    Effect.gen(function* () {
      const { parts } = yield* rig(wire, { text: "ok", usage: figures(10_120, 1_499, 128, 2_809, 14_428) })
      expect((yield* parts()).at(-1)).toStrictEqual({
        _tag: "Finish",
        reason: "stop",
        usage: new Usage({ input: 10_120, cached: 128, output: 4_308, reasoning: 2_809 })
      })
    })
  )

  const senseless: ReadonlyArray<readonly [string, "none" | Readonly<Record<string, unknown>>]> = [
    ["none", "none"],
    ["negative", figures(-1, 5, 0, 0, 4)],
    ["not whole", figures(10.5, 5, 0, 0, 15.5)],
    ["text", figures("10", 5, 0, 0, 15)],
    ["more cached than sent", figures(10, 5, 11, 0, 15)],
    ["more reasoning than output", figures(10, 5, 0, 6, 15)],
    ["a sum that is another", figures(10, 5, 0, 0, 99)],
    ["a sum that is another, reasoning beside it or not", figures(10, 5, 0, 3, 17)],
    ["no input at all", figures(0, 5, 0, 0, 5)],
    ["no output figure", figures(10, undefined, 0, 0, 10)]
  ]

  it.live.each(senseless)("has no usage where the provider's is %s", ([, usage]) =>
    Effect.gen(function* () {
      const { parts } = yield* rig(wire, { text: "ok", usage })
      expect((yield* parts()).at(-1)).toStrictEqual({ _tag: "Finish", reason: "stop", usage: null })
    })
  )

  it.live("carries a whole conversation to the provider", () =>
    Effect.gen(function* () {
      const { parts, server } = yield* rig(wire, { text: "ok" })
      const turn = { _tag: "Assistant", text: "I look.", keepsakes: [] } as const
      yield* parts({
        messages: [
          { _tag: "User", text: "First" },
          {
            ...turn,
            calls: [
              { id: "c1", name: "grep", args: '{"a":1}' },
              { id: "c2", name: "grep", args: "{bad" }
            ]
          },
          { _tag: "Tool", callId: "c1", name: "grep", ok: true, text: "found" },
          { _tag: "Tool", callId: "c2", name: "grep", ok: false, text: "error: bad" },
          { _tag: "User", text: "Go on" }
        ]
      })
      const [asked] = server.requests
      expect(asked).toMatchObject({
        system: "You are a test.",
        goal: "First",
        lastText: "Go on",
        toolOutputs: [
          { id: "c1", text: "found" },
          { id: "c2", text: "error: bad" }
        ]
      })
      // A server that parses old arguments must not fail on what a model once wrote.
      expect(JSON.stringify(asked?.body)).toContain('{\\"unreadable_arguments\\":\\"{bad\\"}')
    })
  )

  it.live("after a whole one, the connection is used again", () =>
    Effect.gen(function* () {
      const { parts, server } = yield* rig(wire, { text: "ok" })
      for (let turn = 0; turn < 5; turn++) yield* parts()
      expect({ sockets: server.sockets, aborted: server.aborted }).toStrictEqual({ sockets: 1, aborted: 0 })
    })
  )
})

describe("reasoning", () => {
  it.live("is streamed, kept in its place, and sent back over the Responses wire", () =>
    Effect.gen(function* () {
      const { parts, server } = yield* rig("responses", ({ index }) =>
        index === 0
          ? { reasoning: "Let me think.", text: "I look.", calls: [{ id: "c1", name: "grep", args: { a: 1 } }] }
          : { text: "done" }
      )
      const model = "gpt-6-luna"
      const got = yield* parts({ model, tools: [grepTool], effort: "low" })
      expect(got.map((part) => (part._tag === "Reasoning" ? part.text : "")).join("")).toBe("Let me think.")
      expect(server.requests[0]?.body).toMatchObject({
        store: false,
        reasoning: { effort: "low", summary: "concise" },
        include: ["reasoning.encrypted_content"]
      })
      const turn: typeof AssistantMessage.Type = {
        _tag: "Assistant",
        text: texts(got),
        calls: calls(got),
        keepsakes: keepsakes(got)
      }
      const result = { _tag: "Tool", callId: "c1", name: "grep", ok: true, text: "found" } as const
      yield* parts({ model, tools: [grepTool], messages: [{ _tag: "User", text: "First" }, turn, result] })
      expect(keepsakes(got)[0]).toMatch(/^\{"id":"rs_0","type":"reasoning",.*"encrypted_content":"[^"]+"/)
      expect(server.requests[1]?.body.input).toStrictEqual([
        { role: "user", content: "First" },
        JSON.parse(keepsakes(got)[0] ?? ""),
        { role: "assistant", content: "I look." },
        { type: "function_call", call_id: "c1", name: "grep", arguments: '{"a":1}' },
        { type: "function_call_output", call_id: "c1", output: "found" }
      ])
      // What it led to was not allowed to run: the item alone would be refused.
      const alone = { ...turn, text: "", calls: [] }
      yield* parts({ model, messages: [{ _tag: "User", text: "First" }, alone] })
      expect(server.requests[2]?.body.input).toStrictEqual([{ role: "user", content: "First" }])
    })
  )

  it.live("is asked of reasoning models only", () =>
    Effect.gen(function* () {
      const responses = yield* rig("responses", { text: "ok" })
      yield* responses.parts({ model: "gpt-4.1" })
      expect(Object.keys(responses.server.requests[0]?.body ?? {})).toStrictEqual([
        "model",
        "stream",
        "store",
        "instructions",
        "input",
        "max_output_tokens"
      ])
      const chat = yield* rig("chat", { text: "ok" })
      yield* chat.parts({ model: "llama3.3" })
      yield* chat.parts({ model: "gpt-5.2", tools: [grepTool], effort: "low" })
      yield* chat.parts({ model: "gpt-6-luna", effort: "low" })
      // With tools, the newer models refuse any other effort on this wire.
      yield* chat.parts({ model: "gpt-6-luna", tools: [grepTool] })
      expect(chat.server.requests.map(({ body }) => body.reasoning_effort)).toStrictEqual([
        undefined,
        "low",
        "low",
        "none"
      ])
    })
  )

  it.live("of an open model arrives under its own name over Chat Completions", () =>
    Effect.gen(function* () {
      const { parts } = yield* rig("chat", { reasoning: "Hmm, so.", text: "ok" })
      const got = yield* parts()
      expect(got.map((part) => (part._tag === "Reasoning" ? part.text : "")).join("")).toBe("Hmm, so.")
    })
  )
})

describe("the cap of an answer", () => {
  it.live.each(["max_tokens", "max_completion_tokens"] as const)("is sent as %s where the server wants that", (field) =>
    Effect.gen(function* () {
      const { parts, server } = yield* rig("chat", { text: "ok" }, { maxTokensField: field })
      yield* parts({ maxOutputTokens: 321 })
      const body = server.requests[0]?.body ?? {}
      expect([body.max_tokens, body.max_completion_tokens]).toStrictEqual(
        field === "max_tokens" ? [321, undefined] : [undefined, 321]
      )
    })
  )
})
