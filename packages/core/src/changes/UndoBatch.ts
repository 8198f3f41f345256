/**
 * Carries out the changes of an undo, many at a time: what goes is kept and announced, then each file is changed if it is
 * still what was planned from, then what was made is recorded.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { type RunId, rootPath } from "../domain/Ids.ts"
import { sha256 } from "../domain/Sha256.ts"
import { type UndoEvent, UndoJournal } from "../history/UndoEvent.ts"
import { Blobs } from "../journal/Blobs.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { newFolders } from "../workspace/NewFolders.ts"
import type { FileChanged, PathError } from "../workspace/PathError.ts"
import { type Left, type Why, whyChanged } from "./Left.ts"
import { hashOf, mostBytes, present } from "./Present.ts"
import type { UndoAct } from "./UndoPlan.ts"

export type Outcome = { readonly _tag: "Made"; readonly act: UndoAct } | ({ readonly _tag: "Left" } & Left)

/** In the order of `acts`. */
export const carryOut = Effect.fnUntraced(function* (run: RunId, undo: number, acts: ReadonlyArray<UndoAct>) {
  const outcomes: Array<Outcome> = []
  for (let from = 0; from < acts.length; from += batchSize) {
    outcomes.push(...(yield* batch(run, undo, acts.slice(from, from + batchSize))))
  }
  return outcomes
})

/** Of the undo as a whole, at the root of the run's tree. */
export const record = (run: RunId, event: UndoEvent) => UndoJournal.append(run, rootPath, null, event)

/** Files that are read, kept or written at the same time. */
export const atOnce = { concurrency: 16 }

// internal

/** How many are announced together. */
const batchSize = 256

interface Announced {
  readonly act: UndoAct
  readonly mode?: number
  readonly folders?: ReadonlyArray<string>
}

const batch = Effect.fnUntraced(function* (run: RunId, undo: number, acts: ReadonlyArray<UndoAct>) {
  const journal = yield* Journal
  const ready = yield* Effect.forEach(acts, kept, atOnce)
  const announced = ready.flatMap((each) => (Result.isSuccess(each) ? [each.success] : []))
  const files = announced.map(({ act, ...beside }) => ({ change: changeOf(act), ...beside }))
  yield* record(run, { _tag: "Changing", undo, files })
  yield* journal.barrier
  const outcomes = yield* Effect.forEach(
    ready,
    (each) => (Result.isFailure(each) ? Effect.succeed(each.failure) : made(each.success.act)),
    atOnce
  )
  const changes = outcomes.flatMap((each) => (each._tag === "Made" ? [changeOf(each.act)] : []))
  yield* record(run, { _tag: "Changed", undo, changes })
  return outcomes
})

const changeOf = ({ from, path, to }: UndoAct) => ({ path, before: from, after: to })

/** The bytes that will be replaced are kept now; nothing more is done with a file that has others. */
const kept = Effect.fnUntraced(function* (
  act: UndoAct
): Effect.fn.Return<Result.Result<Announced, Outcome>, JournalError, Blobs | ConfinedRoot> {
  const root = yield* ConfinedRoot
  const { from, path } = act
  if (from === null) {
    const folders = yield* newFolders(root, path)
    return Result.succeed(folders.length === 0 ? { act } : { act, folders })
  }
  const file = yield* Effect.result(root.readFile(path, { maxBytes: mostBytes }))
  if (Result.isFailure(file) || file.success.path !== path || sha256(file.success.bytes) !== from) {
    return Result.fail(left(path, whyChanged(yield* present(root, path), from)))
  }
  yield* (yield* Blobs).put(file.success.bytes)
  // A file that is only replaced keeps its rights, whatever they are by then.
  return Result.succeed(act.to === null || act.mode !== null ? { act, mode: file.success.mode } : { act })
})

const made = Effect.fnUntraced(function* (act: UndoAct) {
  const root = yield* ConfinedRoot
  const done = yield* Effect.result(change(root, yield* Blobs, act))
  if (Result.isSuccess(done)) return { _tag: "Made", act } satisfies Outcome
  const error = done.failure
  if (error._tag === "JournalError") return left(act.path, { _tag: "Lost" })
  const found = yield* present(root, act.path)
  const isAsBefore = hashOf(found) === act.from
  return left(act.path, isAsBefore ? { _tag: "Refused", message: error.message } : whyChanged(found, act.from))
})

const change = (
  root: ConfinedRoot["Service"],
  blobs: Blobs["Service"],
  { from, mode, path, to }: UndoAct
): Effect.Effect<unknown, PathError | FileChanged | JournalError> => {
  const expected = from === null ? "absent" : { hash: from }
  if (to === null) return root.deleteFile(path, expected)
  return Effect.flatMap(blobs.get(to), (bytes) => root.writeFile(path, bytes, expected, mode ?? undefined))
}

const left = (path: string, why: Why): Outcome => ({ _tag: "Left", path, why })
