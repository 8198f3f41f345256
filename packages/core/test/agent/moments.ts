/**
 * One agent and the world as it was at each of its events: what the record held, the files of the workspace, what had
 * happened outside. The agent goes on from any of these moments as a new process would, from nothing else.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Agent from "../../src/agent/Agent.ts"
import { AgentJournal } from "../../src/agent/AgentEvent.ts"
import type { AgentResult } from "../../src/agent/AgentResult.ts"
import type { AgentTask } from "../../src/agent/AgentTask.ts"
import * as Past from "../../src/agent/Past.ts"
import * as Transcript from "../../src/agent/Transcript.ts"
import { Budget } from "../../src/budget/Budget.ts"
import { TokenCounter } from "../../src/budget/TokenCounter.ts"
import { rootPath } from "../../src/domain/Ids.ts"
import type { Message } from "../../src/domain/Message.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal, type JournalEvent } from "../../src/journal/Journal.ts"
import { Model } from "../../src/model/Model.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import { run } from "./oneAgent.ts"

export type Files = ReadonlyMap<string, string>

/** The world in between two events, or while something happens outside. */
export interface Moment {
  /** Events on record. */
  readonly count: number
  readonly files: Files
  /** What had happened outside, by the calls that did it. */
  readonly effects: ReadonlyArray<string>
}

export interface Life {
  readonly result: AgentResult
  readonly events: ReadonlyArray<JournalEvent>
  readonly messages: ReadonlyArray<Message>
  readonly files: Files
  readonly moments: ReadonlyArray<Moment>
  /** Charged to the agent in the ledger. */
  readonly used: number
}

export interface Place {
  readonly root: string
  /** Where the bytes are kept; not in the workspace. */
  readonly blobs: string
  /** What has happened outside; the agent's tools add to it. */
  readonly effects: Array<string>
}

/** The agent's life from its beginning. */
export const live = (place: Place, task: AgentTask, files: Files) =>
  lived(place, task, { count: 0, files, effects: [] }, [])

/** Its life from a moment of another that it had, whose events are given. */
export const liveOn = (place: Place, task: AgentTask, moment: Moment, events: ReadonlyArray<JournalEvent>) =>
  lived(place, task, moment, events.slice(0, moment.count))

/** As it is before the agent is told what it was told when it began. */
export const withKept = (task: AgentTask): AgentTask => ({
  ...task,
  kept: Effect.gen(function* () {
    const { put } = yield* Blobs
    return { system: yield* put(Buffer.from(task.system)), definition: yield* put(Buffer.from("{}")) }
  })
})

// internal

const lived = Effect.fnUntraced(function* (
  place: Place,
  task: AgentTask,
  from: Moment,
  before: ReadonlyArray<JournalEvent>
) {
  restore(place, from)
  const moments: Array<Moment> = []
  return yield* Effect.gen(function* () {
    const inner = yield* Journal
    yield* inner.open(run)
    for (const { body, namespace, parent, path, type, version } of before) {
      const entry = {
        namespace,
        version,
        path,
        parent,
        body: { ...(typeof body === "object" ? body : {}), _tag: type }
      }
      yield* inner.append(run, [entry])
    }
    let count = before.length
    const note = () => moments.push({ count, files: filesIn(place.root), effects: [...place.effects] })
    const journal = Journal.of({
      ...inner,
      append: (id, entries) =>
        Effect.suspend(() => {
          note()
          count += entries.length
          return Effect.tap(inner.append(id, entries), () => Effect.sync(note))
        })
    })
    const past = Result.getOrThrow(Past.ofEvents(yield* inner.read(run)))
    let log: { readonly transcript: Transcript.Transcript } = { transcript: Transcript.empty }
    const budget = yield* Budget
    const { nanoUsd, tokens } = task.limits
    const limit = { ...(tokens === null ? {} : { tokens }), ...(nanoUsd === null ? {} : { nanoUsd }) }
    yield* budget.carve(rootPath, task.path, { name: task.definition.name, limit })
    if (past !== null) {
      const { price } = (yield* Model).facts(task.model)
      const reserve = past.unsettled === null ? { tokens: 0, nanoUsd: 0 } : Past.reserveOf(price, past.unsettled)
      const { calls } = past.used
      const used = {
        tokens: past.used.tokens + reserve.tokens,
        nanoUsd: past.used.nanoUsd + reserve.nanoUsd,
        calls
      }
      if (!(yield* budget.tryConsume(task.path, used))) throw new Error("what was used is more than there was")
    }
    const seen = (it: typeof log) => {
      log = it
    }
    const result = yield* Agent.run(task, seen, past).pipe(Effect.provideService(Journal, journal))
    const events = yield* inner.read(run)
    const { used } = yield* budget.own(task.path)
    const life: Life = {
      result,
      events,
      messages: log.transcript.messages,
      files: filesIn(place.root),
      moments: distinct(moments),
      used: used.tokens
    }
    return life
  }).pipe(
    Effect.scoped,
    Effect.provide(
      Layer.mergeAll(
        Budget.layer({}),
        Journal.layerMemory,
        Blobs.layer(place.blobs),
        counter,
        ConfinedRoot.layer(place.root)
      )
    )
  )
})

/** A bound on what the scripted model counts, without the tokenizer that each of these lives would load anew. */
const counter = Layer.succeed(TokenCounter, {
  count: (texts) => Effect.succeed(texts.map((text) => Math.ceil(Buffer.byteLength(text) / 3)))
})

const filesIn = (root: string): Files => {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  return new Map(
    files
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted()
      .map((path) => [relative(root, path), readFileSync(path, "utf8")])
  )
}

/** What lies there is older than this process: so it is for one that goes on. */
const restore = ({ effects, root }: Place, moment: Moment): void => {
  rmSync(root, { recursive: true, force: true })
  mkdirSync(root, { recursive: true })
  for (const [path, text] of moment.files) {
    const file = join(root, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
    utimesSync(file, 0, 0)
  }
  effects.splice(0, effects.length, ...moment.effects)
}

const distinct = (moments: ReadonlyArray<Moment>): ReadonlyArray<Moment> => {
  const known = new Set<string>()
  return moments.filter(({ count, effects, files }) => {
    const key = JSON.stringify([count, effects, [...files]])
    return !known.has(key) && known.add(key)
  })
}

/** What the agent's record says of its requests: turns that have an answer there, and summaries. */
export const answeredIn = (events: ReadonlyArray<JournalEvent>): ReadonlySet<string> => {
  const answered = new Set<string>()
  for (const event of events) {
    const fact = AgentJournal.decode(event)
    if (fact._tag === "Some" && fact.value._tag === "TurnCompleted") {
      answered.add(`${fact.value.purpose ?? "turn"} ${fact.value.turn}`)
    }
  }
  return answered
}
