/**
 * What an agent can do with the other agents of its run, by the tools spawn_agent, wait, send_message, list_agents and
 * interrupt_agent. Every refusal is a ToolError that tells the model what to do instead.
 */
import type * as Effect from "effect/Effect"
import type { Failure } from "../domain/Failure.ts"
import type { AgentPath } from "../domain/Ids.ts"
import type { JournalError } from "../journal/JournalError.ts"
import type { Board } from "./Board.ts"
import type { ToolError } from "./ToolError.ts"

export type MemberState =
  | "queued"
  | "running"
  | "waiting"
  | "completed"
  | "failed"
  | "cancelled"
  | "timed_out"
  | "paused"

/** An agent of the run, as others see it. */
export interface Member {
  readonly path: AgentPath
  readonly agent: string
  readonly goal: string
  readonly state: MemberState
  /** Its final text once it has ended; what it said last until then. */
  readonly answer: string
  readonly artifacts: ReadonlyArray<string>
  readonly error: Failure | null
}

export interface SpawnRequest {
  readonly agent: string
  readonly goal: string
  readonly inputs: Readonly<Record<string, string>>
  /** Tokens; what its definition says when absent, never more than the parent has left. */
  readonly tokens?: number
}

/** What there is to tell when a wait is over. */
export interface Waited {
  /** Those that have ended. */
  readonly ended: ReadonlyArray<Member>
  /** Those that have not. */
  readonly open: ReadonlyArray<Member>
  /** Who has sent what is still to be read, in the order of arrival. */
  readonly letters: ReadonlyArray<{ readonly id: string; readonly from: AgentPath }>
}

export interface Team {
  /** Notes that all agents of the run share. */
  readonly board: Board
  /** The name of the agent that is meant by one; fails for one that nobody answers to. */
  readonly nameOf: (agent: string) => Effect.Effect<string, ToolError>
  /**
   * Starts a child, or puts it into the queue; comes back at once. A call that has started one before gives that one:
   * asked again after a crash, it starts nobody else.
   */
  readonly spawn: (request: SpawnRequest, callId: string) => Effect.Effect<Member, ToolError | JournalError>
  /**
   * Waits until the children named have ended, all that it was not told of when none is named, or until a message
   * arrives. Gives what has ended among them, each once, and what has not.
   */
  readonly wait: (paths: ReadonlyArray<string>) => Effect.Effect<Waited, ToolError | JournalError>
  /** To its parent, its children and its siblings; read by them before their next turn. Each call sends once. */
  readonly send: (to: string, text: string, callId: string) => Effect.Effect<AgentPath, ToolError | JournalError>
  /** Those it can send to. */
  readonly list: Effect.Effect<ReadonlyArray<Member>>
  /** Ends a child with all below it; gives what it had. */
  readonly interrupt: (path: string) => Effect.Effect<Member, ToolError | JournalError>
}
