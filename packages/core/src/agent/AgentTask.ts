/**
 * One agent's assignment, with everything decided that can be decided before its first turn.
 */
import type * as Effect from "effect/Effect"
import type { RestartLimitReached } from "../actor/RestartLimitReached.ts"
import type { Budget } from "../budget/Budget.ts"
import type { TokenCounter } from "../budget/TokenCounter.ts"
import type { AgentDefinition } from "../definition/AgentDefinition.ts"
import type { AnswerFormat } from "../domain/AnswerFormat.ts"
import type { Failure } from "../domain/Failure.ts"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import type { Blobs } from "../journal/Blobs.ts"
import type { Journal } from "../journal/Journal.ts"
import type { JournalError } from "../journal/JournalError.ts"
import type { Model, ToolSpec } from "../model/Model.ts"
import type { Policy } from "../policy/Policy.ts"
import type { OnUnknown } from "../tool/Settlement.ts"
import type { Skill } from "../tool/Skill.ts"
import type { Member, Team } from "../tool/Team.ts"
import type { AnyTool } from "../tool/Tool.ts"
import type { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import type { AgentResult } from "./AgentResult.ts"
import type { Past } from "./Past.ts"
import type { Kept } from "./SystemPrompt.ts"

export interface AgentTask {
  readonly run: RunId
  readonly path: AgentPath
  readonly parent: AgentPath
  /** From 1: which of those that stand below its parent. */
  readonly order: number
  readonly definition: AgentDefinition
  readonly goal: string
  /** By the name that the provider takes. */
  readonly model: string
  readonly scope: ReadonlyArray<string>
  /** What its caller lets it do at most. */
  readonly ceiling: Policy
  readonly policy: Policy
  readonly tools: ReadonlyArray<AnyTool>
  /** What the model is told of `tools`; made once, so that every request carries the same bytes. */
  readonly toolSpecs: ReadonlyArray<ToolSpec>
  readonly skills: ReadonlyArray<Skill>
  /** The other agents of the run; null where the agent has nothing to do with them. */
  readonly team: Team | null
  /** What others, and the user, have said to it since it last looked; null where nobody can. */
  readonly inbox: Inbox | null
  /**
   * Waits until no child is at work, and gives those that have ended and were not told of before; none means that the
   * agent may end. Null for an agent that can start none.
   */
  readonly settleChildren: Effect.Effect<ReadonlyArray<Member>, JournalError> | null
  /** Those that it has started, as its end needs them; null for an agent that can start none. */
  readonly dependants: Dependants | null
  /** The form of the final answer; free text when null. */
  readonly format: AnswerFormat | null
  readonly unavailable: ReadonlyArray<string>
  readonly contextPaths: ReadonlyArray<string>
  readonly system: string
  /** What the model is told before the goal and what the agent is made of, by their hashes; kept when this is first run. */
  readonly kept: Effect.Effect<Kept, JournalError, Blobs>
  readonly prompt: string
  /** Files that the agent is to leave, by the names that this copy of it uses. */
  readonly artifacts: ReadonlyArray<string>
  /** Commands of the user that verify what the agent claims, and the environment they run in. */
  readonly checks: Checks
  /** Between two records of a growing answer, in milliseconds. */
  readonly progressMs: number
  /** What becomes of what it wrote, once it has ended; its result as it is then. Before its end is on record. */
  readonly settle?: (result: AgentResult) => Effect.Effect<AgentResult, JournalError>
  /** Lives the agent's life as often as it is to be lived; once when absent. Fails as the last one does. */
  readonly lives?: Lives
  /**
   * When its wall time is over, by `elapsed`; counted from where it begins when absent. It ends by itself `lateMs` after
   * that: where its time is that of the one that started it, that one is to end first, and to end it.
   */
  readonly end?: { readonly at: number; readonly lateMs: number }
  /** How long nothing may be seen of it before it is ended, in milliseconds; for ever when absent. */
  readonly silenceMs?: number
  /** What becomes of its calls that may have taken effect, and whose end is not on record; `ask` when absent. */
  readonly onUnknown?: OnUnknown
  /** It was closed or done, and may go on: there is more budget than then, or the user has said something to it. */
  readonly revived?: boolean
  readonly limits: {
    /** Tokens; null without a limit of its own. */
    readonly tokens: number | null
    /** Nanodollars; null without a limit of its own. */
    readonly nanoUsd: number | null
    /** From here on. */
    readonly wallMs: number | null
    readonly turns: number
  }
}

/** `first` is as the agent begins; each life after that begins where the record has it. */
export type Lives = <E>(
  first: Birth,
  life: (birth: Birth) => Effect.Effect<void, E, Surroundings>
) => Effect.Effect<void, E | RestartLimitReached | JournalError, Surroundings>

/** What an agent lives on. */
export type Surroundings = Blobs | Budget | ConfinedRoot | Journal | Model | TokenCounter

export interface Birth {
  /** Null for an agent that has not begun. */
  readonly past: Past | null
  /** Which restart in this run, from 1; 0 before any. */
  readonly restart: number
  /** What the life before ended with, where that is why there is another one. */
  readonly crash?: Failure
}

export interface Dependants {
  /** Comes back when all of them have ended. */
  readonly await: Effect.Effect<void, JournalError>
  /** Ends those that have not. */
  readonly interrupt: Effect.Effect<void, JournalError>
  /** How long the agent has waited for them in all until now, in milliseconds. */
  readonly waitedMs: Effect.Effect<number>
}

/** A message from another agent, or from the user, who speaks from the root; `id` is unique in the run. */
export interface Letter {
  readonly id: string
  readonly from: AgentPath
  readonly text: string
}

/** Each message is given once, in the order of arrival. Comes back at once. */
export interface Inbox {
  readonly take: Effect.Effect<ReadonlyArray<Letter>>
  /** The same for the last time: who sends from here on is told that nobody reads it, until something is taken again. */
  readonly close: Effect.Effect<ReadonlyArray<Letter>>
}

export interface Checks {
  readonly commands: ReadonlyArray<string>
  readonly environment: Readonly<Record<string, string>>
}
