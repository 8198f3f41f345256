/**
 * The record of a workspace's builds: core's journal in the build's state folder, one run of it a session.
 *
 * 1. `record` returns when an intent or an outcome is on the disk: what follows the one may then be done, and what the
 *    other says is not lost. Steps that record at once share one sync. What only tells how far the work is survives this
 *    process, and may be lost with the power.
 * 2. Whoever only reads makes and changes nothing: the file is opened for writing with `begin` or `resume`.
 * 3. What a session goes on from is verified by its hashes: a damaged record is refused, and never half believed.
 * 4. The times of an event are the journal's; a session's name is its start in local time.
 */
import { join } from "node:path"
import { AgentPath, makeRunId, type RunId, rootPath } from "@deputize/core/domain/Ids"
import { Journal, type JournalError, type JournalEvent, type JournalService } from "@deputize/core/journal/Journal"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import { SqliteReader } from "@deputize/core/journal/SqliteReader"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Schema from "effect/Schema"
import { BuildEvent } from "./BuildEvent.ts"
import { advance, type BuildState, fold, type TimedEvent } from "./BuildState.ts"
import { type Durations, durations } from "./Durations.ts"
import { sessionName } from "./SessionName.ts"

export class UnknownSession extends Schema.TaggedError<UnknownSession>()("UnknownSession", {
  session: Schema.String,
  /** The newest ones that there are. */
  known: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `there is no build session ${this.session} in this workspace`
  }
  get hint(): string {
    return this.known.length === 0
      ? "Nothing was built here yet; start with deputize build."
      : `The newest are ${this.known.join(", ")}; deputize build list names all.`
  }
}

export type SessionStart = Omit<Extract<BuildEvent, { readonly _tag: "SessionStarted" }>, "_tag">

export interface SessionSummary {
  readonly session: string
  readonly status: BuildState["status"]
  readonly pipeline: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly ms: number
}

export class BuildRecord extends Context.Service<
  BuildRecord,
  {
    /** A name that no session has, for one that starts now. */
    readonly freeName: Effect.Effect<string, JournalError>
    readonly begin: (session: SessionStart) => Effect.Effect<void, JournalError>
    /** Goes on with a session; returns it as it stood. */
    readonly resume: (
      session: string,
      by: { readonly pid: number; readonly jobs: number }
    ) => Effect.Effect<BuildState, JournalError | UnknownSession>
    /** Of the session that was begun or resumed; `SessionEnded` closes it. */
    readonly record: (event: BuildEvent) => Effect.Effect<void, JournalError>
    /** The session that was begun or resumed, with all that was recorded since. */
    readonly current: Effect.Effect<Option.Option<BuildState>>
    /** Newest first. */
    readonly list: Effect.Effect<ReadonlyArray<SessionSummary>, JournalError>
    readonly read: (session: string) => Effect.Effect<BuildState, JournalError | UnknownSession>
    readonly last: Effect.Effect<Option.Option<BuildState>, JournalError>
    /** By the newest sessions. */
    readonly durations: Effect.Effect<Durations, JournalError>
  }
>()("@deputize/build-tools/record/BuildRecord") {
  /** In `record.db` of the build's state folder. */
  static readonly layer = (folder: string): Layer.Layer<BuildRecord> =>
    Layer.effect(
      BuildRecord,
      Effect.gen(function* () {
        const file = join(folder, "record.db")
        const scope = yield* Effect.scope
        const open = Effect.map(Layer.buildWithScope(SqliteJournal.layer({ file }), scope), Context.get(Journal))
        return make(open, (use) => Effect.provide(Journal.use(use), SqliteReader.layer({ file }), { local: true }))
      })
    )

  static readonly layerMemory: Layer.Layer<BuildRecord> = Layer.effect(
    BuildRecord,
    Effect.gen(function* () {
      const journal = yield* Journal
      return make(Effect.succeed(journal), (use) => use(journal))
    })
  ).pipe(Layer.provide(Layer.fresh(Journal.layerMemory)))
}

// internal

const events = Journal.of("build", 1, BuildEvent)

/** How many sessions `durations` looks at. */
const remembered = 10

/** A local time comes twice when clocks are set back: names of the last hours may be taken. */
const repeatedMs = 3 * 60 * 60 * 1_000

interface Session {
  readonly run: RunId
  readonly state: BuildState
}

type Use = <A, E>(use: (journal: JournalService) => Effect.Effect<A, E>) => Effect.Effect<A, E | JournalError>

const make = (open: Effect.Effect<JournalService, JournalError>, reading: Use) => {
  let writer: JournalService | undefined
  let current: { readonly run: RunId; state: BuildState | undefined } | undefined

  const forReading: Use = (use) => (writer === undefined ? reading(use) : use(writer))
  const forWriting = Effect.suspend(() =>
    writer === undefined ? Effect.tap(open, (journal) => Effect.sync(() => (writer = journal))) : Effect.succeed(writer)
  )

  /** Newest first, those that began after `since`, up to and with the first that `isLast` names. */
  const sessions = (isLast: (state: BuildState, count: number) => boolean, since = 0) =>
    forReading(
      Effect.fnUntraced(function* (journal) {
        const found: Array<Session> = []
        for (const { run, startedAt } of yield* journal.list) {
          const state = startedAt < since ? undefined : fold((yield* journal.read(run)).flatMap(timed))
          if (state !== undefined) found.push({ run, state })
          if (state !== undefined && isLast(state, found.length)) break
        }
        return found
      })
    )

  /** Fails where anything of it, or before it in the chain, is not as it was written. */
  const verified = (found: Session) =>
    Effect.as(
      forReading((journal) => journal.verify(found.run)),
      found
    )

  const find = Effect.fnUntraced(function* (session: string) {
    const found = yield* sessions((state) => state.session === session)
    const last = found.at(-1)
    if (last?.state.session === session) return yield* verified(last)
    return yield* new UnknownSession({ session, known: found.slice(0, 3).map(({ state }) => state.session) })
  })

  const write = Effect.fnUntraced(function* (event: BuildEvent) {
    if (writer === undefined || current === undefined) return yield* Effect.die(new Error("no session was begun"))
    const time = yield* Clock.currentTimeMillis
    const path = pathOf(event)
    yield* events
      .append(current.run, path, path === rootPath ? null : rootPath, event)
      .pipe(Effect.provideService(Journal, writer))
    current.state = advance(current.state, event, time)
    if (event._tag === "SessionEnded") yield* writer.close(current.run)
    if (mustBeOnDisk(event)) yield* writer.barrier
  })

  return BuildRecord.of({
    freeName: Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const taken = (yield* sessions(() => false, now - repeatedMs)).map(({ state }) => state.session)
      return sessionName(now, taken)
    }),
    begin: Effect.fn("BuildRecord.begin")(function* (session) {
      const journal = yield* forWriting
      const run = makeRunId(yield* Clock.currentTimeMillis, yield* Random.next)
      yield* journal.open(run)
      current = { run, state: undefined }
      yield* write({ _tag: "SessionStarted", ...session })
    }),
    resume: Effect.fn("BuildRecord.resume")(function* (session, by) {
      const { run, state } = yield* find(session)
      const journal = yield* forWriting
      yield* journal.open(run)
      current = { run, state }
      yield* write({ _tag: "SessionResumed", ...by })
      return state
    }),
    record: Effect.fn("BuildRecord.record")(write),
    current: Effect.sync(() => Option.fromUndefinedOr(current?.state)),
    list: Effect.map(
      sessions(() => false),
      (found) => found.map(({ state }) => summary(state))
    ),
    read: Effect.fn("BuildRecord.read")((session) => Effect.map(find(session), ({ state }) => state)),
    last: Effect.flatMap(
      sessions(() => true),
      ([found]) =>
        found === undefined ? Effect.succeedNone : Effect.map(verified(found), ({ state }) => Option.some(state))
    ),
    durations: Effect.map(
      sessions((_, count) => count === remembered),
      (found) => durations(found.map(({ state }) => state))
    )
  })
}

/** Without the others a session that goes on does nothing twice, and takes nothing for done. */
const mustBeOnDisk = (event: BuildEvent): boolean => {
  switch (event._tag) {
    case "StepStarted":
    case "ProcessStarted":
    case "TaskStarted":
    case "Warned":
      return false
    // What a cache answered is answered by it again.
    case "TaskEnded":
      return event.status === "success"
    case "SessionStarted":
    case "SessionResumed":
    case "AttemptStarted":
    case "AttemptEnded":
    case "StepEnded":
    case "Installed":
    case "SessionEnded":
      return true
  }
}

/** Events that this version does not know are passed over. */
const timed = (event: JournalEvent): ReadonlyArray<TimedEvent> =>
  Option.match(events.decode(event), {
    onNone: () => [],
    onSome: (decoded) => [{ event: decoded, time: event.time }]
  })

const summary = ({ inputs, ms, session, startedAt, status }: BuildState): SessionSummary => ({
  session,
  status,
  pipeline: inputs.pipeline,
  startedAt,
  ms
})

/** The step's place in the journal's tree; one for all whose names do not fit there. */
const pathOf = (event: BuildEvent): AgentPath => {
  const step = "step" in event ? event.step : null
  if (step === null) return rootPath
  const path = `${rootPath}/${step}`
  return isPath(path) ? path : buildPath
}

const isPath = Schema.is(AgentPath)
const buildPath = AgentPath.make(`${rootPath}/build`)
