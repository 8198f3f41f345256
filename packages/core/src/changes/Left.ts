/**
 * Why a file is not put back, or not the whole way, and what that is in words. Pure.
 */
import * as Schema from "effect/Schema"
import { visibleLine } from "../domain/VisibleText.ts"
import type { Present } from "./Present.ts"

export const Why = Schema.Union([
  /** It has other bytes than were left there. `by`: a later run that changed it. */
  Schema.TaggedStruct("Changed", { by: Schema.NullOr(Schema.String) }),
  /** It is not there any more. */
  Schema.TaggedStruct("Gone", { by: Schema.NullOr(Schema.String) }),
  /** Something was made where it had been removed. */
  Schema.TaggedStruct("Made", { by: Schema.NullOr(Schema.String) }),
  /** Another agent of the run changed it later. */
  Schema.TaggedStruct("ChangedByAgent", { agent: Schema.String }),
  /** Somebody else changed it between two changes: it goes back to what they made of it, and no further. */
  Schema.TaggedStruct("ChangedBetween", {}),
  Schema.TaggedStruct("Folder", {}),
  /** It, or a folder on the way, is a link now. */
  Schema.TaggedStruct("Link", {}),
  /** A folder on the way is a file now. */
  Schema.TaggedStruct("Blocked", {}),
  /** The bytes that it had are not kept any more, or damaged. */
  Schema.TaggedStruct("Lost", {}),
  /** The system refused; in its words. */
  Schema.TaggedStruct("Refused", { message: Schema.String })
])
export type Why = typeof Why.Type

export interface Left {
  readonly path: string
  readonly why: Why
}

/** Something else stands there than `expected`, the hash of a file or null for none. */
export const whyChanged = (found: Present, expected: string | null): Why => {
  switch (found._tag) {
    case "File":
      return expected === null ? { _tag: "Made", by: null } : { _tag: "Changed", by: null }
    case "Absent":
      return { _tag: "Gone", by: null }
    case "Unreadable":
      return { _tag: "Refused", message: found.error.message }
    default:
      return { _tag: found._tag }
  }
}

/** `changed since by run r…` */
export const whyText = (why: Why): string => {
  switch (why._tag) {
    case "Changed":
      return `changed since${byRun(why.by)}`
    case "Gone":
      return `removed since${byRun(why.by)}`
    case "Made":
      return `made anew since${byRun(why.by)}`
    case "ChangedByAgent":
      return `changed later by ${visibleLine(why.agent)}`
    case "ChangedBetween":
      return "somebody else changed it in between, and what came before stays"
    case "Folder":
      return "a folder stands there now"
    case "Link":
      return "a link stands there now, or on the way"
    case "Blocked":
      return "a folder on the way is a file now"
    case "Lost":
      return "the bytes that it had are not kept any more, or damaged"
    case "Refused":
      return why.message
  }
}

// internal

const byRun = (run: string | null): string => (run === null ? "" : ` by run ${run}`)
