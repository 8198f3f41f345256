/**
 * Puts back what a run has changed, and takes that back again.
 *
 * 1. The run is held from the look at its record to the end of the undo: no other process goes on with it meanwhile.
 * 2. Bytes that are about to go are in `Blobs`, and the changes in the journal, before a file is touched; each is made
 *    only from the bytes that it was planned from. What was made is on record after it.
 * 3. Cut at any moment, each file has its old bytes or its new ones, and the same undo finishes what is left: what had
 *    been announced is judged by the files.
 */
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import { Blobs } from "../journal/Blobs.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { isTemporary } from "../workspace/TemporaryFile.ts"
import type { Left } from "./Left.ts"
import { lookAt } from "./Present.ts"
import { laterRuns, readChanges } from "./ReadChanges.ts"
import type { RecordUnreadable, RunChanges } from "./RunChanges.ts"
import { atOnce, carryOut, record } from "./UndoBatch.ts"
import { lastOf, planRedo, planUndo, type UndoAct, type UndoPlan, undoToRedo } from "./UndoPlan.ts"

/** The run's agents worked in another folder than the one at hand. */
export class OtherWorkspace extends Schema.TaggedError<OtherWorkspace>()("OtherWorkspace", {
  run: Schema.String,
  workspace: Schema.String,
  here: Schema.String
}) {
  override get message(): string {
    return `run ${this.run} worked in ${this.workspace}, not in ${this.here}`
  }
  get hint(): string {
    return "Name its workspace."
  }
}

export interface UndoRequest {
  readonly run: RunId
  /** Only what this agent and those below it have changed; all when null. */
  readonly agent: AgentPath | null
  /** Takes the last undo back instead. */
  readonly redo: boolean
}

export interface Preview {
  readonly plan: UndoPlan
  /** The undo that is taken back; null where files go back to what they were before agents changed them. */
  readonly redoes: number | null
  readonly changes: RunChanges
}

export interface UndoOutcome {
  /** Which one of the run; null when there was nothing to do. */
  readonly undo: number | null
  readonly made: ReadonlyArray<UndoAct>
  readonly left: ReadonlyArray<Left>
  /** Folders that were removed. */
  readonly folders: ReadonlyArray<string>
}

export type UndoError = JournalError | RecordUnreadable | OtherWorkspace

/** What an undo would do now. Changes nothing. */
export const preview = Effect.fn("Undo.preview")(function* (
  request: UndoRequest
): Effect.fn.Return<Preview, UndoError, Journal | Blobs | ConfinedRoot> {
  const root = yield* ConfinedRoot
  const { run } = request
  const changes = yield* readChanges(run)
  if (changes.workspace !== "" && changes.workspace !== root.root) {
    return yield* new OtherWorkspace({ run, workspace: changes.workspace, here: root.root })
  }
  const parts = request.redo ? undoToRedo(changes) : undefined
  if (request.redo && parts === undefined) return { plan: empty, redoes: null, changes }
  const now = yield* lookAt(changes.files.keys())
  const planned = parts === undefined ? planUndo(changes, request.agent, now) : planRedo(changes, parts, now)
  const plan = yield* emptied(yield* named(changes, yield* checked(planned)))
  return { plan, redoes: parts === undefined ? null : lastOf(parts), changes }
})

/** Does what `shown` says, as far as it still holds. */
export const undo = Effect.fn("Undo.undo")(function* (request: UndoRequest, shown: UndoPlan) {
  const journal = yield* Journal
  const { run } = request
  let isOver = (yield* journal.standing(run)) === "closed"
  const work = Effect.gen(function* () {
    yield* journal.hold(run)
    const { changes, plan, redoes } = yield* preview(request)
    isOver ||= changes.isEnded
    const wanted = new Set(shown.acts.map(keyOf))
    const acts = plan.acts.filter((act) => wanted.has(keyOf(act)))
    if (acts.length === 0 && plan.folders.length === 0) return { ...noOutcome, left: plan.left }
    return yield* execute(request, changes, redoes, { ...plan, acts })
  })
  // A run that has ended is closed again; not by who could not have it.
  const close = (exit: Exit.Exit<unknown, UndoError>) =>
    isOver && !isHeld(exit) ? Effect.ignore(journal.close(run)) : Effect.void
  return yield* Effect.scoped(Effect.onExit(work, close))
})

// internal

const empty: UndoPlan = { acts: [], left: [], folders: [] }
const noOutcome: UndoOutcome = { undo: null, made: [], left: [], folders: [] }

const keyOf = ({ from, path, to }: UndoAct): string => JSON.stringify([path, from, to])

const isHeld = (exit: Exit.Exit<unknown, UndoError>): boolean => {
  if (Exit.isSuccess(exit)) return false
  return exit.cause.reasons.some(
    (reason) => reason._tag === "Fail" && reason.error._tag === "JournalError" && reason.error.reason._tag === "Held"
  )
}

/** Files whose bytes are not kept are left. */
const checked = Effect.fnUntraced(function* (plan: UndoPlan) {
  const blobs = yield* Blobs
  const found = yield* Effect.forEach(
    plan.acts,
    (act) => Effect.map(Effect.result(act.to === null ? Effect.void : blobs.get(act.to)), Result.isSuccess),
    atOnce
  )
  const lost = plan.acts.flatMap(
    ({ path }, index): ReadonlyArray<Left> => (found[index] === true ? [] : [{ path, why: { _tag: "Lost" } }])
  )
  return {
    ...plan,
    acts: plan.acts.filter((_, index) => found[index] === true),
    left: merged(plan.left, lost)
  } satisfies UndoPlan
})

/** One reason for a file: the first. */
const merged = (...lists: ReadonlyArray<ReadonlyArray<Left>>): ReadonlyArray<Left> => {
  const first = new Map<string, Left>()
  for (const left of lists.flat()) if (!first.has(left.path)) first.set(left.path, left)
  return [...first.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** With the later runs that have changed what is left. */
const named = Effect.fnUntraced(function* (changes: RunChanges, plan: UndoPlan) {
  const open = plan.left.filter(({ why }) => "by" in why)
  if (open.length === 0) return plan
  const runOf = yield* laterRuns(changes, new Set(open.map(({ path }) => path)))
  const left = plan.left.map(({ path, why }) => ({
    path,
    why: "by" in why ? { ...why, by: runOf.get(path) ?? null } : why
  }))
  return { ...plan, left }
})

/** Only folders that are there, and hold nothing but what goes. */
const emptied = Effect.fnUntraced(function* (plan: UndoPlan) {
  const root = yield* ConfinedRoot
  const going = new Set(plan.acts.flatMap(({ path, to }) => (to === null ? [path] : [])))
  const folders = yield* Effect.filter(plan.folders, (folder) =>
    root.readDirectory(folder).pipe(
      Effect.map(({ entries, path }) => {
        const isFree =
          path === folder && entries.every(({ name }) => going.has(`${folder}/${name}`) || isTemporary(name))
        if (isFree) going.add(folder)
        return isFree
      }),
      Effect.orElseSucceed(() => false)
    )
  )
  return { ...plan, folders } satisfies UndoPlan
})

const execute = Effect.fnUntraced(function* (
  { agent, run }: UndoRequest,
  { files, undos }: RunChanges,
  redoes: number | null,
  { acts, folders, left }: UndoPlan
) {
  const root = yield* ConfinedRoot
  const undo = (undos.at(-1)?.undo ?? 0) + 1
  yield* sweep(root, [...files.keys()])
  yield* record(run, { _tag: "Began", undo, agent, redoes, folders })
  const removed = yield* carryOut(
    run,
    undo,
    acts.filter(({ to }) => to === null)
  )
  const gone = yield* Effect.filter(folders, (folder) =>
    Effect.orElseSucceed(root.removeDirectory(folder), () => false)
  )
  const written = yield* carryOut(
    run,
    undo,
    acts.filter(({ to }) => to !== null)
  )
  const outcomes = [...removed, ...written]
  const made = outcomes.flatMap((each) => (each._tag === "Made" ? [each.act] : []))
  const all = merged(
    outcomes.flatMap((each) => (each._tag === "Left" ? [{ path: each.path, why: each.why }] : [])),
    left
  )
  const kept = all.map(({ path, why }) => ({ path, why: why._tag }))
  yield* record(run, { _tag: "Ended", undo, files: made.length, left: kept })
  yield* (yield* Journal).barrier
  return { undo, made, left: all, folders: gone } satisfies UndoOutcome
})

/** What killed processes left beside these files; a folder that holds it would not be empty. */
const sweep = (root: ConfinedRoot["Service"], paths: ReadonlyArray<string>) => {
  const folders = new Set(paths.map((path) => path.slice(0, Math.max(0, path.lastIndexOf("/"))) || "."))
  return Effect.forEach(folders, (folder) => Effect.ignore(root.sweepTemporaries(folder)), { discard: true })
}
