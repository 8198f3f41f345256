/**
 * Conversations of several context lengths, against a provider that holds its context's length itself.
 */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Compaction from "../../src/agent/Compaction.ts"
import * as Transcript from "../../src/agent/Transcript.ts"
import { type Answer, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { makeWorkspace, overTheWire, runAgent, type Wire, wires } from "./oneAgent.ts"

const workspace = makeWorkspace()
writeFileSync(join(workspace.root, "src", "secret.ts"), "export const launchCode = 4711\n")
afterAll(workspace.remove)

const window = 12_000
const turns = 56

const isSummary = ({ texts, toolNames }: Received) =>
  toolNames.length === 0 && texts.at(-1) === Compaction.summaryDemand

/** What is said from what stands in the request, and from nothing else. */
const codeIn = ({ texts }: Received): string | undefined =>
  /launchCode (?:= |is )(\d+)/.exec(texts.slice(1).join("\n"))?.[1]

/** Reads the one file, then many others, then says what stood in the first; in a summary it says so too. */
const honest = (received: Received, turn: number): Answer => {
  const code = codeIn(received)
  if (isSummary(received)) return { text: `The goal stands. launchCode is ${code ?? "not known"} (src/secret.ts:1).` }
  if (received.toolNames.length === 0) return { text: `Closing: the code is ${code ?? "not known"}` }
  if (code === undefined) return { calls: [{ name: "read_file", args: { path: "src/secret.ts" } }] }
  if (turn >= turns) return { text: `The code is ${code}` }
  const files = [turn % 12, (turn + 5) % 12]
  return {
    text: `Turn ${turn}.`,
    calls: files.map((file) => ({
      name: "read_file",
      args: { path: `src/file${file}.ts`, offset: 1 + Math.floor(turn / 12), limit: 30 + turn }
    }))
  }
}

const overflow: Answer = {
  status: 400,
  bodyText: JSON.stringify({ error: { message: "too many tokens", code: "context_length_exceeded" } })
}

/** Calls without their result, and results without their call. */
const torn = ({ body, wire }: Received): ReadonlyArray<string> => {
  const items: ReadonlyArray<Record<string, unknown>> = JSON.parse(
    JSON.stringify(wire === "chat" ? body.messages : body.input)
  )
  const calls = items.flatMap((item) =>
    wire === "chat"
      ? Array.isArray(item.tool_calls)
        ? item.tool_calls.map(({ id }) => String(id))
        : []
      : item.type === "function_call"
        ? [String(item.call_id)]
        : []
  )
  const results = items.flatMap((item) =>
    item.role === "tool"
      ? [String(item.tool_call_id)]
      : item.type === "function_call_output"
        ? [String(item.call_id)]
        : []
  )
  return [...calls, ...results].filter((id) => !(calls.includes(id) && results.includes(id)))
}

/** A run of one agent, with what both sides counted. `known` is the context's length as we know it. */
const longRun = Effect.fnUntraced(function* (
  wire: Wire,
  given: {
    readonly known?: number
    readonly tokens?: number
    readonly answer?: (received: Received, turn: number) => Answer
  } = {}
) {
  const { answer = honest, known = window, tokens = 2_000_000 } = given
  let turn = 0
  let overflows = 0
  let read = 0
  const server = yield* providerServer((received) => {
    if (received.inputTokens + (received.maxOutput ?? 0) > window) {
      overflows += 1
      return overflow
    }
    if (received.toolNames.length > 0) {
      turn += 1
      read +=
        Buffer.byteLength(
          received.toolOutputs
            .slice(-2)
            .map(({ text }) => text)
            .join("")
        ) / 4
    }
    return answer(received, turn)
  })
  const { facts, result, used } = yield* runAgent(workspace.root, {
    goal: "Which code is it?",
    limits: { tokens }
  }).pipe(Effect.provide(overTheWire(server.url, wire, { contextWindow: known })))
  return {
    only: result,
    billed: server.billed.total,
    used,
    overflows,
    /** In lengths of the context. */
    read: read / window,
    summaries: server.requests.filter(isSummary).length,
    compactions: facts.flatMap((fact) => (fact._tag === "Compacted" ? [fact] : [])),
    torn: server.requests.flatMap(torn)
  }
}, Effect.scoped)

describe.each(wires)("a conversation over the %s wire", (wire) => {
  it.live("goes on from its summaries over three lengths of the context, and knows what its first turn found", () =>
    Effect.gen(function* () {
      const { billed, compactions, only, overflows, read, summaries, torn, used } = yield* longRun(wire)
      expect([only.status, only.answer, only.error]).toStrictEqual(["completed", "The code is 4711", null])
      expect(read).toBeGreaterThan(3)
      expect(compactions.length).toBeGreaterThanOrEqual(3)
      expect(compactions.every(({ summary }) => summary?.includes("launchCode is 4711"))).toBe(true)
      expect({ overflows, summaries, torn }).toStrictEqual({ overflows: 0, summaries: compactions.length, torn: [] })
      expect(used).toBe(billed)
      expect(billed).toBeLessThanOrEqual(2_000_000)
      // A summary is no turn.
      expect(only.turns).toBe(turns)
    })
  )

  it.live("is summarised when the provider says that it is too long, where its length was not known", () =>
    Effect.gen(function* () {
      const { compactions, only, overflows, torn } = yield* longRun(wire, { known: 128_000 })
      expect([only.status, only.answer]).toStrictEqual(["completed", "The code is 4711"])
      expect(overflows).toBeGreaterThan(0)
      // What one refusal has taught holds for the rest.
      expect(overflows).toBeLessThan(4)
      expect(compactions.length).toBeGreaterThanOrEqual(3)
      expect(torn).toStrictEqual([])
    })
  )

  it.live.each([
    ["is empty", { text: "" }],
    ["is cut", { text: "x".repeat(40_000) }],
    ["is refused", { text: "I will not.", finish: "refusal" }],
    ["is filtered", { finish: "content_filter" }],
    ["is refused as a request", { status: 400 }],
    ["calls a tool", { calls: [{ name: "read_file", args: { path: "src/file1.ts" } }] }]
  ] satisfies ReadonlyArray<readonly [string, Answer]>)("ends well where the summary %s", ([, bad]) =>
    Effect.gen(function* () {
      const answer = (received: Received, turn: number) => (isSummary(received) ? bad : honest(received, turn))
      const { billed, compactions, only, overflows, torn, used } = yield* longRun(wire, { answer })
      expect([only.status, only.answer]).toStrictEqual(["completed", "The code is 4711"])
      expect({ overflows, torn }).toStrictEqual({ overflows: 0, torn: [] })
      expect(compactions.length).toBeGreaterThan(2)
      expect(used).toBe(billed)
    })
  )

  it.live("asks again for a summary that failed in passing", () =>
    Effect.gen(function* () {
      let failed = 0
      const answer = (received: Received, turn: number): Answer => {
        if (!isSummary(received) || failed > 0) return honest(received, turn)
        failed += 1
        return { status: 500 }
      }
      const { compactions, only, summaries } = yield* longRun(wire, { answer })
      expect([only.status, only.answer]).toStrictEqual(["completed", "The code is 4711"])
      expect(summaries).toBe(compactions.length + 1)
    })
  )

  it.live.each([30_000, 60_000, 90_000, 120_000])("stays within a budget of %i, summaries included", (tokens) =>
    Effect.gen(function* () {
      const { billed, only, overflows, torn, used } = yield* longRun(wire, { tokens })
      expect([only.status, only.answer.startsWith("Closing: the code is "), only.error?.tag]).toStrictEqual([
        "paused",
        true,
        "BudgetExceeded"
      ])
      expect({ overflows, torn }).toStrictEqual({ overflows: 0, torn: [] })
      expect(used).toBe(billed)
      expect(billed).toBeLessThanOrEqual(tokens)
    })
  )
})

describe("what is left out", () => {
  const Kind = Schema.Literals(["turn", "turn with calls", "told"])
  const conversation = (kinds: ReadonlyArray<typeof Kind.Type>): Transcript.Transcript =>
    kinds.reduce<Transcript.Transcript>(
      (before, kind, index) => {
        if (kind === "told")
          return Transcript.apply(before, { _tag: "Told", text: `told ${index} ${"so ".repeat(40)}` })
        const ids = kind === "turn" ? [] : [`a${index}`, `b${index}`]
        const turn = Transcript.apply(before, {
          _tag: "TurnCompleted",
          turn: index,
          text: `said ${index}`,
          calls: ids.map((id) => ({ id, name: "grep", args: `{"pattern":"${id}"}` })),
          keepsakes: [],
          usage: null,
          charged: 0,
          nanoUsd: 0,
          finish: "stop"
        })
        return ids.reduce(
          (all, callId) => Transcript.apply(all, { _tag: "Done", callId, ok: true, text: `${callId} `.repeat(90) }),
          turn
        )
      },
      Transcript.apply(Transcript.empty, { _tag: "Prompted", text: "goal" })
    )

  it.prop(
    "takes results and their calls together, keeps the first message and leaves something out",
    [Schema.Array(Kind).pipe(Schema.check(Schema.isMinLength(2))), Schema.Literals([100, 1_000, 4_000])],
    ([kinds, window]) => {
      const before = conversation(kinds)
      const ways = [
        Compaction.withSummary(before, "in short", window),
        Compaction.withDigest(before, window),
        Compaction.withNames(before)
      ]
      for (const [index, way] of ways.entries()) {
        const { messages } = Transcript.apply(before, { _tag: "Compacted", ...way })
        const called = messages.flatMap((each) => (each._tag === "Assistant" ? each.calls.map(({ id }) => id) : []))
        const answered = messages.flatMap((each) => (each._tag === "Tool" ? [each.callId] : []))
        expect(answered).toStrictEqual(called)
        expect(messages[0]).toStrictEqual(before.messages[0])
        if (index < 2) expect(messages.length).toBeLessThanOrEqual(before.messages.length)
      }
    }
  )

  it("is stood for by the plan, too", () => {
    const plan = [
      { text: "look", status: "done" as const },
      { text: "write", status: "doing" as const }
    ]
    const before = { ...conversation(["told", "turn with calls", "turn"]), plan }
    const end = "\n\nThe plan as it stands:\n- [done] look\n- [doing] write"
    expect(Compaction.withSummary(before, " What I did. ", 100)).toStrictEqual({
      before: 6,
      summary: `What was said and read here until now is left out to save room. Your own summary of it:\n\nWhat I did.${end}`
    })
    const told = `told 0 ${"so ".repeat(40)}`
    expect(Compaction.withDigest(before, 1_000)).toStrictEqual({
      before: 5,
      summary: `What was said and read here until now is left out to save room. What it came to, in short:\n\n${told}\n- said: said 1\n- called grep {"pattern":"a1"}\n- called grep {"pattern":"b1"}${end}`
    })
  })

  it("is the oldest first, where a request for a summary would not fit", () => {
    const { messages } = conversation(["turn with calls", "turn with calls"])
    const lengths = (tokens: number) =>
      Compaction.shortenedBy(messages, tokens).flatMap((each) => (each._tag === "Tool" ? [each.text.length] : []))
    expect(lengths(0)).toStrictEqual([270, 270, 270, 270])
    expect(lengths(20)).toStrictEqual([79, 270, 270, 270])
    expect(lengths(10_000)).toStrictEqual([79, 79, 79, 79])
  })
})
