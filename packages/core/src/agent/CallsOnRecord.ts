/**
 * The calls of an agent by its record: what they changed, which of the last turn have no end, and what the runtime itself
 * was about to write for the agent. Pure.
 *
 * An event of a call belongs to the last turn before it that has a call of this id; the runtime's own ids are no call's.
 */
import type { ToolCall } from "../domain/Message.ts"
import type { CutCall } from "../tool/Settlement.ts"
import type { Change } from "../workspace/ConfinedRoot.ts"
import type { Fact } from "./Records.ts"

export interface CallsOnRecord {
  /** Calls of the last turn without a result, in their order. */
  readonly open: ReadonlyArray<OpenCall>
  /** Calls of the last turn that nobody could make sense of. */
  readonly unreadable: ReadonlySet<string>
  /** What the runtime itself was about to write for the agent, and its end is not on record. */
  readonly unwritten: ReadonlyArray<Unwritten>
  /** What the agent has changed, in order; what a call without an end may have changed is not among it. */
  readonly changes: ReadonlyArray<Change>
}

/** A call that was cut, or had not begun. */
export interface OpenCall extends CutCall {
  readonly call: ToolCall
}

export interface Unwritten {
  /** Not of a model's call. */
  readonly callId: string
  readonly changing: ReadonlyArray<Change>
}

export const ofFacts = (facts: Iterable<Fact>): CallsOnRecord => {
  const changes: Array<Change> = []
  const own = new Map<string, Array<Change>>()
  let turn = new Map<string, Call>()
  for (const fact of facts) {
    switch (fact._tag) {
      case "TurnCompleted":
        if (fact.purpose === undefined) turn = new Map(fact.calls.map((call) => [call.id, begin(call)]))
        break
      case "Intent": {
        const known = turn.get(fact.call.id)
        if (known !== undefined) known.isBegun = true
        break
      }
      case "Changing": {
        const known = turn.get(fact.callId)
        if (known !== undefined) known.changing.push(fact.change)
        else own.set(fact.callId, [...(own.get(fact.callId) ?? []), fact.change])
        break
      }
      case "Done": {
        changes.push(...fact.changes)
        own.delete(fact.callId)
        const known = turn.get(fact.callId)
        if (known === undefined) break
        known.isDone = true
        known.isUnreadable = fact.unmade === "unreadable"
        break
      }
    }
  }
  const last = [...turn.values()]
  return {
    changes,
    open: last.filter(({ isDone }) => !isDone).map(({ call, changing, isBegun }) => ({ call, isBegun, changing })),
    unwritten: Array.from(own, ([callId, changing]) => ({ callId, changing })),
    unreadable: new Set(last.flatMap(({ call, isUnreadable }) => (isUnreadable ? [call.id] : [])))
  }
}

// internal

interface Call {
  readonly call: ToolCall
  readonly changing: Array<Change>
  isBegun: boolean
  isDone: boolean
  isUnreadable: boolean
}

const begin = (call: ToolCall): Call => ({
  call,
  changing: [],
  isBegun: false,
  isDone: false,
  isUnreadable: false
})
