/**
 * What surrounds the life of an agent in a run: those that the run was started with are children of one supervisor, those
 * that an agent starts are children of another. An agent that crashes goes on from its record, as often as it may.
 *
 * 1. A crash is what may pass by itself: a defect, a provider that gave no answer in all attempts, silence. A limit, a
 *    deadline, a denial, a failed check, a cancellation is an end, and so is a record that cannot be written.
 * 2. A restarted agent is the same agent: its node in the ledger with what is left there, its place at work, its time,
 *    its children, and who waits for it. Of what it knew nothing counts but what is on record.
 * 3. An agent that is not to be restarted is nobody's child here: nothing of all this is made for it, and no crash of
 *    another one touches it.
 * 4. Each agent has a tolerance of its own: an outage that all of them suffer from counts once for each. Nothing that it
 *    waits for before its next life heals it: neither what its provider asks for, nor that a place is free.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { make as makeSpec } from "../../actor/ChildSpec.ts"
import * as DynamicSupervisor from "../../actor/DynamicSupervisor.ts"
import { RestartLimitReached } from "../../actor/RestartLimitReached.ts"
import type { Strategy } from "../../actor/Strategy.ts"
import * as Supervisor from "../../actor/Supervisor.ts"
import { AgentJournal } from "../../agent/AgentEvent.ts"
import { AgentDefect, failureOf } from "../../agent/AgentFailure.ts"
import type { AgentTask, Birth, Lives, Surroundings } from "../../agent/AgentTask.ts"
import { AgentSilent } from "../../agent/Silence.ts"
import { type Care, careOf } from "../../definition/Supervision.ts"
import { elapsed } from "../../domain/Elapsed.ts"
import { type AgentPath, rootPath } from "../../domain/Ids.ts"
import type { JournalError } from "../../journal/JournalError.ts"
import { ModelError } from "../../model/ModelError.ts"
import type { Running } from "../plan/Running.ts"
import { afterCrash, noting, type Taken } from "./AfterCrash.ts"
import type { Peer } from "./Peer.ts"

/** Gives an agent's task with how its life is lived. */
export type Supervised = (peer: Peer, task: AgentTask) => AgentTask

/** For the agents of one run, in whose scope their supervisors live. */
export const make = Effect.fnUntraced(function* (running: Running) {
  const scope = yield* Effect.scope
  const groups = new Map<Peer | null, Effect.Effect<Group>>()
  const groupOf = Effect.fnUntraced(function* (parent: Peer | null) {
    const made = yield* Effect.cached(Scope.provide(makeGroup(parent, strategyOf(running, parent)), scope))
    const group = groups.get(parent) ?? made
    groups.set(parent, group)
    return yield* group
  })
  const supervised: Supervised = (peer, task) => {
    const { definition } = peer.place.request
    const care = careOf(definition.supervision, running.request.supervision, saidStrategy(running, peer.parent))
    const watched = care.silenceMs === null ? task : { ...task, silenceMs: care.silenceMs }
    if (care.restart === "temporary") return watched
    const taken: Taken = new Set()
    return { ...noting(watched, taken), lives: livesOf({ running, peer, task, care, taken }, groupOf(peer.parent)) }
  }
  return supervised
})

// internal

/** Those that have the same parent. */
type Group = Supervisor.Supervisor<void, unknown>

/** No restart is counted by it: each child has a tolerance of its own. */
const noTolerance = { intensity: 0, periodMs: 1 }

const makeGroup = (parent: Peer | null, strategy: Strategy): Effect.Effect<Group, never, Scope.Scope> => {
  const spec = { name: parent?.place.path ?? rootPath, tolerance: noTolerance }
  return strategy === "one-for-one"
    ? DynamicSupervisor.start<void, unknown>(spec)
    : Supervisor.make<void, unknown>({ ...spec, strategy })
}

/** Of those below an agent, or of the first ones; undefined where nobody has said it. */
const saidStrategy = ({ request }: Running, parent: Peer | null): Strategy | undefined =>
  request.supervision?.strategy ?? parent?.place.request.definition.supervision?.strategy

const strategyOf = (running: Running, parent: Peer | null): Strategy => saidStrategy(running, parent) ?? "one-for-one"

interface Restartable {
  readonly running: Running
  readonly peer: Peer
  readonly task: AgentTask
  readonly care: Care
  readonly taken: Taken
}

const livesOf = (restartable: Restartable, groupOf: Effect.Effect<Group>): Lives =>
  Effect.fnUntraced(function* <E>(first: Birth, life: (birth: Birth) => Effect.Effect<void, E, Surroundings>) {
    const { care, peer } = restartable
    const { path } = peer.place
    const around = yield* Effect.context<Surroundings>()
    /** How the last life ended; null while one goes on, and after one that was ended with that of another agent. */
    let last: Exit.Exit<void, E | JournalError> | null = null
    /** What its lives have waited to begin since its last crash, in milliseconds. */
    let unbornMs = 0
    const born = Effect.fnUntraced(function* (restart: number, before: Crash | null) {
      const since = yield* elapsed
      const noted = Effect.map(elapsed, (now) => {
        unbornMs += now - since
      })
      return yield* Effect.ensuring(birthOf(restartable, restart, before), noted)
    })
    const idleMs = (exit: Exit.Exit<unknown, unknown>) => {
      const ms = unbornMs + silentMsOf(exit)
      unbornMs = 0
      return ms
    }
    const once = Effect.fnUntraced(function* (restart: number) {
      const before = last === null ? null : crashOf(path, care, last)
      last = null
      const lived = restart === 0 ? life(first) : Effect.flatMap(born(restart, before), life)
      const exit = yield* Effect.exit(Effect.provideContext(lived, around))
      if (Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)) return yield* Effect.interrupt
      last = exit
      const crash = crashOf(path, care, exit)
      if (crash !== null) return yield* Effect.fail(crash)
    })
    const group = yield* groupOf
    const child = makeSpec<void, unknown>({
      id: path,
      restart: "transient",
      shutdown: "infinity",
      backoff: care.backoff,
      tolerance: care.tolerance,
      idleMs,
      start: (restart) => Effect.succeed(once(restart))
    })
    return yield* Effect.acquireUseRelease(
      group.add(child),
      ({ join }) => join,
      ({ stop }) => stop
    ).pipe(
      Effect.catch((error) => (error instanceof RestartLimitReached ? Effect.fail(error) : Effect.interrupt)),
      // An agent that has come to its end more often than it may is done.
      Effect.catch((error) => (last !== null && Exit.isSuccess(last) ? Effect.void : Effect.fail(error))),
      Effect.flatMap(() => last ?? Exit.void)
    )
  })

/** The agent as it is when it lives again, after whatever has to come first. */
const birthOf = Effect.fnUntraced(function* (
  { peer, running, taken, task }: Restartable,
  restart: number,
  before: Crash | null
) {
  const { parent, path } = peer.place
  if (before instanceof Finished) {
    yield* AgentJournal.append(running.run, path, parent, { _tag: "Told", text: goOnText })
  }
  if (before instanceof ModelError && before.reason._tag === "RateLimited") {
    yield* Effect.sleep(before.reason.retryAfterMs ?? 0)
  }
  const past = yield* afterCrash(running, peer, task, taken)
  const crash = before === null || before instanceof Finished ? {} : { crash: failureOf(before) }
  return { past, restart, ...crash } satisfies Birth
})

const goOnText =
  "You have answered, and are kept at work. Look at what has changed since, go on where something is left to do, and answer again."

/** An agent that is kept at work has come to its end. */
class Finished extends Schema.TaggedError<Finished>()("Finished", {}) {
  override get message() {
    return "it had come to its end"
  }
}

type Crash = AgentDefect | AgentSilent | Finished | ModelError

/** Why there is to be another life, if there is. */
const crashOf = (path: AgentPath, { restart }: Care, exit: Exit.Exit<void, unknown>): Crash | null => {
  if (Exit.isSuccess(exit)) return restart === "permanent" ? new Finished() : null
  const error = Cause.squash(exit.cause)
  if (Cause.hasDies(exit.cause)) return new AgentDefect({ path, cause: String(error) })
  return error instanceof AgentSilent || (error instanceof ModelError && error.isRetryable) ? error : null
}

/** In silence nobody does well. */
const silentMsOf = (exit: Exit.Exit<unknown, unknown>): number => {
  const error = Exit.isFailure(exit) ? Cause.squash(exit.cause) : null
  return error instanceof AgentSilent ? error.silentMs : 0
}
