/**
 * The events of an agent as it goes on from them: each read strictly. Where one cannot be read, nothing is: what it says
 * may be that a call has been made.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { JournalEvent } from "../journal/Journal.ts"
import { type ToolEvent, toolEvents } from "../tool/ToolEvent.ts"
import { type AgentEvent, AgentJournal } from "./AgentEvent.ts"

export type Fact = AgentEvent | ToolEvent

export interface Record {
  /** Milliseconds since 1970. */
  readonly time: number
  readonly fact: Fact
}

export class PastUnreadable extends Schema.TaggedError<PastUnreadable>()("PastUnreadable", {
  path: Schema.String,
  seq: Schema.Int,
  type: Schema.String
}) {
  override get message() {
    return `event ${this.seq} of the record, ${this.type} of ${this.path}, cannot be read by this version of deputize`
  }
  get hint() {
    return "Go on with the version that has written the record, or start the agent anew."
  }
}

/** Without those of other namespaces, and without what no agent goes on from. */
export const ofEvents = (events: Iterable<JournalEvent>): Result.Result<ReadonlyArray<Record>, PastUnreadable> => {
  const records: Array<Record> = []
  for (const event of events) {
    const { namespace, path, seq, time, type } = event
    if ((namespace !== "agent" && namespace !== "tool") || beside.has(type)) continue
    const fact = Option.getOrUndefined<Fact>(
      namespace === "agent" ? AgentJournal.decode(event) : toolEvents.decode(event)
    )
    if (fact === undefined) return Result.fail(new PastUnreadable({ path, seq, type }))
    records.push({ time, fact })
  }
  return Result.succeed(records)
}

// internal

/** Not even decoded: a run may have a thousand of them. */
const beside: ReadonlySet<string> = new Set(["TurnProgress", "Decided"] satisfies ReadonlyArray<Fact["_tag"]>)
