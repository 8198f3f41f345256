import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { Journal } from "../../src/journal/Journal.ts"
import { RunJournal } from "../../src/runtime/RunEvent.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import { type Answer, providerServer, type Received } from "../../src/testing/ProviderServer.ts"
import { agent, makeWorkspace, overTheWire } from "./Rig.ts"

const { remove, root } = makeWorkspace()
afterAll(remove)

/** Takes so many requests at a time, and refuses those beyond; two for each agent. */
const narrow = (most: number, delayMs: number) => {
  const seen = { refused: 0, ended: [] as number[] }
  let open = 0
  const answer = async ({ goal, toolOutputs }: Received): Promise<Answer> => {
    if (open >= most) {
      seen.refused += 1
      return { status: 429 }
    }
    open += 1
    await new Promise((resolve) => setTimeout(resolve, delayMs))
    open -= 1
    if (toolOutputs.length === 0) return { calls: [{ name: "list_dir", args: { path: "." } }] }
    seen.ended.push(Number(goal))
    return { text: "It is done." }
  }
  return { answer, seen }
}

/** A run of so many agents, and how the number of those at work moved. */
const runOf = (count: number, maxParallel: NonNullable<RunRequest["maxParallel"]>, { answer }: Provider) =>
  Effect.gen(function* () {
    const server = yield* providerServer(answer)
    const agents = Array.from({ length: count }, (_, index) => agent("explorer", `${index}`))
    const parallelism = maxParallel === "auto" ? 64 : maxParallel
    return yield* Effect.gen(function* () {
      const journal = yield* Journal
      const handle = yield* (yield* Runtime).start({ workspace: root, agents, maxParallel })
      const result = yield* handle.wait
      const moves = (yield* journal.read(handle.run)).flatMap((event) =>
        Option.toArray(RunJournal.decode(event)).flatMap((fact) =>
          fact._tag === "Parallelism" ? [{ at: event.time, to: fact.to, why: fact.why }] : []
        )
      )
      return { result, moves }
    }).pipe(Effect.provide(overTheWire(root, server.url, "responses", { idleTimeoutMs: 60_000, parallelism })))
  }).pipe(Effect.scoped)

type Provider = Pick<ReturnType<typeof narrow>, "answer">

describe("fifty agents at a provider that takes six requests at a time", () => {
  it.live("all complete, with next to no refusals, in the order in which they were asked for", () =>
    Effect.gen(function* () {
      const found = yield* Effect.forEach(
        ["auto", 16] as const,
        Effect.fnUntraced(function* (maxParallel) {
          const provider = narrow(6, 200)
          const { result } = yield* runOf(50, maxParallel, provider)
          const completed = result.agents.filter(({ status }) => status === "completed").length
          const longestMs = Math.max(...result.agents.map(({ durationMs }) => durationMs))
          return { completed, longestMs, ...provider.seen }
        }),
        { concurrency: 2 }
      )
      const [automatic, fixed] = found
      expect(found.map(({ completed }) => completed)).toStrictEqual([50, 50])
      expect(automatic?.refused).toBeLessThanOrEqual(4)
      expect(automatic?.refused).toBeLessThan(fixed?.refused ?? 0)
      // Nobody starves: whoever is at work is answered soon, and nobody is overtaken by more than those beside it.
      expect(automatic?.longestMs).toBeLessThan(3_000)
      const late = automatic?.ended.map((goal, place) => place - goal) ?? []
      expect(Math.max(...late)).toBeLessThanOrEqual(8)
    })
  )
})

/** Answers soon until `relieve`, and from then on only once five requests have come at the same time. */
const patient = () => {
  const raised = Promise.withResolvers<void>()
  let [open, isRelieved] = [0, false]
  const seen = { most: 0 }
  const answer = async ({ toolOutputs }: Received): Promise<Answer> => {
    open += 1
    if (!isRelieved) seen.most = Math.max(seen.most, open)
    else if (open > 4) raised.resolve()
    await (isRelieved ? raised.promise : new Promise((resolve) => setTimeout(resolve, 300)))
    open -= 1
    return toolOutputs.length === 0 ? { calls: [{ name: "list_dir", args: { path: "." } }] } : { text: "It is done." }
  }
  const relieve = () => {
    isRelieved = true
  }
  return { answer, seen, relieve }
}

describe("a process that has too much to do", () => {
  it.live("gets no more agents to work until it keeps up again", () =>
    Effect.gen(function* () {
      const provider = patient()
      const blocker = setInterval(() => {
        const end = performance.now() + 80
        while (performance.now() < end);
      }, 100)
      let freeAt = Number.POSITIVE_INFINITY
      const relieved = setTimeout(() => {
        clearInterval(blocker)
        freeAt = Date.now()
        provider.relieve()
      }, 2_500)
      const { moves, result } = yield* Effect.ensuring(
        runOf(40, "auto", provider),
        Effect.sync(() => {
          clearInterval(blocker)
          clearTimeout(relieved)
        })
      )
      expect([result.status, provider.seen.most]).toStrictEqual(["completed", 4])
      expect([moves.length > 0, moves.filter(({ at }) => at < freeAt)]).toStrictEqual([true, []])
    })
  )
})
