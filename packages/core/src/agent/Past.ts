/**
 * What the record holds of an agent that has begun and is to go on: in another process after its own was killed, in a run
 * that is taken up again, or after it crashed. A pure fold of its events; the agent goes on from nothing else.
 */
import type { ToolCall } from "../domain/Message.ts"
import type { SeenFiles } from "../tool/FileChanges.ts"
import type { KeptResults } from "../tool/KeptResults.ts"
import type { Change } from "../workspace/ConfinedRoot.ts"
import type { Check } from "./AgentResult.ts"
import type { Transcript } from "./Transcript.ts"

export interface Past {
  readonly transcript: Transcript
  /** Calls of the last turn without a result, in their order. */
  readonly open: ReadonlyArray<OpenCall>
  /** A request that was sent and whose end is not on record: charged at its whole reserve. */
  readonly unsettled: Unsettled | null
  /** The last turn was the answer that was asked for because a limit was near. */
  readonly isClosing: boolean
  readonly seen: SeenFiles
  readonly results: KeptResults
  readonly changes: ReadonlyArray<Change>
  /** The last run of each check. */
  readonly checks: ReadonlyArray<Check>
  /** What it has used itself, without `unsettled`. */
  readonly used: { readonly tokens: number; readonly nanoUsd: number; readonly calls: number }
  /** At work until now, and the part of it in which it waited for others, in milliseconds. */
  readonly workedMs: number
  readonly waitedMs: number
  /** As it was told them when it began: the hash of the system text, and the first message. */
  readonly system: string
  readonly prompt: string
  readonly contextFiles: ReadonlyArray<string>
}

/** A call that was cut, or had not begun. */
export interface OpenCall {
  readonly call: ToolCall
  /** Its intent is on record: it may have run. */
  readonly isBegun: boolean
  /** What it was about to change, in order; each may have been made. */
  readonly changing: ReadonlyArray<Change>
}

export interface Unsettled {
  readonly turn: number
  readonly attempt: number
  readonly purpose?: "summary"
  /** Tokens. */
  readonly reserved: number
  readonly maxOutputTokens: number
}
