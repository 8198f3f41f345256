/**
 * A program that uses the library, to be tortured: starts a run of eight agents or takes one up again, and says what it
 * has seen happen. One argument, the `Orders` as JSON.
 *
 *   run RUN            a run was started
 *   ack SEQ HASH       the event is on the disk, with all before it
 *   refused MESSAGE    there is no run to be had
 *   end JSON           what became of it
 *   sample JSON        how it fares in a soak, after each run
 */
import { readdirSync, writeSync } from "node:fs"
import process from "node:process"
import { AgentDefinition, Deputize, Runtime } from "@deputize/core"
import { RunId } from "@deputize/core/domain/Ids"
import { Journal } from "@deputize/core/journal/Journal"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { type Broken, breakModel } from "./runBroken.ts"
import { shiftClock } from "./runClock.ts"
import { fifty, foremen, goalOf, type Named, named, toolsOf } from "./runScript.ts"
import type { Sample } from "./runSoak.ts"
import { ownTools } from "./runTools.ts"

export interface Orders {
  readonly workspace: string
  readonly state: string
  readonly modelUrl: string
  readonly toolUrl: string
  readonly wire: "chat" | "responses"
  /** Of the whole run. */
  readonly tokens: number
  readonly maxParallel: number
  readonly onUnknown: "ask" | "retry" | "skip"
  /** The run to take up again; null starts one. */
  readonly run: string | null
  /** Tokens to be added. */
  readonly more?: number
  /** The last event that was acknowledged before. */
  readonly from: number
  /** A seed for a clock that jumps. */
  readonly clock?: number
  readonly broken?: Broken
  /** A long run instead of the usual one: how often each of its agents starts eight others. */
  readonly batches?: number
  /** Runs of fifty agents instead, one after another, for so long. */
  readonly soakMs?: number
  /** From 1: which process of the run this is, so that the witness can tell them apart. */
  readonly process: number
}

export interface End {
  readonly status: string
  readonly used: number
  /** Why an agent has not completed, a line each. */
  readonly errors: ReadonlyArray<string>
}

const orders: Orders = JSON.parse(process.argv[2] ?? "")

/** At once, so that what was said is out when this process dies. */
const say = (line: string): void => {
  writeSync(1, `${line}\n`)
}

const definitionOf = (kind: keyof typeof toolsOf): AgentDefinition =>
  new AgentDefinition({
    name: kind,
    instructions: "Do your part.",
    tools: toolsOf[kind],
    permissions: { write: ["**"], spawn: ["*"] }
  })

const requestFor = (agents: ReadonlyArray<Named>) => ({
  workspace: orders.workspace,
  agents: agents.map(({ key, kind }) => ({
    definition: definitionOf(kind),
    goal: goalOf(key),
    scope: [],
    limits: { tokens: orders.tokens, turns: 1_000, toolCalls: 100_000 }
  })),
  limits: { tokens: orders.tokens, toolCalls: 1_000_000, children: 64 * (orders.batches ?? 1) },
  maxParallel: Math.max(orders.maxParallel, agents.length > 8 ? agents.length : 0),
  maxSpawnedAtOnce: orders.maxParallel,
  trusted: true
})

const begin = Effect.gen(function* () {
  const runtime = yield* Runtime
  if (orders.run === null)
    return yield* runtime.start(requestFor(orders.batches === undefined ? named : foremen(orders.batches)))
  const more = orders.more === undefined ? {} : { more: { tokens: orders.more } }
  return yield* runtime.resume(RunId.make(orders.run), { onUnknown: orders.onUnknown, ...more })
})

const program = Effect.gen(function* () {
  const journal = yield* Journal
  const handle = yield* begin
  say(`run ${handle.run}`)
  yield* Effect.forkScoped(
    journal.tail(handle.run, orders.from + 1).pipe(
      Stream.runForEachArray(
        Effect.fnUntraced(function* (events) {
          yield* journal.barrier
          for (const { hash, seq } of events) say(`ack ${seq} ${hash}`)
        })
      )
    )
  )
  const { agents, budget, status } = yield* handle.wait
  const end: End = {
    status,
    used: budget.tokens.used,
    errors: agents.flatMap(({ error, path }) => (error === null ? [] : [`${path}: ${error.message}`]))
  }
  say(`end ${JSON.stringify(end)}`)
})

/** Fifty agents at a time. */
const soak = Effect.fnUntraced(function* (mostMs: number) {
  const runtime = yield* Runtime
  for (let count = 0; performance.now() < mostMs; count += 1) {
    const late: Array<number> = []
    const status = yield* Effect.gen(function* () {
      const handle = yield* runtime.start(requestFor(fifty(count)))
      const seeing = Stream.runForEach(handle.events, ({ time }) => Effect.sync(() => late.push(Date.now() - time)))
      yield* Effect.forkScoped(seeing)
      return (yield* handle.wait).status
    }).pipe(Effect.scoped)
    globalThis.gc?.()
    const sample: Sample = {
      at: performance.now(),
      rss: process.memoryUsage.rss(),
      descriptors: readdirSync("/proc/self/fd").length,
      lateMs: late.toSorted((a, b) => a - b)[Math.floor(late.length * 0.99)] ?? 0,
      events: late.length,
      status
    }
    say(`sample ${JSON.stringify(sample)}`)
  }
})

if (orders.clock !== undefined) shiftClock(orders.clock)
if (orders.broken !== undefined) breakModel(orders.broken)
const layer = Deputize.layer({
  workspace: orders.workspace,
  state: orders.state,
  tools: ownTools(`${orders.toolUrl}/${orders.process}`),
  model: {
    baseUrl: orders.modelUrl,
    wire: orders.wire,
    model: "some-model",
    prices: { "some-model": { input: 1, cached: 0.1, output: 4 } },
    headers: { "x-torture-process": String(orders.process) },
    idleTimeoutMs: 20_000,
    parallelism: 64
  }
})
const work = orders.soakMs === undefined ? program : soak(orders.soakMs)
await Effect.runPromise(work.pipe(Effect.scoped, Effect.provide(layer))).catch((cause: unknown) => {
  say(`refused ${cause instanceof Error ? cause.message : String(cause)}`)
  process.exitCode = 1
})
