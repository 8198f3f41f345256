/**
 * The scripted provider, asked over real sockets: by hand, where the bytes matter, and by OpenAI's own client.
 */

import * as http from "node:http"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import OpenAI from "openai"
import { type Answer, type Fault, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { ask, eventsOf, send, type Wire, wires } from "./Asking.ts"

const everything: Answer = {
  reasoning: "A search helps.",
  text: "Größe: 👋 let me look.",
  calls: [{ name: "grep", args: { pattern: "x" } }]
}
/** Bytes of the three, the name of the call included. */
const sizes = { reasoning: 15, text: 26, call: 4 + 15 }
const wholeTokens = Math.ceil((sizes.reasoning + sizes.text + sizes.call) / 4)

const clientOf = (url: string) => new OpenAI({ baseURL: url, apiKey: "sk-test", maxRetries: 0, logLevel: "off" })

interface Said {
  readonly text: string
  readonly calls: ReadonlyArray<readonly [name: string, args: string]>
  readonly finish: string | undefined
  readonly output: number | undefined
}

/** What OpenAI's client makes of a streamed answer. */
const byClient = (url: string, wire: Wire, cap?: number): Effect.Effect<Said, unknown> =>
  Effect.tryPromise({
    try: () => (wire === "responses" ? byResponses(url, cap) : byChat(url, cap)),
    catch: (cause) => cause
  })

const byResponses = async (url: string, cap: number | undefined): Promise<Said> => {
  const { responses } = clientOf(url)
  const stream = await responses.create({ model: "m", input: "hi", stream: true, max_output_tokens: cap ?? null })
  let text = ""
  for await (const event of stream) {
    if (event.type === "response.output_text.delta") text += event.delta
    if (event.type !== "response.completed" && event.type !== "response.incomplete") continue
    const { incomplete_details, output, status, usage } = event.response
    const calls = output.flatMap((item) =>
      item.type === "function_call" ? [[item.name, item.arguments] as const] : []
    )
    return { text, calls, finish: incomplete_details?.reason ?? status, output: usage?.output_tokens }
  }
  throw new Error("the stream has no end")
}

const byChat = async (url: string, cap: number | undefined): Promise<Said> => {
  const { chat } = clientOf(url)
  const stream = await chat.completions.create({
    stream: true,
    model: "m",
    messages: [{ role: "user", content: "hi" }],
    stream_options: { include_usage: true },
    max_completion_tokens: cap ?? null
  })
  let text = ""
  const names: Array<string> = []
  const args: Array<string> = []
  let finish: string | undefined
  let output: number | undefined
  for await (const { choices, usage } of stream) {
    output = usage?.completion_tokens
    for (const { delta, finish_reason } of choices) {
      text += delta.content ?? ""
      finish = finish_reason ?? finish
      for (const { function: piece, index } of delta.tool_calls ?? []) {
        names[index] ??= piece?.name ?? ""
        args[index] = (args[index] ?? "") + (piece?.arguments ?? "")
      }
    }
  }
  return { text, calls: names.map((name, index) => [name, args[index] ?? ""]), finish, output }
}

describe("a Responses stream", () => {
  it.live("sends the events of each item in OpenAI's order, numbered, and ends with the whole response", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => everything)
      const more = { include: ["reasoning.encrypted_content"], instructions: "Be short." }
      const { body, headers } = yield* ask(server.url, "responses", more)
      const events = eventsOf(body)
      expect(headers["content-type"]).toBe("text/event-stream; charset=utf-8")
      expect(events.map(({ data }) => data.sequence_number)).toStrictEqual(events.map((_, index) => index))
      expect(events.map(({ data }) => data.type)).toStrictEqual(events.map(({ event }) => event))
      expect(events.map(({ event }) => event)).toStrictEqual([
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.reasoning_summary_part.added",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.delta",
        "response.reasoning_summary_text.done",
        "response.reasoning_summary_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.content_part.added",
        "response.output_text.delta",
        "response.output_text.delta",
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.output_item.added",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.delta",
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed"
      ])
      const items = events.filter(({ event }) => event === "response.output_item.done").map(({ data }) => data.item)
      expect(items).toStrictEqual([
        {
          id: "rs_0",
          type: "reasoning",
          summary: [{ type: "summary_text", text: everything.reasoning }],
          encrypted_content: expect.any(String)
        },
        {
          id: "msg_0",
          type: "message",
          status: "completed",
          role: "assistant",
          content: [{ type: "output_text", annotations: [], logprobs: [], text: everything.text }]
        },
        {
          id: "fc_0_0",
          type: "function_call",
          status: "completed",
          arguments: '{"pattern":"x"}',
          call_id: "call_0_0",
          name: "grep"
        }
      ])
      const [received] = server.requests
      expect(events.at(-1)?.data.response).toMatchObject({
        id: "resp_0",
        status: "completed",
        instructions: "Be short.",
        output: items,
        usage: {
          input_tokens: received?.inputTokens,
          output_tokens: wholeTokens,
          output_tokens_details: { reasoning_tokens: 4 },
          total_tokens: (received?.inputTokens ?? 0) + wholeTokens
        }
      })
    }).pipe(Effect.scoped)
  )

  it.live("sends reasoning encrypted only to whom asks for it", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ reasoning: "A search helps.", text: "Yes." }))
      const { body } = yield* ask(server.url, "responses")
      expect(body).toContain('"type":"reasoning"')
      expect(body).not.toContain("encrypted_content")
    }).pipe(Effect.scoped)
  )

  it.live("can end as failed, with what was said until then", () =>
    Effect.gen(function* () {
      const error = { code: "rate_limit_exceeded", message: "Slow down." }
      const fault: Fault = { kind: "failed", at: "mid-text", error }
      const server = yield* providerServer(() => ({ text: "Never whole.", fault }))
      const events = eventsOf((yield* ask(server.url, "responses")).body)
      expect(events.slice(-2).map(({ event }) => event)).toStrictEqual([
        "response.output_text.delta",
        "response.failed"
      ])
      expect(events.at(-1)?.data.response).toMatchObject({ status: "failed", error, output: [] })
    }).pipe(Effect.scoped)
  )
})

describe("a Chat Completions stream", () => {
  it.live("sends role, texts, calls and finish as deltas, then the usage, then [DONE]", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => everything)
      const { body } = yield* ask(server.url, "chat", { stream_options: { include_usage: true } })
      const chunks = eventsOf(body).map(({ data }) => data)
      const tokens = server.requests[0]?.inputTokens ?? 0
      const delta = (part: object, finish_reason: string | null = null) => ({
        choices: [{ index: 0, delta: part, logprobs: null, finish_reason }],
        usage: null
      })
      expect(chunks.map(({ choices, usage }) => ({ choices, usage }))).toStrictEqual([
        delta({ role: "assistant", content: "", refusal: null }),
        delta({ reasoning_content: "A search" }),
        delta({ reasoning_content: " helps." }),
        delta({ content: "Größe: 👋 l" }),
        delta({ content: "et me look." }),
        delta({
          tool_calls: [{ index: 0, id: "call_0_0", type: "function", function: { name: "grep", arguments: "" } }]
        }),
        delta({ tool_calls: [{ index: 0, function: { arguments: '{"patter' } }] }),
        delta({ tool_calls: [{ index: 0, function: { arguments: 'n":"x"}' } }] }),
        delta({}, "tool_calls"),
        {
          choices: [],
          usage: {
            prompt_tokens: tokens,
            completion_tokens: wholeTokens,
            total_tokens: tokens + wholeTokens,
            prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
            completion_tokens_details: { reasoning_tokens: 4, audio_tokens: 0 }
          }
        }
      ])
      expect(body.endsWith("\n\ndata: [DONE]\n\n")).toBe(true)
    }).pipe(Effect.scoped)
  )

  it.live("tells usage only to whom asks for it", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ text: "Yes." }))
      expect((yield* ask(server.url, "chat")).body).not.toContain("usage")
    }).pipe(Effect.scoped)
  )
})

describe.each(wires)("over the %s wire, OpenAI's client", (wire) => {
  it.live("reads text, calls and usage", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => everything)
      const finish = wire === "chat" ? "tool_calls" : "completed"
      expect(yield* byClient(server.url, wire)).toStrictEqual({
        text: everything.text,
        calls: [["grep", '{"pattern":"x"}']],
        finish,
        output: wholeTokens
      })
    }).pipe(Effect.scoped)
  )

  it.live("reads an answer cut at the cap, inside a text or inside arguments", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => everything)
      const capped = (cap: number) => byClient(server.url, wire, cap)
      const finish = wire === "chat" ? "length" : "max_output_tokens"
      // 24 bytes: the reasoning's 15, then nine of the text.
      expect(yield* capped(6)).toStrictEqual({ text: "Größe: ", calls: [], finish, output: 6 })
      expect(yield* capped(14)).toStrictEqual({
        text: everything.text,
        calls: [["grep", '{"pattern":']],
        finish,
        output: 14
      })
      expect(yield* capped(15)).toMatchObject({ finish: wire === "chat" ? "tool_calls" : "completed", output: 15 })
      expect(server.billed.output).toBe(6 + 14 + 15)
    }).pipe(Effect.scoped)
  )

  it.live("gets the same without a stream", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => everything)
      const client = clientOf(server.url)
      if (wire === "responses") {
        const { output, output_text, usage } = yield* Effect.promise(() =>
          client.responses.create({ model: "m", input: "hi" })
        )
        expect([output.map(({ type }) => type), output_text, usage?.output_tokens]).toStrictEqual([
          ["reasoning", "message", "function_call"],
          everything.text,
          wholeTokens
        ])
      } else {
        const { choices, usage } = yield* Effect.promise(() =>
          client.chat.completions.create({ model: "m", messages: [{ role: "user", content: "hi" }] })
        )
        expect([choices[0]?.message.content, choices[0]?.message.tool_calls, usage?.completion_tokens]).toStrictEqual([
          everything.text,
          [{ id: "call_0_0", type: "function", function: { name: "grep", arguments: '{"pattern":"x"}' } }],
          wholeTokens
        ])
      }
      expect(server.billed.output).toBe(wholeTokens)
    }).pipe(Effect.scoped)
  )

  it.live("gets an error status with its headers and its code", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ status: 429, headers: { "retry-after": "7" } }))
      const error = yield* Effect.flip(byClient(server.url, wire))
      if (!(error instanceof OpenAI.RateLimitError)) throw error
      expect([error.status, error.code, error.headers.get("retry-after")]).toStrictEqual([
        429,
        "rate_limit_exceeded",
        "7"
      ])
      expect(server.billed.total).toBe(0)
    }).pipe(Effect.scoped)
  )
})

describe.each(wires)("over the %s wire", (wire) => {
  const saysEnd = (body: string) => /response\.completed|\[DONE\]/.test(body)

  it.live("refusals and filtered answers are told apart from texts", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(({ index }) => ({
        text: "No.",
        finish: index === 0 ? "refusal" : "content_filter"
      }))
      const refused = (yield* ask(server.url, wire)).body
      const filtered = (yield* ask(server.url, wire)).body
      const patterns =
        wire === "chat"
          ? ['"refusal":"No', '"finish_reason":"stop"', '"finish_reason":"content_filter"']
          : ["event: response.refusal.delta", "event: response.completed", '"reason":"content_filter"']
      expect(patterns.map((pattern) => [refused.includes(pattern), filtered.includes(pattern)])).toStrictEqual([
        [true, false],
        [true, false],
        [false, true]
      ])
    }).pipe(Effect.scoped)
  )

  it.live("usage is told as scripted, and billed as counted", () =>
    Effect.gen(function* () {
      const usages = ["none", { total_tokens: -5 }] as const
      const server = yield* providerServer(({ index }) => ({ text: "four", usage: usages[index] ?? "none" }))
      const more = { stream_options: { include_usage: true } }
      const none = (yield* ask(server.url, wire, more)).body
      const odd = (yield* ask(server.url, wire, more)).body
      expect([none.includes("total_tokens"), odd.includes('"usage":{"total_tokens":-5}')]).toStrictEqual([false, true])
      expect(server.billed.output).toBe(2)
    }).pipe(Effect.scoped)
  )

  it.live("a cap that is ignored bills more than it", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ text: "x".repeat(400), ignoreCap: true }))
      yield* byClient(server.url, wire, 10)
      expect(server.billed.output).toBe(100)
    }).pipe(Effect.scoped)
  )

  it.live("a raw body comes as it is, with a status of its own or a good one", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(({ index }) =>
        index === 0
          ? { bodyText: "<html>busy</html>" }
          : { status: 502, bodyText: "bad", headers: { "content-type": "text/plain" } }
      )
      const page = yield* ask(server.url, wire)
      const input = server.requests[0]?.inputTokens
      expect([page.status, page.headers["content-type"], page.body]).toStrictEqual([
        200,
        "text/html; charset=utf-8",
        "<html>busy</html>"
      ])
      const bad = yield* ask(server.url, wire)
      expect([bad.status, bad.headers["content-type"], bad.body]).toStrictEqual([502, "text/plain", "bad"])
      expect(server.billed).toStrictEqual({ input, output: 0, total: input })
    }).pipe(Effect.scoped)
  )

  it.live("a request without an answer gets a 400 that says why, and one that is no JSON is not asked", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => {
        throw new Error("not expected")
      })
      const unexpected = yield* ask(server.url, wire)
      expect([unexpected.status, JSON.parse(unexpected.body).error.message]).toStrictEqual([
        400,
        "There is no answer to request 0: Error: not expected"
      ])
      const broken = yield* send(server.url, wire, "{")
      expect([broken.status, server.requests.length]).toStrictEqual([400, 1])
    }).pipe(Effect.scoped)
  )

  it.live("only the last requests are kept where no more are asked for, and all are numbered", () =>
    Effect.gen(function* () {
      const indexes: Array<number> = []
      const answering = ({ index }: Received) => {
        indexes.push(index)
        return { text: "hello" }
      }
      const server = yield* providerServer(answering, { kept: 2 })
      yield* Effect.repeat(ask(server.url, wire), { times: 2 })
      expect(server.requests.map(({ index }) => index)).toStrictEqual([1, 2])
      expect(indexes).toStrictEqual([0, 1, 2])
    }).pipe(Effect.scoped)
  )

  it.live("a thousand streams at a time are answered and billed each", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ text: "x".repeat(400), delayMs: 20, chunkDelayMs: 1 }))
      const agent = new http.Agent({ keepAlive: true })
      const all = Array.from({ length: 1_000 }, () => ask(server.url, wire, {}, agent))
      const heard = yield* Effect.all(all, { concurrency: "unbounded" })
      agent.destroy()
      expect(heard.filter(({ body, end }) => end === "whole" && saysEnd(body)).length).toBe(1_000)
      const input = server.requests.reduce((sum, { inputTokens }) => sum + inputTokens, 0)
      expect(server.billed).toStrictEqual({ input, output: 100_000, total: input + 100_000 })
      expect([server.sockets, server.aborted]).toStrictEqual([1_000, 0])
    }).pipe(Effect.scoped)
  )

  it.live("requests one after the other share a connection", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ text: "Yes." }))
      const agent = new http.Agent({ keepAlive: true })
      for (let turn = 0; turn < 3; turn++) yield* ask(server.url, wire, {}, agent)
      agent.destroy()
      expect([server.requests.length, server.sockets]).toStrictEqual([3, 1])
    }).pipe(Effect.scoped)
  )
})

describe("a request", () => {
  const parts = [
    { type: "input_text", text: "go " },
    { type: "input_text", text: "on" }
  ]
  it.live("is understood alike over both wires", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ text: "Yes." }))
      yield* ask(server.url, "responses", {
        instructions: "Be short.",
        max_output_tokens: 99,
        tools: [{ type: "function", name: "grep", parameters: {} }],
        text: { format: { type: "json_schema", name: "answer", schema: { type: "object" }, strict: true } },
        reasoning: { effort: "low" },
        input: [
          { role: "user", content: "find x" },
          { type: "function_call", call_id: "c1", name: "grep", arguments: "{}" },
          { type: "function_call_output", call_id: "c1", output: "a.ts:1:x" },
          { role: "user", content: parts }
        ]
      })
      yield* ask(server.url, "chat", {
        max_completion_tokens: 99,
        tools: [{ type: "function", function: { name: "grep", parameters: {} } }],
        response_format: {
          type: "json_schema",
          json_schema: { name: "answer", schema: { type: "object" }, strict: true }
        },
        reasoning_effort: "low",
        messages: [
          { role: "system", content: "Be short." },
          { role: "user", content: "find x" },
          {
            role: "assistant",
            content: null,
            tool_calls: [{ id: "c1", type: "function", function: { name: "grep", arguments: "{}" } }]
          },
          { role: "tool", tool_call_id: "c1", content: "a.ts:1:x" },
          { role: "user", content: parts }
        ]
      })
      const understood = server.requests.map(({ at, body, headers, inputTokens, raw, ...rest }) => rest)
      const alike = {
        system: "Be short.",
        lastText: "go on",
        goal: "find x",
        toolNames: ["grep"],
        toolOutputs: [{ id: "c1", text: "a.ts:1:x" }],
        texts: ["find x", "a.ts:1:x", "go on"],
        format: { schema: { type: "object" }, strict: true },
        effort: "low",
        maxOutput: 99
      }
      expect(understood).toStrictEqual([
        { wire: "responses", index: 0, ...alike },
        { wire: "chat", index: 1, ...alike }
      ])
      expect(server.requests.map(({ raw }) => JSON.parse(raw))).toStrictEqual(server.requests.map(({ body }) => body))
      expect(server.requests.map(({ inputTokens }) => inputTokens)).toStrictEqual(
        server.requests.map(({ raw }) => Math.ceil(Buffer.byteLength(raw) / 4))
      )
    }).pipe(Effect.scoped)
  )

  it.live("for the models gets their list, and any other a 404", () =>
    Effect.gen(function* () {
      const server = yield* providerServer(() => ({ text: "Yes." }))
      const { data } = yield* Effect.promise(() => clientOf(server.url).models.list())
      expect(data.map(({ id, object }) => [id, object])).toStrictEqual([["some-model", "model"]])
      const other = yield* Effect.promise(() => fetch(`${server.url}/embeddings`, { method: "POST" }))
      expect([other.status, yield* Effect.promise(() => other.text())]).toStrictEqual([
        404,
        '{"error":{"message":"Invalid URL (POST /v1/embeddings)","type":"invalid_request_error","param":null,"code":null}}'
      ])
      expect(server.requests).toStrictEqual([])
    }).pipe(Effect.scoped)
  )
})
