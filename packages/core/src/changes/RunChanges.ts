/**
 * What the record of a run says of files, folded to the steps of each: who changed it from which bytes to which, in the
 * order of the record. What was put back since is a step as well. Pure.
 *
 * 1. Nothing is guessed: an event about files that this version cannot read makes the whole unreadable.
 * 2. What an agent does in a tree of its own changes nothing in the workspace; what is brought from it does. That is the
 *    agent's, if no other one had the file merged as well.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { type AgentPath, type RunId, rootPath } from "../domain/Ids.ts"
import type { ToolCall } from "../domain/Message.ts"
import { textAt } from "../history/Body.ts"
import { UndoJournal } from "../history/UndoEvent.ts"
import type { JournalEvent } from "../journal/Journal.ts"
import { type FileChange, toolEvents } from "../tool/ToolEvent.ts"
import { WorktreeJournal } from "../worktree/WorktreeEvent.ts"
import { type Author, isBelow, type Outcome, type Step } from "./Step.ts"

export class RecordUnreadable extends Schema.TaggedError<RecordUnreadable>()("RecordUnreadable", {
  run: Schema.String,
  seq: Schema.Int
}) {
  override get message(): string {
    return `event ${this.seq} of run ${this.run} says what was changed in a way that this version does not know`
  }
  get hint(): string {
    return "Use the version of deputize that made the run, or a newer one."
  }
}

export interface UndoRecord {
  readonly undo: number
  readonly agent: AgentPath | null
  readonly redoes: number | null
  readonly folders: ReadonlyArray<string>
  readonly isEnded: boolean
  readonly seq: number
  readonly time: number
}

export interface RunChanges {
  readonly run: RunId
  /** The folder that its agents worked in; "" where the record does not say. */
  readonly workspace: string
  /** It has an end on record. */
  readonly isEnded: boolean
  readonly agents: ReadonlySet<AgentPath>
  readonly files: ReadonlyMap<string, ReadonlyArray<Step>>
  readonly undos: ReadonlyArray<UndoRecord>
}

/** Of all its events, or those that tell of files, of agents and of the run. */
export const runChanges = (
  run: RunId,
  events: ReadonlyArray<JournalEvent>
): Result.Result<RunChanges, RecordUnreadable> => {
  const fold = new Fold()
  for (const event of events) if (!fold.add(event)) return Result.fail(new RecordUnreadable({ run, seq: event.seq }))
  const { agents, files, isEnded, undos, workspace } = fold
  return Result.succeed({ run, workspace, isEnded, agents, files, undos })
}

// internal

interface OpenStep extends Step {
  outcome: Outcome
}
interface OpenUndo extends UndoRecord {
  isEnded: boolean
}

class Fold {
  workspace = ""
  isEnded = false
  readonly agents = new Set<AgentPath>()
  readonly files = new Map<string, Array<OpenStep>>()
  readonly undos: Array<OpenUndo> = []
  /** The event with which the last process to work on it began. */
  #begun = 0
  /** What git's names of the workspace's files begin with. */
  #prefix = ""
  readonly #calls = new Map<string, ToolCall>()
  /** Agents with trees of their own. */
  readonly #apart = new Set<AgentPath>()
  /** What was merged, and not brought yet: by the names that git has for files. */
  readonly #merged: Array<{ readonly agent: AgentPath; readonly files: ReadonlyArray<string> }> = []

  /** False for what cannot be read. */
  add(event: JournalEvent): boolean {
    switch (event.namespace) {
      case "run":
        this.#run(event)
        return true
      case "agent":
        this.agents.add(event.path)
        return true
      case "tool":
        return [...this.#apart].some((agent) => isBelow(agent, event.path)) || this.#tool(event)
      case "worktree":
        return !aboutTrees.has(event.type) || this.#worktree(event)
      case "undo":
        return this.#undo(event)
      default:
        return true
    }
  }

  #run({ body, seq, type }: JournalEvent): void {
    if (type === "Started") this.workspace = textAt(body, "workspace")
    if (type === "Started" || type === "Resumed") {
      this.isEnded = false
      this.#begun = seq
    }
    if (type === "Ended") this.isEnded = true
  }

  #tool(event: JournalEvent): boolean {
    const read = toolEvents.decode(event)
    if (Option.isNone(read)) return !aboutFiles.has(event.type)
    const { value } = read
    // Ids of calls are the model's: two agents may use the same.
    const key = (id: string) => `${event.path} ${id}`
    const agent = (callId: string): Author => ({
      _tag: "Agent",
      path: event.path,
      callId,
      call: this.#calls.get(key(callId)) ?? null
    })
    switch (value._tag) {
      case "Intent":
        this.#calls.set(key(value.call.id), value.call)
        return true
      case "Changing":
        this.#step(event, value.change, { ...value, outcome: "open", by: agent(value.callId) })
        return true
      case "Done":
        for (const change of value.changes) this.#done(event, change, agent(value.callId))
        this.#calls.delete(key(value.callId))
        return true
      case "Decided":
        return true
    }
  }

  #worktree(event: JournalEvent): boolean {
    const read = WorktreeJournal.decode(event)
    if (Option.isNone(read)) return false
    const { value } = read
    if (value._tag === "Based") this.#prefix = value.prefix ?? ""
    else if (value._tag === "Made") this.#apart.add(event.path)
    else if (value._tag === "Merged" && value.status === "merged") this.#merged.push(value)
    // At another agent's path it is brought into that one's tree.
    else if (value._tag === "Bringing" && event.path === rootPath) {
      const authors = authorsOf(this.#merged)
      for (const { change, folders = [], mode } of value.changes) {
        const by = { _tag: "Agent", path: authors(this.#prefix + change.path), callId: "", call: null } as const
        this.#step(event, change, { by, outcome: "open", folders, ...(mode === undefined ? {} : { mode }) })
      }
    } else if (value._tag === "Brought" && event.path === rootPath) {
      const unwritten = new Set(value.unwritten)
      this.#merged.splice(0, Infinity, ...this.#merged.filter(({ files }) => files.some((file) => unwritten.has(file))))
      for (const file of value.files) this.#brought(file, "made")
      for (const { path } of value.left) this.#brought(path, "failed")
    }
    return true
  }

  /** The last step tells: what was announced before it, and cut, was not made, or it would not have been announced again. */
  #brought(file: string, outcome: "made" | "failed"): void {
    if (!file.startsWith(this.#prefix)) return
    const step = this.files.get(file.slice(this.#prefix.length))?.findLast(isFromTree)
    if (step === undefined || step.outcome === "made") return
    // A process before this one may have made it, and been cut; somebody has changed it then.
    if (outcome === "made" || step.seq > this.#begun) step.outcome = outcome
  }

  #undo(event: JournalEvent): boolean {
    const read = UndoJournal.decode(event)
    if (Option.isNone(read)) return false
    const { value } = read
    if (value._tag === "Began") {
      const { agent, folders, redoes, undo } = value
      this.undos.push({ undo, agent, redoes, folders, isEnded: false, seq: event.seq, time: event.time })
      return true
    }
    const open = this.undos.find(({ undo }) => undo === value.undo)
    const by = { _tag: "Undo", undo: value.undo, redoes: open?.redoes ?? null } as const
    if (value._tag === "Ended") {
      if (open !== undefined) open.isEnded = true
    } else if (value._tag === "Changing") {
      for (const file of value.files) this.#step(event, file.change, { ...file, outcome: "open", by })
    } else {
      for (const change of value.changes) this.#done(event, change, by)
    }
    return true
  }

  /** The last such step that was announced and has no outcome yet; a record from before they were is a step itself. */
  #done(event: JournalEvent, change: typeof FileChange.Type, by: Author): void {
    const announced = this.files
      .get(change.path)
      ?.findLast(
        (step) =>
          step.outcome === "open" && step.before === change.before && step.after === change.after && isSame(step.by, by)
      )
    if (announced === undefined) this.#step(event, change, { outcome: "made", by })
    else announced.outcome = "made"
  }

  #step(
    { seq, time }: JournalEvent,
    { after, before, path }: typeof FileChange.Type,
    { by, folders = [], mode, outcome }: Beside
  ): void {
    const step = { seq, time, path, before, after, mode: mode ?? null, folders, outcome, by }
    const steps = this.files.get(path)
    if (steps === undefined) this.files.set(path, [step])
    else steps.push(step)
  }
}

interface Beside {
  readonly by: Author
  readonly outcome: Outcome
  readonly mode?: number
  readonly folders?: ReadonlyArray<string>
}

const aboutFiles = new Set(["Changing", "Done"])
const aboutTrees = new Set(["Based", "Made", "Merged", "Bringing", "Brought"])

const isFromTree = ({ by }: Step): boolean => by._tag === "Agent" && by.callId === ""

/** The agent of whose work a file is; the root of the tree for one that several have changed. */
const authorsOf = (merged: ReadonlyArray<{ readonly agent: AgentPath; readonly files: ReadonlyArray<string> }>) => {
  const known = merged.map(({ agent, files }) => ({ agent, files: new Set(files) }))
  return (path: string): AgentPath => {
    const agents = new Set(known.flatMap(({ agent, files }) => (files.has(path) ? [agent] : [])))
    const [only] = agents
    return only === undefined || agents.size > 1 ? rootPath : only
  }
}

const isSame = (one: Author, other: Author): boolean =>
  one._tag === "Agent"
    ? other._tag === "Agent" && one.path === other.path && one.callId === other.callId
    : other._tag === "Undo" && one.undo === other.undo
