/**
 * An agent that is to live again, brought to where its record has it: what it took and did not get to read is there
 * again, what it heard of its children and is not on record it has not heard, and it is at its place.
 */
import * as Effect from "effect/Effect"
import type { AgentTask, Inbox } from "../../agent/AgentTask.ts"
import type { Cost } from "../../agent/Allowance.ts"
import * as Past from "../../agent/Past.ts"
import { withAttempts } from "../../agent/TurnsOnRecord.ts"
import { Budget } from "../../budget/Budget.ts"
import type { AgentPath, RunId } from "../../domain/Ids.ts"
import { Journal } from "../../journal/Journal.ts"
import { Model } from "../../model/Model.ts"
import type { Running } from "../plan/Running.ts"
import { lettersFor } from "../resume/Letters.ts"
import * as RunPast from "../resume/RunPast.ts"
import type { Peer } from "./Peer.ts"

/** Ids of messages that an agent took out of its inbox. */
export type Taken = Set<string>

/** The task with an inbox that keeps `taken` up to date. */
export const noting = <Task extends Pick<AgentTask, "inbox">>(task: Task, taken: Taken): Task => {
  const { inbox } = task
  if (inbox === null) return task
  const noted = (take: Inbox["take"]): Inbox["take"] =>
    Effect.tap(take, (letters) =>
      Effect.sync(() => {
        for (const { id } of letters) taken.add(id)
      })
    )
  return { ...task, inbox: { take: noted(inbox.take), close: noted(inbox.close) } }
}

/** Its past; null for one that had not begun. */
export const afterCrash = Effect.fnUntraced(function* (
  { run }: Pick<Running, "run">,
  peer: Peer,
  task: Pick<AgentTask, "model">,
  taken: Taken
) {
  const { path } = peer.place
  const record = RunPast.ofEvents(yield* eventsFor(run, path))
  const own = record.agents.get(path)
  // It was written by this process: what cannot be read of it is a fault.
  const past = yield* Effect.orDie(Effect.fromResult(Past.ofEvents(own?.events ?? [])))
  if (past?.unsettled !== undefined && past.unsettled !== null) {
    const { price } = (yield* Model).facts(task.model)
    yield* charged(path, Past.reserveOf(price, past.unsettled))
  }
  yield* seated(peer)
  return yield* Effect.sync(() => {
    const lost = lettersFor(record, path).filter(({ id }) => taken.has(id))
    peer.letters.unshift(...lost)
    taken.clear()
    peer.isDeaf = false
    for (const child of peer.children) child.isTold = own?.told.has(child.place.path) === true
    return past === null ? null : { ...past, turns: withAttempts(past.turns) }
  })
})

// internal

/**
 * Its own events, what was said to anybody, and that children of it went on, in their order. All others together have
 * many times more, and after an outage everybody reads at once.
 */
const eventsFor = Effect.fnUntraced(function* (run: RunId, path: AgentPath) {
  const journal = yield* Journal
  const own = yield* journal.read(run, 1, RunPast.typesOfPast(), path)
  const around = yield* journal.read(run, 1, ["Said", "Sent", "Continued"])
  const others = around.filter((event) => event.path !== path && (event.type !== "Continued" || event.parent === path))
  return [...own, ...others].toSorted((a, b) => a.seq - b.seq)
})

/**
 * Charges what the record says was charged, also where others have taken the room since: beyond the limit, which closes
 * the account. One that is closed already charges nothing more.
 */
const charged = Effect.fnUntraced(function* (path: AgentPath, cost: Cost) {
  const budget = yield* Budget
  if (yield* budget.tryConsume(path, cost)) return
  yield* Effect.ignore(Effect.flatMap(budget.reserve(path, {}), (lease) => lease.settle(cost)))
}, Effect.scoped)

/** Comes back when it has a place to work: it may have crashed while it waited without one. */
const seated = ({ candidate: { seat } }: Peer) =>
  Effect.callback<void>((resume) => {
    if (seat.isHeld) return resume(Effect.void)
    const withdraw = seat.comeBack(() => resume(Effect.void))
    return Effect.sync(withdraw)
  })
