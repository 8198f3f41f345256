import { Readable } from "node:stream"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { APIError, OpenAI } from "openai"
import { Stream as SdkStream } from "openai/streaming"
import type { ModelPart } from "../../../src/model/Model.ts"
import { makeReader as chatReader } from "../../../src/model/openai/ChatWire.ts"
import { Exchange } from "../../../src/model/openai/Exchange.ts"
import { partsOf } from "../../../src/model/openai/PartSource.ts"
import { ProviderError } from "../../../src/model/openai/ProviderError.ts"
import { makeReader as responsesReader } from "../../../src/model/openai/ResponsesWire.ts"
import { ServerEvents } from "../../../src/model/openai/ServerEvents.ts"
import { StreamedAnswer } from "../../../src/model/openai/StreamedAnswer.ts"
import { texts, type Wire, wires } from "./fixture.ts"

const text = 'Grüße, 世界 👩‍👩‍👧 — data: [DONE] \\ "quoted" \u2028 end'
const args = JSON.stringify({ pattern: "ключ|鍵", path: "src" })

const item = (fields: object) => ({ type: "response.output_item.done", item: fields })

/** Events as data, without the bytes: of the same answer on either wire. */
const events: Record<Wire, (said: string) => ReadonlyArray<unknown>> = {
  responses: (said) => [
    { type: "response.created", response: {} },
    { type: "response.output_text.delta", delta: said.slice(0, 9) },
    { type: "response.output_text.delta", delta: said.slice(9) },
    item({ type: "message", content: [{ type: "output_text", text: said }] }),
    item({ type: "function_call", call_id: "c1", name: "grep", arguments: args }),
    {
      type: "response.completed",
      response: { output: [], usage: { input_tokens: 10, output_tokens: 5, total_tokens: 15 } }
    }
  ],
  chat: (said) => [
    { id: "x", choices: [{ index: 0, delta: { role: "assistant", content: said.slice(0, 9) } }] },
    { id: "x", choices: [{ index: 0, delta: { content: said.slice(9) } }] },
    {
      id: "x",
      choices: [
        {
          index: 0,
          delta: { tool_calls: [{ index: 0, id: "c1", function: { name: "grep", arguments: args.slice(0, 7) } }] }
        }
      ]
    },
    { id: "x", choices: [{ index: 0, delta: { tool_calls: [{ index: 0, function: { arguments: args.slice(7) } }] } }] },
    { id: "x", choices: [{ index: 0, delta: {}, finish_reason: "tool_calls" }] },
    { id: "x", choices: [], usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } },
    "[DONE]"
  ]
}

/** How a server may write the same events. */
const Spelling = Schema.Struct({
  lineEnd: Schema.Literals(["\n", "\r\n", "\r"]),
  hasSpace: Schema.Boolean,
  hasMark: Schema.Boolean,
  hasComments: Schema.Boolean,
  isMultiLine: Schema.Boolean,
  hasNames: Schema.Boolean,
  endsOpen: Schema.Boolean
})

const bytesOf = (stream: ReadonlyArray<unknown>, spelling: typeof Spelling.Type): Uint8Array => {
  const { endsOpen, hasComments, hasMark, hasNames, hasSpace, isMultiLine, lineEnd } = spelling
  const field = (name: string, value: string) => `${name}:${hasSpace ? " " : ""}${value}${lineEnd}`
  const blocks = stream.map((event) => {
    const data = typeof event === "string" ? event : JSON.stringify(event, undefined, isMultiLine ? 1 : 0)
    const name =
      hasNames && typeof event === "object" && event !== null && "type" in event ? String(event.type) : undefined
    return [
      hasComments ? `: keep-alive${lineEnd}${lineEnd}` : "",
      name === undefined ? "" : field("event", name),
      ...data.split("\n").map((line) => field("data", line)),
      hasComments ? `id: 7${lineEnd}retry: 10${lineEnd}` : ""
    ].join("")
  })
  const whole = blocks.join(lineEnd) + (endsOpen ? "" : lineEnd)
  return new TextEncoder().encode((hasMark ? "\uFEFF" : "") + whole)
}

/** The bytes in pieces of these sizes, again and again. */
const pieces = (bytes: Uint8Array, sizes: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const cut: Array<Uint8Array> = []
  for (let at = 0; at < bytes.length; at += cut.at(-1)?.length ?? 0) {
    cut.push(bytes.subarray(at, at + (sizes[cut.length % sizes.length] ?? bytes.length)))
  }
  return cut
}

/** An answer whose bytes come in these pieces. */
const answerIn = (bytes: Uint8Array, sizes: ReadonlyArray<number>): StreamedAnswer => {
  const coming = [...pieces(bytes, sizes)]
  const read = function (this: Readable) {
    this.push(coming.shift() ?? null)
  }
  return new StreamedAnswer(new Readable({ highWaterMark: 1, read }))
}

/** What the model yields then. */
const partsIn = async (
  wire: Wire,
  bytes: Uint8Array,
  sizes: ReadonlyArray<number>
): Promise<ReadonlyArray<ModelPart>> => {
  const [answer, exchange] = [answerIn(bytes, sizes), new Exchange()]
  const source =
    wire === "responses"
      ? partsOf(answer, responsesReader(), exchange, () => {})
      : partsOf(answer, chatReader(), exchange, () => {})
  const parts: Array<ModelPart> = []
  for (let next = await source.next(); next !== undefined; next = await source.next()) parts.push(...next)
  return parts
}

const plain = {
  lineEnd: "\n",
  hasSpace: true,
  hasMark: false,
  hasComments: false,
  isMultiLine: false,
  hasNames: true,
  endsOpen: false
} as const

const Sizes = Schema.NonEmptyArray(Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 60 }))))

describe.each(wires)("the bytes of a stream over the %s wire", (wire) => {
  it("mean the answer that was sent", async () => {
    const stream = events[wire](text)
    const parts = await partsIn(wire, bytesOf(stream, plain), [10_000])
    expect(texts(parts)).toBe(text)
    expect(parts.slice(-2)).toMatchObject([
      { _tag: "Call", call: { id: "c1", name: "grep", args } },
      { _tag: "Finish", reason: "tool_calls", usage: { input: 10, output: 5 } }
    ])
  })

  it.effect.prop(
    "mean the same however they are written and wherever they are cut",
    [Spelling, Sizes],
    ([spelling, sizes]) =>
      Effect.promise(async () => {
        const stream = events[wire](text)
        const whole = await partsIn(wire, bytesOf(stream, plain), [10_000])
        expect(await partsIn(wire, bytesOf(stream, spelling), sizes)).toStrictEqual(whole)
      }),
    { arbitrary: { runs: 150 } }
  )

  it("mean the same byte by byte", async () => {
    const stream = events[wire](text)
    const whole = await partsIn(wire, bytesOf(stream, plain), [10_000])
    for (const lineEnd of ["\n", "\r\n", "\r"] as const) {
      const spelling = { ...plain, lineEnd, hasMark: true, hasComments: true, isMultiLine: true }
      expect(await partsIn(wire, bytesOf(stream, spelling), [1])).toStrictEqual(whole)
    }
  })

  it.each([1_000, 16_384, 65_536])("may hold an event of a megabyte, in pieces of %i", async (size) => {
    const long = "長い text ".repeat(90_000)
    const parts = await partsIn(wire, bytesOf(events[wire](long), plain), [size])
    expect(texts(parts)).toBe(long)
    expect(parts.at(-1)).toMatchObject({ _tag: "Finish", reason: "tool_calls" })
  })

  it("are cut wherever they end before the terminal event", async () => {
    const stream = events[wire]("short")
    const bytes = bytesOf(stream, plain)
    // A last line without its line break is whole.
    const terminal = bytes.length - 2
    for (let length = 1; length < terminal; length += 7) {
      await expect(partsIn(wire, bytes.subarray(0, length), [50])).rejects.toThrow()
    }
    expect((await partsIn(wire, bytes.subarray(0, terminal), [50])).at(-1)).toMatchObject({ _tag: "Finish" })
  })
})

interface Decoded {
  readonly events: ReadonlyArray<unknown>
  readonly failure: unknown
}

/** By our decoder. */
const decodedIn = async (bytes: Uint8Array, sizes: ReadonlyArray<number>): Promise<Decoded> => {
  const answer = answerIn(bytes, sizes)
  const found: Array<unknown> = []
  const decoder = new ServerEvents(answer.headers, (event) => found.push(event) > 0)
  try {
    for (let text = await answer.next(); text !== undefined && !decoder.isDone; text = await answer.next()) {
      decoder.feed(text)
    }
    decoder.end()
    return { events: found, failure: undefined }
  } catch (error) {
    return { events: found, failure: error instanceof ProviderError ? error.body : error instanceof SyntaxError }
  }
}

/** By the official client's. */
const decodedBySdk = async (bytes: Uint8Array): Promise<Decoded> => {
  const silent = new OpenAI({ apiKey: "none", logLevel: "off" })
  const found: Array<unknown> = []
  try {
    const response = new Response(Buffer.from(bytes))
    const stream = SdkStream.fromSSEResponse<unknown>(response, new AbortController(), silent)
    for await (const event of stream) found.push(event)
    return { events: found, failure: undefined }
  } catch (error) {
    return { events: found, failure: error instanceof APIError ? error.error : error instanceof SyntaxError }
  }
}

describe("any stream of events", () => {
  const said: ReadonlyArray<unknown> = [
    { type: "response.output_text.delta", delta: text },
    { id: "x", choices: [], error: null },
    "null",
    "7",
    "[1, 2]",
    "[DONE]",
    { error: { message: "Full.", code: "context_length_exceeded" } },
    { type: "error", message: "Oh.", code: "server_error" },
    '{"type": "response.output',
    ""
  ]
  const Said = Schema.Array(Schema.Literals([0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))

  it.effect.prop(
    "is decoded as the official client decodes it",
    [Said, Spelling, Sizes],
    ([places, spelling, sizes]) =>
      Effect.promise(async () => {
        const bytes = bytesOf(
          places.map((place) => said[place]),
          spelling
        )
        expect(await decodedIn(bytes, sizes)).toStrictEqual(await decodedBySdk(bytes))
      }),
    { arbitrary: { runs: 300 } }
  )

  it("may hold names without data, which are no events", async () => {
    const bytes = new TextEncoder().encode('event: ping\n\ndata: {"a":1}\n\nevent: ping\n\n')
    expect(await decodedIn(bytes, [100])).toStrictEqual({ events: [{ a: 1 }], failure: undefined })
  })
})
