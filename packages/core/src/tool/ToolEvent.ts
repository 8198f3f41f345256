/**
 * What the journal records of a tool call, in namespace `tool`: what the policy said, that it is about to run, how it
 * ended. An intent without its end is a call that was cut.
 */
import * as Schema from "effect/Schema"
import { Action } from "../domain/Action.ts"
import { Decision } from "../domain/Decision.ts"
import { AgentPath } from "../domain/Ids.ts"
import { ToolCall } from "../domain/Message.ts"
import { Journal } from "../journal/Journal.ts"

export const Decided = Schema.TaggedStruct("Decided", { callId: Schema.String, action: Action, decision: Decision })
export const Intent = Schema.TaggedStruct("Intent", { call: ToolCall })
/** A file as it was before and as it is after, by SHA-256; null where there is none. */
export const FileChange = Schema.Struct({
  path: Schema.String,
  before: Schema.NullOr(Schema.String),
  after: Schema.NullOr(Schema.String)
})
/** A change that is about to be made; the bytes it replaces are kept. Without the call's end, it may have been made. */
const Changing = Schema.TaggedStruct("Changing", {
  callId: Schema.String,
  change: FileChange,
  /** Rights of a file that is removed: put back, it has them again. */
  mode: Schema.optionalKey(Schema.Int),
  /** Folders that are made for a new file, those above first. */
  folders: Schema.optionalKey(Schema.Array(Schema.String))
})
export const Done = Schema.TaggedStruct("Done", {
  callId: Schema.String,
  ok: Schema.Boolean,
  /** What the model reads. */
  text: Schema.String,
  ms: Schema.Number,
  /** What it changed in the workspace, in order. */
  changes: Schema.Array(FileChange),
  /** The whole of a result of which `text` is only the beginning: in `Blobs` by its hash, for the agent by its number. */
  kept: Schema.optionalKey(Schema.Struct({ number: Schema.Int, hash: Schema.String, bytes: Schema.Int })),
  /** Files whose whole content it has shown, by SHA-256: what the agent may write over. */
  saw: Schema.optionalKey(Schema.Array(Schema.Struct({ path: Schema.String, hash: Schema.String }))),
  /** Agents whose results `text` holds. */
  told: Schema.optionalKey(Schema.Array(AgentPath)),
  /** The call was not made: `refused` for an id or a limit, and not counted; `unreadable` when nobody could tell what it asks for. */
  unmade: Schema.optionalKey(Schema.Literals(["refused", "unreadable"])),
  /**
   * The call had been cut, and this is what became of it: it had taken effect (`made`), or nobody can know (`unknown`).
   * Absent for a call that ran to its end, be it at the second time.
   */
  settled: Schema.optionalKey(Schema.Literals(["made", "unknown"]))
})

export const ToolEvent = Schema.Union([Decided, Intent, Changing, Done])
export type ToolEvent = typeof ToolEvent.Type

export const toolEvents = Journal.of("tool", 1, ToolEvent)
