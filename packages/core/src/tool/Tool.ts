/**
 * A tool: what a model may call, what it needs to be allowed, and how it is bounded. `ToolRunner` decodes the arguments,
 * asks the policy and keeps the record; a tool only acts.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { Action } from "../domain/Action.ts"
import type { AgentPath } from "../domain/Ids.ts"
import type { JournalError } from "../journal/JournalError.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import type { FileChanged, PathError } from "../workspace/PathError.ts"
import type { FileChanges } from "./FileChanges.ts"
import type { KeptResult } from "./KeptResults.ts"
import type { OutputRoom } from "./OutputRoom.ts"
import type { Skill } from "./Skill.ts"
import type { Team } from "./Team.ts"
import type { ToolError } from "./ToolError.ts"

/** What a call has to work with. */
export class ToolContext extends Context.Service<
  ToolContext,
  {
    /** Unique among the calls of the agent; the same when a call that was cut runs again. */
    readonly callId: string
    readonly root: ConfinedRoot["Service"]
    /** The policy's word on a real path. Asked again for what was opened: it may not be what was decided on. */
    readonly mayRead: (path: string) => boolean
    readonly mayWrite: (path: string) => boolean
    /** The agent's writes, and what it has read. */
    readonly files: FileChanges
    /** How much of a result the model can take. */
    readonly room: OutputRoom
    /** What was cut of the agent's results until now, by the numbers that it was told. */
    readonly results: ReadonlyMap<number, KeptResult>
    /** The text of one of them; undefined when it is not kept any more. */
    readonly keptText: (result: KeptResult) => Effect.Effect<string | undefined>
    /** The skills that the agent is offered. */
    readonly skills: ReadonlyArray<Skill>
    /** The other agents of the run; null for an agent that may start none and has no siblings to talk to. */
    readonly team: Team | null
    /** Notes that the result tells how these agents have ended: nobody tells it again. */
    readonly told: (agents: ReadonlyArray<AgentPath>) => void
  }
>()("@deputize/core/tool/ToolContext") {}

export interface Tool<A> {
  readonly name: string
  /** For the model: what it does, what comes back. */
  readonly description: string
  readonly parameters: Schema.Decoder<A> & { readonly fields: Schema.Struct.Fields }
  /** 15 minutes when absent; null for a tool that waits for others, which have limits of their own. */
  readonly timeLimitMs?: number | null | undefined
  /** The most bytes of a result, whatever room there is. */
  readonly outputCap: number
  /**
   * `safe`: a call that was cut may simply run again. `fenced`: it may have had an effect, and is not repeated unless it
   * is known that it had none, or the user says so.
   */
  readonly replay: "safe" | "fenced"
  /**
   * All that a fenced tool changes are the files that its `actions` write, each by `ToolContext.files`: what became of a
   * call that was cut is seen from them. Else nobody can know.
   */
  readonly changesOnlyFiles?: boolean
  /** How to ask for the part of a result that was cut off. */
  readonly narrower: string
  /** Its results are pages of what can be read again: nothing is kept of what is cut off. */
  readonly isPaged?: boolean
  /** What has to be allowed, with paths as the file system has them. */
  actions(args: A): Effect.Effect<ReadonlyArray<Action>, PathError | ToolError, ToolContext>
  run(args: A): Effect.Effect<string, PathError | FileChanged | ToolError | JournalError, ToolContext>
}

/** A tool whose arguments are known to the runner only through `parameters`. */
// Methods, not properties: the runner passes only what `parameters` has decoded, so a tool stands for its unknown kind.
export type AnyTool = Tool<unknown>

/** How long one call may take, in milliseconds; null for as long as it takes. */
export const limitMsOf = (tool: Pick<AnyTool, "timeLimitMs"> | undefined): number | null =>
  tool?.timeLimitMs === undefined ? usualLimitMs : tool.timeLimitMs

// internal

/** Of a tool that says nothing of its time. */
const usualLimitMs = 15 * 60_000
