import { Blobs } from "@deputize/core/journal/Blobs"
import * as KeptResults from "@deputize/core/tool/KeptResults"
import type { AnyTool } from "@deputize/core/tool/Tool"
import { toolbox } from "@deputize/core/tool/Toolbox"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { call, type Options, recorded, within } from "./fixture.ts"

const Parameters = Schema.Struct({ text: Schema.String })

/** Prints what it is given. */
const print: AnyTool = {
  name: "print",
  description: "",
  parameters: Parameters,
  timeLimitMs: 1000,
  outputCap: 100_000_000,
  replay: "safe",
  narrower: "print less",
  actions: () => Effect.succeed([]),
  run: ({ text }: typeof Parameters.Type) => Effect.succeed(text)
}

/** Prints more than arguments can hold. */
const flood: AnyTool = { ...print, name: "flood", run: () => Effect.succeed("0123456789ä\n".repeat(400_000)) }

const tools = [print, flood, ...toolbox(["read_file"]).tools]
const empty = () => {}
const hundred = Array.from({ length: 100 }, (_, i) => `line ${i + 1}`).join("\n")

/** All lines of the first result that was kept, read on page by page. */
const readingAll = Effect.fnUntraced(function* (first: string, options: Options) {
  const lines = first.split("\n").slice(0, -1)
  let last = first
  for (;;) {
    const offset = /(?:"offset":|continue with offset )(\d+)\}?\)$/.exec(last)?.[1]
    if (offset === undefined) return lines
    last = yield* call("read_file", { path: "@result/1", offset: Number(offset) }, options)
    lines.splice(Number(offset) - 1)
    const page = last.split("\n").filter((line) => !line.startsWith("(… "))
    lines.push(...page.map((line) => line.slice(line.indexOf("\t") + 1)))
  }
})

describe("a result that is cut", () => {
  it("gets a number that none has, also where a call that was cut left one out", () => {
    const kept = KeptResults.ofEvents([
      { _tag: "Done", callId: "c2", ok: true, text: "", ms: 1, changes: [], kept: { number: 2, hash: "b", bytes: 1 } }
    ])
    expect(KeptResults.numberOf(kept, "b")).toBe(2)
    expect(KeptResults.numberOf(kept, "c")).toBe(3)
    expect(KeptResults.numberOf(new Map(), "a")).toBe(1)
  })

  it.effect("ends with the call that reads on, is kept whole, and stands in the record by its hash", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const results: KeptResults.KeptResults = new Map()
        const options = { tools, results, outputBytes: 120 }
        const text = yield* call("print", { text: hundred }, options)
        expect(text).toBe(
          'line 1\nline 2\nline 3\nline 4\nline 5\n(… 95 more lines, 757 more bytes; read_file {"path":"@result/1","offset":6})'
        )
        expect(yield* call("read_file", { path: "@result/1", offset: 6, limit: 2 }, { tools, results })).toBe(
          "6\tline 6\n7\tline 7\n(… 93 more lines; continue with offset 8)"
        )
        const done = (yield* recorded).find((event) => event._tag === "Done")
        expect(done?.kept).toStrictEqual({ number: 1, ...results.get(1) })
        const kept = yield* (yield* Blobs).get(done?.kept?.hash ?? "")
        expect(new TextDecoder().decode(kept)).toBe(hundred)
      })
    )
  )

  it.effect("is read by the agent that got it only", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        yield* call("print", { text: hundred }, { tools, results: new Map(), outputBytes: 120 })
        expect(yield* call("read_file", { path: "@result/1" }, { tools, results: new Map() })).toBe(
          "! error: there is no result 1. Results that were cut: none. A file of this name is ./@result/1."
        )
      })
    )
  )

  it.effect("has the number that it had when the same comes again, so that repetition is seen", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const options = { tools, results: new Map(), outputBytes: 120 }
        const texts = yield* Effect.forEach([hundred, "x\n".repeat(200), hundred], (text) =>
          call("print", { text }, options)
        )
        expect(texts.map((text) => /@result\/\d/.exec(text)?.[0])).toStrictEqual([
          "@result/1",
          "@result/2",
          "@result/1"
        ])
        expect(texts[0]).toBe(texts[2])
      })
    )
  )

  it.effect("is found again from the record after a restart", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const results: KeptResults.KeptResults = new Map()
        for (const text of [hundred, "short", `${hundred}\nmore`]) {
          yield* call("print", { text }, { tools, results, outputBytes: 120 })
        }
        const again = KeptResults.ofEvents(yield* recorded)
        expect(again).toStrictEqual(results)
        expect(yield* call("read_file", { path: "@result/2", offset: 101 }, { tools, results: again })).toBe(
          "101\tmore"
        )
      })
    )
  )

  it.effect("is not kept where the agent cannot read files, where it is a file's page, and where no note fits", () =>
    within(
      (files) => files.write("a.txt", `${hundred}\n`),
      Effect.fnUntraced(function* () {
        const results: KeptResults.KeptResults = new Map()
        const alone = yield* call("print", { text: hundred }, { tools: [print], results, outputBytes: 120 })
        expect(alone).toMatch(/; print less\)$/)
        yield* call("read_file", { path: "a.txt" }, { tools, results, outputBytes: 120 })
        yield* call("print", { text: hundred }, { tools, results, outputBytes: 20 })
        expect(results).toStrictEqual(new Map())
      })
    )
  )

  it.effect("is kept up to 4 MiB, and says how much is not", () =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const results: KeptResults.KeptResults = new Map()
        yield* call("flood", { text: "" }, { tools, results, outputBytes: 200 })
        expect(results.get(1)?.bytes).toBeLessThanOrEqual(4 * 1024 * 1024)
        const last = yield* call("read_file", { path: "@result/1", offset: 322_600 }, { tools, results })
        expect(last).toMatch(/\(… 1\d{6} more bytes were not kept\)$/)
        expect(last).not.toContain("\ufffd")
      })
    )
  )

  it.effect("leaves a file of the same name to who writes ./ before it", () =>
    within(
      (files) => files.write("@result/1", "a file\n"),
      Effect.fnUntraced(function* () {
        expect(yield* call("read_file", { path: "./@result/1" }, { tools, results: new Map() })).toBe("1\ta file")
      })
    )
  )
})

const Line = Schema.Union([Schema.Literals(["", "a", "ä", "😀".repeat(600), "x".repeat(2500)]), Schema.String])
const Bytes = Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 150, maximum: 4000 })))

it.effect.prop(
  "reading on from the note gives every character of any result",
  [Schema.Array(Line), Bytes],
  ([lines, room]) =>
    within(
      empty,
      Effect.fnUntraced(function* () {
        const text = lines.map((line) => line.replace(/[^\p{L}\p{N}\p{So} ]/gu, "")).join("\n")
        const options = { tools, results: new Map(), outputBytes: room }
        const first = yield* call("print", { text }, options)
        if (first === text) return
        const read = yield* readingAll(first, { ...options, outputBytes: 5000 })
        expect(read.join("")).toBe(text.replaceAll("\n", ""))
      })
    )
)
