/**
 * Agents that start agents, against a provider that counts for itself, over both wires.
 */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Journal } from "../../src/journal/Journal.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import { type Answer, alwaysCalls, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { makeWorkspace, overTheWire, type Wire, wires } from "./Rig.ts"
import { asked, factsOf, lead } from "./Team.ts"

const workspace = makeWorkspace()
afterAll(workspace.remove)
mkdirSync(join(workspace.root, ".deputize", "agents"), { recursive: true })
writeFileSync(
  join(workspace.root, ".deputize", "agents", "worker.md"),
  "---\nname: worker\ndescription: Works\ntools: read_file, list_dir, grep\n---\nWork.\n"
)

/** A run whose provider answers by `answer`, and what both sides counted. */
const witnessed = (wire: Wire, request: Omit<RunRequest, "workspace">, answer: (received: Received) => Answer) =>
  Effect.gen(function* () {
    let mostOpen = 0
    const server = yield* providerServer((received) => {
      // While the first agent waits, and no request of its own is open.
      if (received.index >= 20) mostOpen = Math.max(mostOpen, server.openRequests)
      return answer(received)
    })
    const { events, result } = yield* Effect.gen(function* () {
      const handle = yield* (yield* Runtime).start({ workspace: workspace.root, ...request })
      const result = yield* handle.wait
      return { result, events: yield* (yield* Journal).read(handle.run) }
    }).pipe(Effect.scoped, Effect.provide(overTheWire(workspace.root, server.url, wire, { idleTimeoutMs: 5_000 })))
    const outputs = server.requests.flatMap(({ toolOutputs }) => toolOutputs.map(({ text }) => text))
    return { billed: server.billed.total, facts: factsOf(events), mostOpen, outputs, result, left: server.openRequests }
  }).pipe(Effect.scoped)

const spawns = (goals: ReadonlyArray<string>, agent = "worker"): Answer => ({
  calls: goals.map((goal) => ({ name: "spawn_agent", args: { agent, goal } }))
})
const waits: Answer = { calls: [{ name: "wait", args: {} }] }

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index)

const ends = ({ facts }: { readonly facts: ReturnType<typeof factsOf> }) => {
  const pathsOf = (tag: string) => facts.flatMap(({ fact, path }) => (fact._tag === tag ? [path] : [])).toSorted()
  return { started: pathsOf("Started"), ended: pathsOf("Ended") }
}

describe.each(wires)("over the %s wire", (wire) => {
  it.live("an agent that asks for 50 others gets 50 results, with never more than 8 at work, and loses no time", () =>
    Effect.gen(function* () {
      const delayMs = 300
      const found = yield* witnessed(
        wire,
        {
          agents: [asked(lead({ limits: { tokens: 4_000_000 } }), "fan out")],
          limits: { children: 60 },
          maxSpawnedAtOnce: 8
        },
        ({ goal, toolOutputs }) => {
          if (goal !== "fan out") return { text: `found in ${goal}`, delayMs }
          if (toolOutputs.length === 0) return spawns(numbers(50).map((index) => `part ${index}`))
          return toolOutputs.length === 50 ? waits : { text: toolOutputs[50]?.text ?? "" }
        }
      )
      const { billed, mostOpen, result } = found
      const [first, ...children] = result.agents
      expect(children.map(({ answer, path, status }) => [path, status, answer])).toStrictEqual(
        numbers(50).map((index) => [
          `/root/lead/worker${index === 0 ? "" : `#${index + 1}`}`,
          "completed",
          `found in part ${index}`
        ])
      )
      for (const index of numbers(50))
        expect(first?.answer).toContain(`: completed\nfound in part ${index}\n`.trimEnd())
      expect(mostOpen).toBe(8)
      expect(result.budget.tokens.used).toBe(billed)
      // Rounds of eight; the rest is the machine's, which other tests share.
      const ideal = Math.ceil(50 / 8) * delayMs
      expect(result.wallMs).toBeGreaterThanOrEqual(ideal)
      expect(result.wallMs).toBeLessThan(ideal * 2)
    })
  )

  const forEver =
    (answer: (level: number) => Answer) =>
    (received: Received): Answer => {
      const level = received.goal === "top" ? 0 : Number(received.goal.slice(6))
      if (received.toolOutputs.length === 0) return answer(level)
      return received.toolOutputs.length === 1 && received.toolNames.length > 0 ? waits : { text: "that is all" }
    }
  const onceMore = forEver((level) => spawns([`level ${level + 1}`], "lead"))
  const cases = [
    {
      limit: "depth",
      limits: { tokens: 4_000_000 },
      run: { depth: 5, children: 100 },
      agents: 6,
      text: "stands as low as agents may stand"
    },
    {
      limit: "number",
      limits: { tokens: 4_000_000 },
      run: { depth: 100, children: 7 },
      agents: 8,
      text: "the 7 agents that this run may start have been started"
    },
    {
      limit: "budget",
      limits: { tokens: 30_000 },
      run: { depth: 100, children: 100 },
      agents: null,
      text: "An agent for this needs at least"
    }
  ]
  it.live.each(cases)(
    "an agent that starts itself for ever comes to its end at the limit of $limit, and leaves nothing behind",
    ({ agents, limits, run, text }) =>
      Effect.gen(function* () {
        const found = yield* witnessed(
          wire,
          { agents: [asked(lead({ limits }), "top")], limits: run, maxSpawnedAtOnce: 1 },
          onceMore
        )
        const { billed, left, outputs, result } = found
        expect(outputs.some((output) => output.includes(text))).toBe(true)
        if (agents !== null) expect(result.agents.length).toBe(agents)
        expect(result.agents.length).toBeGreaterThan(2)
        expect(billed).toBeLessThanOrEqual(limits.tokens)
        expect(result.budget.tokens.used).toBe(billed)
        const { ended, started } = ends(found)
        expect(ended).toStrictEqual(started)
        expect(ended).toStrictEqual(result.agents.map(({ path }) => path).toSorted())
        expect(left).toBe(0)
      })
  )

  it.live.each([1, 4, 20])(
    "20 children that never come to an end stay within the budget of who started them, %i at once",
    (maxSpawnedAtOnce) =>
      Effect.gen(function* () {
        const tokens = 60_000
        const found = yield* witnessed(
          wire,
          {
            agents: [
              asked(lead({ limits: { tokens } }), "greedy"),
              asked(lead({ name: "other", limits: { tokens: 9_000 } }), "modest")
            ],
            maxSpawnedAtOnce
          },
          (received) => {
            if (received.goal === "modest") return { text: "modest" }
            if (received.goal !== "greedy") return alwaysCalls(received)
            if (received.toolOutputs.length === 0) return spawns(numbers(20).map((index) => `part ${index}`))
            return received.toolOutputs.length === 20 && received.toolNames.length > 0
              ? waits
              : { text: "greedy is done" }
          }
        )
        const { billed, result } = found
        const family = result.agents.filter(({ path }) => path.startsWith("/root/lead"))
        const charged = family.reduce((sum, { tokensCharged }) => sum + tokensCharged, 0)
        expect(charged).toBeLessThanOrEqual(tokens)
        expect(charged).toBeGreaterThan(tokens / 2)
        expect(charged + (result.agents.find(({ goal }) => goal === "modest")?.tokensCharged ?? 0)).toBe(billed)
        expect(result.budget.tokens.used).toBe(billed)
        const { ended, started } = ends(found)
        expect(started.every((path) => ended.includes(path))).toBe(true)
        expect(ended).toStrictEqual(result.agents.map(({ path }) => path).toSorted())
      })
  )
})
