import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { OpenAI } from "openai"
import { Stream as SdkStream } from "openai/streaming"
import type { ModelPart } from "../../../src/model/Model.ts"
import { makeReader as chatReader } from "../../../src/model/openai/ChatWire.ts"
import { Exchange } from "../../../src/model/openai/Exchange.ts"
import { partsOf } from "../../../src/model/openai/PartSource.ts"
import { makeReader as responsesReader } from "../../../src/model/openai/ResponsesWire.ts"
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

const silent = new OpenAI({ apiKey: "none", logLevel: "off" })

/** What the model yields when the bytes come in pieces of these sizes, again and again. */
const partsIn = async (
  wire: Wire,
  bytes: Uint8Array,
  sizes: ReadonlyArray<number>
): Promise<ReadonlyArray<ModelPart>> => {
  const exchange = new Exchange(wire)
  let at = 0
  let turn = 0
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (at >= bytes.length) return controller.close()
      const piece = bytes.subarray(at, at + (sizes[turn % sizes.length] ?? bytes.length))
      at += piece.length
      turn += 1
      exchange.watch(piece)
      controller.enqueue(piece)
    }
  })
  const stream = SdkStream.fromSSEResponse<never>(new Response(body), new AbortController(), silent)
  const source =
    wire === "responses"
      ? partsOf(stream, responsesReader(), exchange, () => {})
      : partsOf(stream, chatReader(), exchange, () => {})
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
    // The SDK takes a last line without its line break for whole: so do we.
    const terminal = bytes.length - 2
    for (let length = 1; length < terminal; length += 7) {
      await expect(partsIn(wire, bytes.subarray(0, length), [50])).rejects.toThrow()
    }
    expect((await partsIn(wire, bytes.subarray(0, terminal), [50])).at(-1)).toMatchObject({ _tag: "Finish" })
  })
})
