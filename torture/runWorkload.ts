/**
 * A program that uses the library, to be tortured: starts a run of nine agents or takes one up again, and says what it
 * has seen happen. One argument, the `Orders` as JSON.
 *
 *   run RUN            a run was started
 *   ack SEQ HASH       the event is on the disk, with all before it
 *   refused MESSAGE    there is no run to be had
 *   end JSON           what became of it
 *   sample JSON        how it fares in a soak, after each run
 */
import { readdirSync, readlinkSync, writeSync } from "node:fs"
import process from "node:process"
import { AgentDefinition, Deputize, Runtime } from "@deputize/core"
import { RunId } from "@deputize/core/domain/Ids"
import { Journal, type JournalEvent } from "@deputize/core/journal/Journal"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Queue from "effect/Queue"
import * as Stream from "effect/Stream"
import { type Broken, breakModel } from "./runBroken.ts"
import { shiftClock } from "./runClock.ts"
import { type Sample, soonMs } from "./runSample.ts"
import { fifty, foremen, goalOf, type Named, named, toolsOf } from "./runScript.ts"
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

/** Tokens: enough for all agents but those that read on and on. */
const contextWindow = 16_000

const orders: Orders = JSON.parse(process.argv[2] ?? "")

/** At once, so that what was said is out when this process dies; where nobody reads, it waits until somebody does. */
const say = (line: string): void => {
  let rest = Buffer.from(`${line}\n`)
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(1, rest))
    } catch (cause) {
      if (!(cause instanceof Error && "code" in cause && cause.code === "EAGAIN")) throw cause
      Atomics.wait(nothing, 0, 0, 1)
    }
  }
}

const nothing = new Int32Array(new SharedArrayBuffer(4))

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
  maxParallel: orders.soakMs === undefined ? orders.maxParallel : agents.length,
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

/** Where acknowledgements end before the run does, it is told why. */
const owned = (cause: Cause.Cause<unknown>) =>
  Cause.hasInterruptsOnly(cause) ? Effect.void : Effect.sync(() => writeSync(2, `${Cause.pretty(cause)}\n`))

const program = Effect.gen(function* () {
  const journal = yield* Journal
  const handle = yield* begin
  say(`run ${handle.run}`)
  // All that have come while the disk was waited for are acknowledged at once.
  const events = yield* Queue.unbounded<JournalEvent>()
  const seeing = Stream.runForEach(journal.tail(handle.run, orders.from + 1), (event) => Queue.offer(events, event))
  yield* Effect.forkScoped(Effect.tapCause(seeing, owned))
  const acknowledging = Effect.gen(function* () {
    const seen = yield* Queue.takeAll(events)
    yield* journal.barrier
    for (const { hash, seq } of seen) say(`ack ${seq} ${hash}`)
  })
  yield* Effect.forkScoped(Effect.tapCause(Effect.forever(acknowledging), owned))
  const { agents, budget, status } = yield* handle.wait
  const end: End = {
    status,
    used: budget.tokens.used,
    errors: agents.flatMap(({ error, path }) => (error === null ? [] : [`${path}: ${error.message}`]))
  }
  say(`end ${JSON.stringify(end)}`)
})

const openFiles = (): Pick<Sample, "files" | "sockets"> => {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      // The one that the folder was read by.
      return ""
    }
  })
  const sockets = targets.filter((target) => target.startsWith("socket:")).length
  return { files: targets.length - sockets, sockets }
}

/** Fifty agents at a time; at first as fast as they can, until all of the program has been run often. */
const soak = Effect.fnUntraced(function* (mostMs: number) {
  const runtime = yield* Runtime
  for (let count = 0; performance.now() < mostMs; count += 1) {
    const late: Array<number> = []
    const { run, status } = yield* Effect.gen(function* () {
      const handle = yield* runtime.start(requestFor(fifty(count, performance.now() < mostMs / 3)))
      const seeing = Stream.runForEach(handle.events, ({ time }) => Effect.sync(() => late.push(Date.now() - time)))
      const viewer = yield* Effect.forkScoped(Effect.tapCause(seeing, owned))
      const { status } = yield* handle.wait
      // The last events are seen last. Of who does not come to an end, it is told by what has not been seen.
      yield* Effect.timeoutOption(Fiber.await(viewer), "10 seconds")
      return { run: handle.run, status }
    }).pipe(Effect.scoped)
    globalThis.gc?.()
    const sample: Sample = {
      run,
      at: performance.now(),
      rss: process.memoryUsage.rss(),
      ...openFiles(),
      lateMs: late.toSorted((a, b) => a - b)[Math.floor(late.length * 0.99)] ?? 0,
      late: late.filter((ms) => ms > soonMs).length,
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
    idleTimeoutMs: 120_000,
    parallelism: 64,
    // Long runs are to be long, and are summed up nowhere.
    contextWindow: orders.batches === undefined ? contextWindow : 100_000_000
  }
})
const work = orders.soakMs === undefined ? program : soak(orders.soakMs)
await Effect.runPromise(work.pipe(Effect.scoped, Effect.provide(layer))).catch((cause: unknown) => {
  say(`refused ${cause instanceof Error ? cause.message : String(cause)}`)
  process.exitCode = 1
})
