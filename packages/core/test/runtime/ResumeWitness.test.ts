/**
 * Runs of eight agents with children, cut at random events, against a provider that counts for itself: what all processes
 * together were billed stays within the budget, however often the run is cut.
 */
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { OpenAiModel } from "../../src/model/openai/OpenAiModel.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import type { RunResult } from "../../src/runtime/RunResult.ts"
import { type Answer, alwaysCalls, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { askedAgain, begin, chargedIn, cutAt, type Disk, eventsOf, goOn, makeDisk, processOn } from "./Resuming.ts"
import { type Wire, wires } from "./Rig.ts"
import { asked, lead, makeFolder } from "./Team.ts"

const folder = makeFolder()
afterAll(folder.remove)

const spawns = (goal: string): Answer => ({
  calls: ["a", "b"].map((part) => ({ name: "spawn_agent", args: { agent: "worker", goal: `part ${part} of ${goal}` } }))
})

/** Each of eight starts two, waits for both, and answers; those read a file first. */
const answer = ({ goal, toolOutputs }: Received): Answer => {
  const done = toolOutputs.length
  if (goal.startsWith("part")) {
    return done === 0 ? { calls: [{ name: "read_file", args: { path: "a.txt" } }] } : { text: `found in ${goal}` }
  }
  if (done === 0) return spawns(goal)
  if (done === 2) return { calls: [{ name: "wait", args: {} }] }
  const found = ["a", "b"].filter((part) => toolOutputs.some(({ text }) => text.includes(`found in part ${part}`)))
  return { text: `${goal}: ${found.join(" and ")}` }
}

/** Nobody of them comes to an end by itself. */
const endless = (received: Received): Answer => {
  if (received.toolNames.length === 0) return { text: "closed" }
  const isLead = !received.goal.startsWith("part")
  if (isLead && received.toolOutputs.length === 0) return spawns(received.goal)
  return alwaysCalls(received)
}

const requestOf = (tokens: number): RunRequest => ({
  workspace: folder.root,
  agents: Array.from({ length: 8 }, (_, index) => asked(lead(), `topic ${index}`)),
  limits: { tokens },
  maxSpawnedAtOnce: 8
})

/** A provider for all processes of a run, and what each process makes of a disk and was billed. */
const provided = Effect.fnUntraced(function* (wire: Wire, answering: (received: Received) => Answer) {
  const server = yield* providerServer(answering)
  return Effect.fnUntraced(function* <E>(
    disk: Disk,
    work: Effect.Effect<RunResult, E, Effect.Services<ReturnType<typeof goOn>>>
  ) {
    const before = server.billed.total
    const model = OpenAiModel.layer({
      name: "loopback",
      baseUrl: server.url,
      wire,
      apiKey: "sk-test-0123456789",
      keyVariable: "OPENAI_API_KEY",
      keyInstructions: "",
      headers: {},
      query: {},
      requiresAuth: true,
      model: "some-model",
      maxTokensField: wire === "responses" ? "max_output_tokens" : "max_completion_tokens",
      prices: { "some-model": { input: 1, cached: 0.1, output: 4 } },
      idleTimeoutMs: 5_000,
      parallelism: 64
    })
    const { events, result } = yield* Effect.gen(function* () {
      const result = yield* work
      return { result, events: yield* eventsOf(result.run) }
    }).pipe(Effect.provide(processOn(disk, folder.root, model)))
    return { result, events, billed: server.billed.total - before }
  })
})

const shown = ({ agents, status }: RunResult) => ({
  status,
  agents: agents.map(({ answer, path, status }) => ({ path, status, answer }))
})

/** Where a record of so many events is cut: anywhere, in the same places each time. */
const cuts = (events: number, seed: number, count: number) =>
  Array.from({ length: count }, (_, index) => 1 + (((index + 1) * 7_919 + seed * 104_729) % (events - 1)))

describe.each(wires)("over the %s wire", (wire) => {
  it.live("a run of eight agents with children that is cut anywhere ends as it would have, cut twice as well", () =>
    Effect.gen(function* () {
      const inProcess = yield* provided(wire, answer)
      const disk = yield* makeDisk
      const whole = yield* inProcess(disk, begin(requestOf(400_000)))
      expect(whole.result.status).toBe("completed")
      const { run } = whole.result
      const cutAndGoOn = (from: Disk, at: number) =>
        Effect.gen(function* () {
          const after = cutAt(from, run, at)
          const found = yield* inProcess(after, goOn(run))
          expect({ at, ...shown(found.result) }).toStrictEqual({ at, ...shown(whole.result) })
          expect({ at, again: askedAgain(found.events) }).toStrictEqual({ at, again: [] })
          expect(found.result.budget.tokens.used).toBe(chargedIn(found.events))
          expect(found.billed).toBeLessThanOrEqual(chargedIn(found.events.slice(at)))
          return { after, events: found.events }
        })
      for (const [index, at] of cuts(whole.events.length, 1, 3).entries()) {
        const { after, events } = yield* cutAndGoOn(disk, at)
        const [again = 1] = cuts(events.length - at, index, 1)
        yield* cutAndGoOn(after, at + again)
      }
    }).pipe(Effect.scoped)
  )

  it.live("a run of agents that never come to an end stays within its budget, cut or not", () =>
    Effect.gen(function* () {
      const tokens = 60_000
      const inProcess = yield* provided(wire, endless)
      const disk = yield* makeDisk
      const whole = yield* inProcess(disk, begin(requestOf(tokens)))
      expect([whole.result.status, whole.billed <= tokens]).toStrictEqual(["paused", true])
      const { run } = whole.result
      for (const at of cuts(whole.events.length, 2, 3)) {
        const before = billedIn(whole.events.slice(0, at))
        const found = yield* inProcess(cutAt(disk, run, at), goOn(run))
        expect(found.result.budget.tokens.used).toBeLessThanOrEqual(tokens)
        expect({ at, isWithin: before + found.billed <= tokens }).toStrictEqual({ at, isWithin: true })
        expect(found.result.status).toBe("paused")
        expect(askedAgain(found.events)).toStrictEqual([])
      }
    }).pipe(Effect.scoped)
  )
})

// internal

/** The most that the provider has billed for what is on record: requests without an end at their reserve. */
const billedIn = (events: ReadonlyArray<{ readonly body: unknown; readonly path: string; readonly type: string }>) => {
  const open = new Map<string, number>()
  let billed = 0
  const figure = (body: unknown, key: string) => {
    const found = typeof body === "object" && body !== null ? Reflect.get(body, key) : 0
    return typeof found === "number" ? found : 0
  }
  for (const { body, path, type } of events) {
    if (type === "TurnRequested") open.set(path, figure(body, "reserved"))
    if (type === "TurnCompleted" || type === "TurnFailed") {
      open.delete(path)
      billed += figure(body, "charged")
    }
  }
  return [...open.values()].reduce((sum, reserved) => sum + reserved, billed)
}
