/**
 * A record that outlives the processes that write to it, in virtual time: runs can be cut at any event and taken up again.
 */
import { Context } from "effect"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { RunId } from "../../src/domain/Ids.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal, type JournalEvent } from "../../src/journal/Journal.ts"
import type { JournalStore } from "../../src/journal/JournalStore.ts"
import * as MemoryStore from "../../src/journal/MemoryStore.ts"
import * as StoredJournal from "../../src/journal/StoredJournal.ts"
import type { Model } from "../../src/model/Model.ts"
import type { RunRequest } from "../../src/runtime/RunRequest.ts"
import { type ResumeOptions, Runtime } from "../../src/runtime/Runtime.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { sharedCounter } from "../budget/sharedCounter.ts"
import { agentsOf } from "./Rig.ts"

/** What is on the disk. */
export interface Disk {
  readonly store: JournalStore
  readonly blobs: Blobs["Service"]
}

export const makeDisk = Effect.map(
  Effect.scoped(Layer.build(Blobs.layerMemory)),
  (services): Disk => ({ store: MemoryStore.make(), blobs: Context.get(services, Blobs) })
)

/** A process that works with a disk. */
export const processOn = ({ blobs, store }: Disk, root: string, model: Layer.Layer<Model>) =>
  Runtime.layer.pipe(
    Layer.provideMerge(
      Layer.mergeAll(
        Layer.effect(Journal, StoredJournal.make(store, Effect.void)),
        Layer.succeed(Blobs, blobs),
        sharedCounter,
        model,
        ConfinedRoot.layer(root),
        agentsOf(root)
      )
    )
  )

/** What would be on the disk had the run's process been killed after so many of its events. */
export const cutAt = ({ blobs, store }: Disk, run: RunId, events: number): Disk => {
  const cut = MemoryStore.make()
  const opened = store.entriesOf(run)[0]
  if (opened === undefined) throw new Error(`there is no run ${run}`)
  cut.addEntry(opened)
  for (const event of store.events(run, 1, events)) cut.addEvent(event)
  return { blobs, store: cut }
}

/** From the start of a run to its result. */
export const begin = (request: RunRequest) =>
  Effect.scoped(Effect.flatMap(Runtime, (runtime) => Effect.flatMap(runtime.start(request), ({ wait }) => wait)))

/** The same of one that goes on. */
export const goOn = (run: RunId, options: ResumeOptions = {}) =>
  Effect.scoped(Effect.flatMap(Runtime, (runtime) => Effect.flatMap(runtime.resume(run, options), ({ wait }) => wait)))

export const eventsOf = (run: RunId) => Effect.flatMap(Journal, (journal) => journal.read(run))

/** Requests whose answer was on record before they were sent: what must never be. */
export const askedAgain = (events: ReadonlyArray<JournalEvent>): ReadonlyArray<string> => {
  const answered = new Set<string>()
  const again: Array<string> = []
  for (const { body, path, type } of events) {
    const turn = `${path} ${JSON.stringify(body).match(/"turn":\d+/)?.[0] ?? ""}`
    if (type === "TurnRequested" && answered.has(turn)) again.push(turn)
    if (type === "TurnCompleted") answered.add(turn)
  }
  return again
}

/** Tokens that all agents were charged. */
export const chargedIn = (events: ReadonlyArray<JournalEvent>): number =>
  events.reduce((sum, { body }) => sum + (charge(body) ?? 0), 0)

// internal

const charge = (body: unknown): number | undefined =>
  typeof body === "object" && body !== null && "charged" in body && typeof body.charged === "number"
    ? body.charged
    : undefined
