/**
 * Silence and restarts with a real provider on loopback, over both wires: requests are aborted, paid for, and made again.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Journal } from "../../src/journal/Journal.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import { type Answer, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { agent, makeWorkspace, overTheWire, type Wire, wires } from "./Rig.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)

/** Two agents: of the one every request is answered as `answering` says, of the other honestly. */
const suffering = (
  wire: Wire,
  supervision: NonNullable<RunRequest["supervision"]>,
  answering: (received: Received, nth: number) => Answer
) =>
  Effect.gen(function* () {
    let nth = 0
    const server = yield* providerServer((received) =>
      received.goal.includes("suffer") ? answering(received, nth++) : { text: "well" }
    )
    const asked = {
      workspace: workspace.root,
      agents: [agent("explorer", "suffer"), agent("explorer", "be well")],
      supervision
    }
    const { agents, budget } = yield* Effect.gen(function* () {
      const handle = yield* (yield* Runtime).start(asked)
      const result = yield* handle.wait
      yield* (yield* Journal).verify(handle.run)
      return result
    }).pipe(Effect.scoped, Effect.provide(overTheWire(workspace.root, server.url, wire, { idleTimeoutMs: 60_000 })))
    while (server.openRequests > 0) yield* Effect.sleep("5 millis")
    expect(budget.tokens.used).toBe(agents.reduce((sum, { tokensCharged }) => sum + tokensCharged, 0))
    // What the client was told and what it had to assume cover what the provider has counted.
    expect(budget.tokens.used).toBeGreaterThanOrEqual(server.billed.total)
    return {
      ends: agents.map(({ answer, error, status }) => `${status} ${error?.tag ?? answer}`),
      aborted: server.aborted,
      requests: nth
    }
  }).pipe(Effect.scoped)

const stalls: Answer = { text: "so far and no", fault: { kind: "stall", at: "mid-text" } }
const neverAnswers: Answer = { text: "", fault: { kind: "stall", at: "before-headers" } }
const looks = ({ toolOutputs }: Received): Answer =>
  toolOutputs.length === 0
    ? { text: "", calls: [{ name: "read_file", args: { path: "src/file1.ts", limit: 2 } }] }
    : { text: `looked ${toolOutputs.length} times` }

describe.each(wires)("over the %s wire", (wire) => {
  it.live("an agent whose provider never answers is ended, its request aborted, and the other one is not touched", () =>
    Effect.gen(function* () {
      expect(yield* suffering(wire, { silenceMs: 400 }, () => neverAnswers)).toStrictEqual({
        ends: ["timed_out AgentSilent", "completed well"],
        aborted: 1,
        requests: 1
      })
    })
  )

  it.live("an agent whose answer stops in its middle lives again, and looks at no file twice", () =>
    Effect.gen(function* () {
      const supervision = { restart: "transient", silenceMs: 400, backoffMs: 10 } as const
      const suffered = yield* suffering(wire, supervision, (received, nth) =>
        nth === 1 || nth === 2 ? stalls : looks(received)
      )
      expect(suffered).toStrictEqual({
        ends: ["completed looked 1 times", "completed well"],
        aborted: 2,
        requests: 4
      })
    })
  )
})
