/**
 * Why a run cannot be taken up again. Nothing was started, and nothing recorded.
 */
import * as Schema from "effect/Schema"
import { AgentPath, RunId } from "../../domain/Ids.ts"
import { dollarsOf } from "../../domain/Price.ts"

const Amount = Schema.optionalKey(Schema.Number)

export const NotResumableReason = Schema.Union([
  /** All that it was asked for is done, and nobody has said anything since. */
  Schema.TaggedStruct("Completed", {}),
  /** All that is left to do is closed at limits that are as they were; what would have to come, where that would help. */
  Schema.TaggedStruct("AtLimit", {
    lacking: Schema.Struct({ tokens: Amount, nanoUsd: Amount, calls: Amount, agents: Amount, turns: Amount })
  }),
  /** Its record does not say what it was asked for: it was begun by an older version. */
  Schema.TaggedStruct("NoRequest", {}),
  /** An event of the record that this version cannot read, and would have to. */
  Schema.TaggedStruct("Unreadable", { path: Schema.String, seq: Schema.Int, type: Schema.String }),
  /** It was begun in another folder. */
  Schema.TaggedStruct("OtherWorkspace", { workspace: Schema.String, here: Schema.String }),
  /** Something was to be said to an agent that the run does not have. */
  Schema.TaggedStruct("NoSuchAgent", { path: AgentPath, known: Schema.Array(AgentPath) })
])
export type NotResumableReason = typeof NotResumableReason.Type

export class NotResumable extends Schema.TaggedError<NotResumable>()("NotResumable", {
  run: RunId,
  reason: NotResumableReason
}) {
  override get message(): string {
    return `run ${this.run} ${why(this.reason)}`
  }
  get hint(): string {
    return nextStep(this.run, this.reason)
  }
}

// internal

const why = (reason: NotResumableReason): string => {
  switch (reason._tag) {
    case "Completed":
      return "is complete: nothing of it is left to do"
    case "AtLimit":
      return "is paused at a limit, and nothing was added to it"
    case "NoRequest":
      return "cannot go on: it was begun by a version of deputize that did not record what it was asked for"
    case "Unreadable":
      return `cannot go on: event ${reason.seq} of its record, ${reason.type} of ${reason.path}, cannot be read by this version of deputize`
    case "OtherWorkspace":
      return `was begun in ${reason.workspace}, and this is ${reason.here}`
    case "NoSuchAgent":
      return `has no agent ${reason.path}`
  }
}

const nextStep = (run: RunId, reason: NotResumableReason): string => {
  switch (reason._tag) {
    case "Completed":
      return `Say what else is to be done: deputize send ${run} "TEXT".`
    case "AtLimit": {
      const flags = flagsFor(reason.lacking)
      if (flags === "")
        return "More was billed than had been reserved: check the provider's figures, and start a new run."
      return `Give it more: deputize resume ${run} ${flags}, or above.`
    }
    case "NoRequest":
      return "Start it anew; what it found until then is in its record."
    case "Unreadable":
      return "Go on with the version that has written the record, or start the run anew."
    case "OtherWorkspace":
      return `Go on with it there; if the folder was moved, move it back to ${reason.workspace} or start the run anew.`
    case "NoSuchAgent":
      return `It has ${reason.known.slice(0, mostNamed).join(", ")}${reason.known.length > mostNamed ? ", …" : ""}.`
  }
}

const mostNamed = 10

type Lacking = Extract<NotResumableReason, { _tag: "AtLimit" }>["lacking"]

/** As the command takes them. */
const flagsFor = ({ calls = 0, nanoUsd = 0, tokens = 0, turns = 0 }: Lacking): string =>
  [
    ...(tokens > 0 ? [`--budget +${tokens}`] : []),
    ...(nanoUsd > 0 ? [`--budget +${Math.ceil(dollarsOf(nanoUsd) * 10_000) / 10_000}usd`] : []),
    ...(calls > 0 ? [`--budget +${calls}calls`] : []),
    ...(turns > 0 ? [`--max-turns ${turns}`] : [])
  ].join(" ")
