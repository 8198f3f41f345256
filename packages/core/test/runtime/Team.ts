/**
 * A run in virtual time whose agents start each other by script.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import process from "node:process"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Semaphore from "effect/Semaphore"
import * as TestClock from "effect/testing/TestClock"
import { type AgentEvent, AgentJournal } from "../../src/agent/AgentEvent.ts"
import { AgentDefinition, type Permissions } from "../../src/definition/AgentDefinition.ts"
import { type AgentPath, rootPath } from "../../src/domain/Ids.ts"
import { Limits, type LimitValues } from "../../src/domain/Limits.ts"
import type { Message, ToolCall } from "../../src/domain/Message.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal, type JournalEvent } from "../../src/journal/Journal.ts"
import { Model, type ModelFacts, type ModelRequest } from "../../src/model/Model.ts"
import type * as WorkPlaces from "../../src/runtime/admission/WorkPlaces.ts"
import { anew } from "../../src/runtime/plan/Entrant.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { Runtime } from "../../src/runtime/Runtime.ts"
import * as Peer from "../../src/runtime/team/Peer.ts"
import * as ScriptedModel from "../../src/testing/ScriptedModel.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { isCounting, sharedCounter } from "../budget/sharedCounter.ts"
import { agentsOf } from "./Rig.ts"

/** A workspace with an agent that starts none. */
export const makeFolder = (): { readonly root: string; readonly remove: () => void } => {
  const root = mkdtempSync(join(tmpdir(), "deputize-team-"))
  mkdirSync(join(root, ".deputize", "agents"), { recursive: true })
  writeFileSync(join(root, ".deputize", "agents", "worker.md"), workerFile)
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) }
}

const workerFile = `---
name: worker
description: Works
tools: read_file, send_message, list_agents
---
Work.
`

/** An agent that may start any other. */
export const lead = (
  more: {
    readonly name?: string
    readonly tools?: ReadonlyArray<string>
    readonly limits?: LimitValues
    readonly permissions?: Partial<Permissions>
    readonly artifacts?: ReadonlyArray<string>
  } = {}
): AgentDefinition =>
  new AgentDefinition({
    name: more.name ?? "lead",
    description: "Leads others",
    instructions: "Give work away.",
    tools: more.tools ?? ["read_file", "spawn_agent"],
    permissions: { spawn: ["*"], ...more.permissions },
    limits: new Limits(more.limits ?? { tokens: 400_000 }),
    artifacts: more.artifacts ?? []
  })

/** The same as the one in the folder. */
export const worker = (limits: LimitValues = {}): AgentDefinition =>
  new AgentDefinition({
    name: "worker",
    instructions: "Work.",
    tools: ["read_file", "send_message", "list_agents"],
    limits: new Limits(limits)
  })

export const call = (name: string, args: object, id = name): ToolCall => ({ id, name, args: JSON.stringify(args) })

let calls = 0
/** A call with an id of its own. */
export const spawnCall = (agent: string, goal: string, more: object = {}): ToolCall =>
  call("spawn_agent", { agent, goal, ...more }, `spawn-${calls++}`)

export const waitCall = (paths?: ReadonlyArray<string>): ToolCall =>
  call("wait", paths === undefined ? {} : { paths }, `wait-${calls++}`)

export const otherCall = (name: string, args: object): ToolCall => call(name, args, `${name}-${calls++}`)

/** What tools have answered until now, in order. */
export const toolTexts = (messages: ReadonlyArray<Message>): ReadonlyArray<string> =>
  messages.flatMap((message) => (message._tag === "Tool" ? [message.text] : []))

export type Script = Parameters<typeof ScriptedModel.layer>[0]

/** Comes over what is known of every model. */
type MoreFacts = { readonly facts?: (name: string) => Partial<ModelFacts> }

const scripted = (script: Script, { facts }: MoreFacts) =>
  Layer.effect(
    Model,
    Effect.map(Model, (model) => Model.of({ ...model, facts: (name) => ({ ...model.facts(name), ...facts?.(name) }) }))
  ).pipe(Layer.provide(ScriptedModel.layer(script)))

export const withScript = (root: string, script: Script, more: MoreFacts = {}) =>
  Runtime.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Journal.layerMemory,
        Blobs.layerMemory,
        sharedCounter,
        scripted(script, more),
        ConfinedRoot.layer(root),
        agentsOf(root)
      )
    )
  )

/** The result of a run, and the facts of its agents as they were recorded. */
export const runTeam = (root: string, request: Omit<RunRequest, "workspace">, script: Script, more: MoreFacts = {}) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const handle = yield* (yield* Runtime).start({ workspace: root, ...request })
    const result = yield* handle.wait
    const events = yield* journal.read(handle.run)
    return { result, events, facts: factsOf(events) }
  }).pipe(Effect.scoped, Effect.provide(withScript(root, script, more)))

export const factsOf = (
  events: ReadonlyArray<JournalEvent>
): ReadonlyArray<{ readonly path: string; readonly fact: AgentEvent }> =>
  events.flatMap((event) => Option.toArray(AgentJournal.decode(event)).map((fact) => ({ path: event.path, fact })))

export const asked = (definition: AgentDefinition, goal: string) => ({ definition, goal, scope: [] })

/** How many requests of this agent there have been is what its messages say. */
export const turnOf = ({ messages }: ModelRequest): number =>
  messages.filter((message) => message._tag === "Assistant").length

/** A named agent as others know it, which has not begun. */
export const peerAt = (path: AgentPath, places: WorkPlaces.WorkPlaces): Peer.Peer => {
  const place = { request: asked(lead(), "lead"), path, parent: rootPath, order: 1, copy: 1, limit: {}, guarantee: {} }
  const candidate = { place, seat: places.seat(), state: "in" } as const
  const [ended, turnstile] = [Deferred.makeUnsafe<void>(), Semaphore.makeUnsafe(1)]
  return Peer.make({
    entrant: anew(place),
    parent: null,
    level: 0,
    deepest: 3,
    candidate,
    ended,
    turnstile,
    policy: []
  })
}

let napping = 0

/** What a model takes of virtual time before it says something. */
export const nap = (seconds: number): Effect.Effect<void> =>
  Effect.suspend(() => {
    napping += 1
    return Effect.ensuring(
      Effect.sleep(seconds * 1_000),
      Effect.sync(() => {
        napping -= 1
      })
    )
  })

/** It will not come back. */
export const sleepsOn: Effect.Effect<never> = Effect.andThen(nap(86_400), Effect.never)

/** Files are read or tokens counted: what takes real time would fall behind if the clock went on. */
export const isAtWork = (): boolean =>
  isCounting() || process.getActiveResourcesInfo().some((name) => name.startsWith("FSReq"))

/**
 * Runs what takes virtual time, which goes on in small steps, and only while somebody sleeps and nobody is at work: what
 * one step sets going is due in the next.
 */
export const inTime = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(effect, { startImmediately: true })
    const turn = Effect.promise(() => new Promise<void>((resolve) => setImmediate(resolve)))
    while (fiber.pollUnsafe() === undefined) {
      while (napping === 0 && fiber.pollUnsafe() === undefined) yield* turn
      for (let rest = 0; rest < 25 || isAtWork(); rest++) yield* turn
      yield* TestClock.adjust("100 millis")
    }
    return yield* Fiber.join(fiber)
  })
