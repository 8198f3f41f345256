/**
 * Reads what a run goes on from: its record, the definitions of agents that were started, and what was said to it while
 * nobody had it. Nothing is written.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AgentDefinition } from "../../definition/AgentDefinition.ts"
import type { Supervision } from "../../definition/Supervision.ts"
import type { AgentPath, RunId } from "../../domain/Ids.ts"
import { Blobs } from "../../journal/Blobs.ts"
import { Journal, type PostedOrder } from "../../journal/Journal.ts"
import { Model } from "../../model/Model.ts"
import type { OnUnknown } from "../../tool/Settlement.ts"
import { ConfinedRoot } from "../../workspace/ConfinedRoot.ts"
import { resumed } from "../Undertaking.ts"
import { changesSince } from "./Elsewhere.ts"
import type { More } from "./LimitsNow.ts"
import { NotResumable } from "./NotResumable.ts"
import { restored } from "./Restored.ts"
import * as RunPast from "./RunPast.ts"

export interface ResumeOptions {
  /**
   * Tokens, money, tool calls and agents are added to the whole and to each agent that goes on; `wallMs` is a deadline
   * from now on, `turns` and `depth` are new limits, and `moreMs` comes to what is left of the time.
   */
  readonly more?: More
  /** What becomes of calls that may have taken effect, and whose end is not on record; `ask` when absent. */
  readonly onUnknown?: OnUnknown
  /** What the user says to agents; to the first named one where `to` is null. */
  readonly say?: ReadonlyArray<{ readonly to: AgentPath | null; readonly text: string }>
  /** Over what the run was begun with, for as long as this stretch of it goes on. */
  readonly supervision?: Supervision
  /** The whole environment of the checks, which no record holds; empty when absent. */
  readonly environment?: Readonly<Record<string, string>>
}

export const readResumption = Effect.fn("readResumption")(function* (run: RunId, options: ResumeOptions) {
  const journal = yield* Journal
  const model = yield* Model
  const { root } = yield* ConfinedRoot
  // What somebody has changed in the record is not gone on with.
  yield* journal.verify(run)
  const read = yield* journal.read(run, 1, RunPast.typesOfPast())
  // What came last says until when it worked, whatever it was.
  const rest = yield* journal.read(run, (read.at(-1)?.seq ?? 0) + 1)
  const past = RunPast.ofEvents([...read, ...rest])
  const workspace = past.started?.workspace ?? root
  if (workspace !== root) {
    return yield* new NotResumable({ run, reason: { _tag: "OtherWorkspace", workspace, here: root } })
  }
  const orders = yield* journal.orders(run)
  const said = orders.flatMap(({ id, order }) =>
    order._tag === "Say" ? [{ to: order.to, text: order.text, order: id }] : []
  )
  const now = {
    provider: model.provider,
    modelOf: (name: string | undefined) => model.facts(name ?? model.model).name,
    price: (name: string) => model.facts(name).price
  }
  const found = yield* Effect.fromResult(
    restored(run, past, {
      ...now,
      definitions: yield* definitionsOf(run, past),
      environment: options.environment ?? {},
      more: options.more ?? {},
      say: [...said, ...(options.say ?? [])]
    })
  )
  const { request } = found
  const supervision = { ...request.supervision, ...options.supervision }
  const supervised = options.supervision === undefined ? found : { ...found, request: { ...request, supervision } }
  return {
    undertaking: { ...resumed(run, supervised, options.onUnknown ?? "ask", model), orders: orders.map(({ id }) => id) },
    warnings: changesSince(past, now),
    /** Whether nothing has come to the record since this was read. */
    isFresh: Effect.gen(function* () {
      const later = yield* journal.read(run, past.lastSeq + 1)
      return later.length === 0 && isSame(orders, yield* journal.orders(run))
    })
  }
})

// internal

const isSame = (before: ReadonlyArray<PostedOrder>, now: ReadonlyArray<PostedOrder>): boolean =>
  saysOf(before).join() === saysOf(now).join()

/** Orders to stop are void once the run is opened. */
const saysOf = (orders: ReadonlyArray<PostedOrder>) =>
  orders.flatMap(({ id, order }) => (order._tag === "Say" ? [id] : []))

/** Of agents that were started, as they were then, by their hashes. */
const definitionsOf = Effect.fnUntraced(function* (run: RunId, past: RunPast.RunPast) {
  const blobs = yield* Blobs
  const definitions = new Map<string, AgentDefinition>()
  for (const { events, path, spawned } of past.agents.values()) {
    if (spawned === null || definitions.has(spawned.definition)) continue
    const text = new TextDecoder().decode(yield* blobs.get(spawned.definition))
    const definition = decode(text)
    if (Option.isSome(definition)) definitions.set(spawned.definition, definition.value)
    else {
      const seq = events.find(({ type }) => type === "Spawned")?.seq ?? 0
      return yield* new NotResumable({ run, reason: { _tag: "Unreadable", path, seq, type: "Spawned" } })
    }
  }
  return definitions
})

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.toCodecJson(AgentDefinition)))
