/**
 * What the provider is sent, byte by byte, and what it costs.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { formatOf } from "../../src/agent/AnswerCheck.ts"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import type { Effort } from "../../src/domain/Effort.ts"
import { type Answer, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { type Asked, makeWorkspace, overTheWire, runAgent, taskOf, type Wire, wires } from "./oneAgent.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

const thinking = "gpt-5"

/** Reads three files in three turns, then answers. */
const reads = ({ toolNames, toolOutputs }: Received): Answer =>
  toolNames.length === 0 || toolOutputs.length >= 3
    ? { text: "done" }
    : {
        text: `turn ${toolOutputs.length}`,
        reasoning: "Let me see.",
        calls: [{ name: "read_file", args: { path: `src/file${toolOutputs.length}.ts` } }]
      }

/** Reads the same number of lines of three files in every turn, for ever. */
const endless =
  (limit: number) =>
  ({ index, toolNames }: Received): Answer =>
    toolNames.length === 0
      ? { text: "closing" }
      : {
          calls: [0, 4, 8].map((part) => ({
            name: "read_file",
            args: { path: `src/file${(index + part) % 12}.ts`, offset: 1 + Math.floor(index / 12), limit }
          }))
        }

const asking = Effect.fnUntraced(function* (wire: Wire, asked: Asked, answer: (received: Received) => Answer = reads) {
  const server = yield* providerServer(answer)
  const ended = yield* runAgent(workspace.root, { model: thinking, ...asked }).pipe(
    Effect.provide(overTheWire(server.url, wire, { model: thinking }))
  )
  return { ...ended, requests: server.requests, billed: server.billed }
}, Effect.scoped)

/** The body up to the end of its conversation: what comes behind may change from turn to turn. */
const conversation = ({ raw, wire }: Received): string => {
  const [, begin] = /^(.*?"(?:input|messages)":\[)/s.exec(raw) ?? []
  const list = JSON.parse(raw)[wire === "chat" ? "messages" : "input"]
  return `${begin ?? ""}${JSON.stringify(list).slice(1, -1)}`
}

const commonStart = (a: string, b: string): string => {
  let length = 0
  while (length < a.length && a[length] === b[length]) length += 1
  return a.slice(0, length)
}

describe.each(wires)("the requests of an agent over the %s wire", (wire) => {
  it.live("begin, turn by turn, with every byte of the conversation before", () =>
    Effect.gen(function* () {
      const { requests } = yield* asking(wire, { format: yield* formatOf({ type: "object" }) }, (received) =>
        received.toolOutputs.length >= 3 ? { text: "{}" } : reads(received)
      )
      expect(requests.length).toBe(4)
      for (const [index, request] of requests.entries()) {
        const before = requests[index - 1]
        if (before !== undefined) expect(request.raw.startsWith(conversation(before))).toBe(true)
      }
    })
  )

  it.live("are the same for two agents of one type, up to their goals", () =>
    Effect.gen(function* () {
      const one = yield* asking(wire, { goal: "first goal" })
      const two = yield* asking(wire, { goal: "second goal" })
      const [a, b] = [one.requests[0], two.requests[0]]
      if (a === undefined || b === undefined) throw new Error("both have asked")
      const start = commonStart(a.raw, b.raw)
      const goal = wire === "chat" ? '{"role":"user","content":"' : '{"role":"user","content":"'
      expect(start.endsWith(goal)).toBe(true)
      const { system, toolSpecs } = taskOf({})
      expect(start).toContain(JSON.stringify(system))
      for (const { description, parameters } of toolSpecs) {
        expect(start).toContain(JSON.stringify(description))
        expect(start).toContain(JSON.stringify(parameters))
      }
    })
  )

  it.live("pay for what came from the provider's cache at its own price", () =>
    Effect.gen(function* () {
      const cached = (received: Received): Answer => ({
        ...reads(received),
        cachedTokens: received.toolOutputs.length * 700
      })
      const { billed, result } = yield* asking(
        wire,
        { limits: { tokens: 400_000, nanoUsd: 1_000_000_000 }, model: "some-model" },
        cached
      )
      const inCache = 700 + 1_400 + 2_100
      expect([result.status, result.usage.input, result.usage.cached]).toStrictEqual([
        "completed",
        billed.input,
        inCache
      ])
      // 1, 0.1 and 4 dollars for a million; each request is rounded up to a whole nanodollar.
      expect(result.nanoUsd).toBe((billed.input - inCache) * 1_000 + inCache * 100 + billed.output * 4_000)
    })
  )

  it.live("stay within the budget with a large form in each", () =>
    Effect.gen(function* () {
      const names = Array.from({ length: 60 }, (_, index) => `finding_number_${index}`)
      const format = yield* formatOf({
        type: "object",
        properties: Object.fromEntries(
          names.map((name) => [name, { type: "string", description: `what ${name} says` }])
        )
      })
      for (const tokens of [5_000, 12_000, 30_000]) {
        const { billed, result, used } = yield* asking(wire, { format, limits: { tokens } }, (received) =>
          received.toolNames.length === 0 ? { text: "{}" } : endless(4)(received)
        )
        expect([result.status, result.answer, used]).toStrictEqual(["paused", "{}", billed.total])
        expect(billed.total).toBeLessThanOrEqual(tokens)
      }
    })
  )

  const withEffort = (effort: Effort | undefined) => {
    const { definition } = taskOf({})
    return effort === undefined ? definition : new AgentDefinition({ ...definition, effort })
  }

  it.live("name the effort of its definition, and the least for the closing answer", () =>
    Effect.gen(function* () {
      const efforts = Effect.fnUntraced(function* (effort: Effort | undefined) {
        const { requests } = yield* asking(
          wire,
          { definition: withEffort(effort), limits: { turns: 3 } },
          (received) =>
            received.toolNames.length === 0
              ? { text: "done" }
              : reads({ ...received, toolOutputs: received.toolOutputs.slice(0, 2) })
        )
        return requests.map(({ effort, toolNames }) => [effort, toolNames.length > 0])
      })
      const turns = (effort: Effort) => [
        [effort, true],
        [effort, true],
        ["low", false]
      ]
      expect(yield* efforts(undefined)).toStrictEqual(turns("medium"))
      expect(yield* efforts("high")).toStrictEqual(turns("high"))
    })
  )
})

const lightTurns = (requests: ReadonlyArray<Received>) =>
  requests.filter(({ toolNames }) => toolNames.length > 0).map(({ effort, maxOutput }) => [effort, maxOutput])

describe("an agent near any of its limits", () => {
  it.live("thinks less, says less and reads less from four fifths of its turns on", () =>
    Effect.gen(function* () {
      const { requests } = yield* asking("responses", { limits: { turns: 10 } }, endless(80))
      expect(lightTurns(requests)).toStrictEqual([
        ...Array.from({ length: 8 }, () => ["medium", 4_096]),
        ["low", 1_024]
      ])
      const read = (index: number) =>
        Buffer.byteLength(
          requests[index]?.toolOutputs
            .slice(-3)
            .map(({ text }) => text)
            .join("") ?? ""
        )
      // The last turn with tools is the ninth; what it read stands in the tenth request.
      expect(read(9)).toBeLessThan(read(8) / 2)
      expect(read(8)).toBeGreaterThan(read(1) * 0.9)
    })
  )

  it.live("does so for the budget of its own, and for that of the whole run", () =>
    Effect.gen(function* () {
      for (const limits of [{ limits: { tokens: 120_000 } }, { wholeTokens: 120_000 }]) {
        const { requests, used } = yield* asking("chat", limits, endless(2))
        const turns = lightTurns(requests)
        const first = turns.findIndex(([effort]) => effort === "low")
        expect(first).toBeGreaterThan(2)
        expect(turns.slice(first).every(([effort, maxOutput]) => effort === "low" && Number(maxOutput) <= 1_024)).toBe(
          true
        )
        expect(turns.slice(0, first).every(([effort]) => effort === "medium")).toBe(true)
        expect(used).toBeLessThanOrEqual(120_000)
      }
    })
  )
})
