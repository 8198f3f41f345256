/**
 * One change of one file, as the record tells it. Pure.
 */
import type { AgentPath } from "../domain/Ids.ts"
import type { ToolCall } from "../domain/Message.ts"

export interface Step {
  readonly seq: number
  /** Milliseconds since 1970. */
  readonly time: number
  /** The real path, relative to the workspace. */
  readonly path: string
  /** SHA-256 of the bytes, in hex; null where there is no file. */
  readonly before: string | null
  readonly after: string | null
  /** Rights that the file had before, where they went with it; null where it kept them. */
  readonly mode: number | null
  /** Folders that were made for it. */
  readonly folders: ReadonlyArray<string>
  readonly outcome: Outcome
  readonly by: Author
}

/** On record. `open`: nothing is, and it may have been made. `failed`: it was not, as far as who tried it can tell. */
export type Outcome = "made" | "failed" | "open"

/** An agent, with the call that did it where those were read; or an undo, which may have taken back another one. */
export type Author =
  | { readonly _tag: "Agent"; readonly path: AgentPath; readonly callId: string; readonly call: ToolCall | null }
  | { readonly _tag: "Undo"; readonly undo: number; readonly redoes: number | null }

/** Whether an agent is this one or below it; every one where none is given. */
export const isBelow = (agent: AgentPath | null, path: AgentPath): boolean =>
  agent === null || path === agent || path.startsWith(`${agent}/`)

/** The folders on the way to a path, the highest first. */
export const foldersAbove = (path: string): ReadonlyArray<string> => {
  const names = path.split("/")
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"))
}
