/**
 * What a run makes of a provider that fails: every fault at every point of an answer, over both wires. The first request
 * meets the fault, all others are answered.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { AgentJournal } from "../../src/agent/AgentEvent.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import { type Answer, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { agent, makeWorkspace, overTheWire, type Wire, wires } from "./Rig.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

const points = ["before-headers", "after-headers", "mid-text", "mid-arguments", "before-terminal"] as const
const kinds = ["reset", "end", "stall", "error-event", "garbage-line"] as const

/** Looks into a file, then answers with how often it has looked. */
const honest = ({ toolOutputs }: Received): Answer =>
  toolOutputs.length === 0
    ? { text: "Let me look into it.", calls: [{ name: "read_file", args: { path: "src/file1.ts", limit: 2 } }] }
    : { text: `looked ${toolOutputs.length} times` }

/** One run whose first request is answered with `fault` added. */
const suffering = (wire: Wire, fault: Partial<Answer>) =>
  Effect.gen(function* () {
    const server = yield* providerServer((received) => ({
      ...honest(received),
      ...(received.index === 0 ? fault : {})
    }))
    return yield* Effect.gen(function* () {
      const journal = yield* Journal
      const asked = { workspace: workspace.root, agents: [agent("explorer", "look")] }
      const handle = yield* (yield* Runtime).start(asked)
      const { agents } = yield* handle.wait
      const facts = (yield* journal.read(handle.run)).map((event) => Option.getOrUndefined(AgentJournal.decode(event)))
      const reserved = facts.flatMap((fact) => (fact?._tag === "TurnRequested" ? [fact.reserved] : []))
      const [only] = agents
      if (only === undefined) throw new Error("a run of one agent has one result")
      const unknown = only.unknownTokens
      return {
        requests: server.requests.length,
        tools: only.toolCalls,
        charged: unknown === 0 ? "usage" : unknown === reserved[0] ? "reserve" : `${unknown} of ${reserved[0]}`,
        rest: only.tokensCharged - unknown === only.usage.total,
        end:
          only.error === null
            ? only.answer
            : String(only.error.reason === undefined ? only.error.tag : reasonOf(only.error))
      }
    }).pipe(Effect.scoped, Effect.provide(overTheWire(workspace.root, server.url, wire, patience(fault))))
  }).pipe(Effect.scoped)

/** Where the provider stalls it is waited for; otherwise no pause of a slow machine may look like that. */
const patience = ({ fault }: Partial<Answer>) => (fault?.kind === "stall" ? { idleTimeoutMs: 2_000 } : {})

const reasonOf = (error: Readonly<Record<string, unknown>>): string => {
  const { reason } = error
  return typeof reason === "object" && reason !== null && "_tag" in reason ? String(reason._tag) : "?"
}

describe.each(wires)("over the %s wire", (wire) => {
  it.live(
    "a fault of the stream discards the attempt, charges its reserve and is tried again; no tool runs twice",
    () =>
      Effect.gen(function* () {
        const cases = kinds.flatMap((kind) => points.map((at) => ({ kind, at })))
        const rows = yield* Effect.forEach(
          cases,
          ({ at, kind }) =>
            suffering(wire, { fault: { kind, at, error: serverError } }).pipe(
              Effect.map((row) => ({ case: `${kind} ${at}`, ...row }))
            ),
          { concurrency: 8 }
        )
        expect(rows).toStrictEqual(
          cases.map(({ at, kind }) => ({
            case: `${kind} ${at}`,
            requests: 3,
            tools: 1,
            // Before the headers an error is a status, which costs nothing.
            charged: kind === "error-event" && at === "before-headers" ? "usage" : "reserve",
            rest: true,
            end: "looked 1 times"
          }))
        )
      })
  )

  it.live("an error status costs nothing: what may pass is tried again, what will not ends the agent at once", () =>
    Effect.gen(function* () {
      const passing = [408, 429, 500, 502, 503, 504, 529]
      const final = [400, 401, 403, 404, 413, 422]
      const rows = yield* Effect.forEach(
        [...passing, ...final],
        (status) => Effect.map(suffering(wire, { status }), (row) => ({ status, ...row })),
        { concurrency: 8 }
      )
      const reasons = ["Rejected", "Unauthorized", "Unauthorized", "UnknownModel", "Rejected", "Rejected"]
      expect(rows).toStrictEqual([
        ...passing.map((status) => ({
          status,
          requests: 3,
          tools: 1,
          charged: "usage",
          rest: true,
          end: "looked 1 times"
        })),
        ...final.map((status, index) => ({
          status,
          requests: 1,
          tools: 0,
          charged: "usage",
          rest: true,
          end: reasons[index]
        }))
      ])
    })
  )

  it.live("a refusal, a filtered answer and a cut one are ends of their own, and no call of theirs runs", () =>
    Effect.gen(function* () {
      const ends = yield* Effect.forEach(
        [
          { finish: "refusal", text: "I will not.", calls: [] },
          { finish: "content_filter" },
          { text: "x".repeat(40_000) }
        ] as const,
        (fault) => suffering(wire, fault)
      )
      expect(ends.map(({ charged, end, requests, tools }) => ({ charged, end, requests, tools }))).toStrictEqual([
        { charged: "usage", end: "AnswerCut", requests: 1, tools: 0 },
        { charged: "usage", end: "AnswerCut", requests: 1, tools: 0 },
        // Cut at its cap, the agent is asked for an answer that fits.
        { charged: "usage", end: "AnswerCut", requests: 2, tools: 0 }
      ])
    })
  )

  it.live("a context overflow is met once by leaving out old results", () =>
    Effect.gen(function* () {
      const overflow = { error: { message: "maximum context length exceeded", code: "context_length_exceeded" } }
      const row = yield* suffering(wire, { status: 400, bodyText: JSON.stringify(overflow) })
      expect(row).toStrictEqual({ requests: 3, tools: 1, charged: "usage", rest: true, end: "looked 1 times" })
    })
  )

  it.live("an answer without usage is charged at its whole reserve", () =>
    Effect.gen(function* () {
      const rows = yield* Effect.forEach(
        ["none", { input_tokens: -1, output_tokens: 2, prompt_tokens: -1, completion_tokens: 2 }] as const,
        (usage) => suffering(wire, { usage })
      )
      const row = { requests: 2, tools: 1, charged: "reserve", rest: true, end: "looked 1 times" }
      expect(rows).toStrictEqual([row, row])
    })
  )

  it.live("calls that cannot be read go back to the model, and end the agent after three turns of them", () =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const server = yield* providerServer((received) => {
        asked.push(received.lastText)
        return { calls: [{ name: received.index === 1 ? "no_such_tool" : "read_file", args: '{"path": ' }] }
      })
      const result = yield* Effect.gen(function* () {
        const handle = yield* (yield* Runtime).start({ workspace: workspace.root, agents: [agent("explorer", "look")] })
        return yield* handle.wait
      }).pipe(Effect.scoped, Effect.provide(overTheWire(workspace.root, server.url, wire)))
      expect(result.agents[0]?.error?.tag).toBe("CallsUnreadable")
      expect(asked.length).toBe(3)
      expect(asked[1]).toContain("error: ")
      expect(asked[2]).toContain("there is no tool no_such_tool. Tools: read_file")
    }).pipe(Effect.scoped)
  )
})

const serverError = { code: "server_error", message: "The server had an error", type: "server_error", param: null }
