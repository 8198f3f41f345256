/**
 * The changes of runs as a journal has them: of one run, of the newest that made any, of those that came after one.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { RunId } from "../domain/Ids.ts"
import { Journal } from "../journal/Journal.ts"
import { type RunChanges, runChanges } from "./RunChanges.ts"

/** With the calls that made them if `calls` is set: they hold all that was written. */
export const readChanges = Effect.fnUntraced(function* (run: RunId, { calls = false } = {}) {
  const events = yield* (yield* Journal).read(run, 1, calls ? [...typesRead, "Intent"] : typesRead)
  return yield* Effect.fromResult(runChanges(run, events))
})

/** The newest run by whose record agents have changed a file of the workspace, or were about to. */
export const newestChanged = Effect.gen(function* () {
  const journal = yield* Journal
  for (const summary of yield* journal.list) {
    const some = yield* journal.read(summary.run, 1, ["Changing", "Bringing"])
    // All of it tells what was done in trees of their own, and what was announced and not made.
    if (some.length > 0 && hasChanges(yield* readChanges(summary.run))) return Option.some(summary)
  }
  return Option.none()
})

/**
 * For each of these paths the run that changed it last, if that was after all that `changes` have of it: by an agent or
 * by an undo.
 */
export const laterRuns = Effect.fnUntraced(function* (changes: RunChanges, paths: ReadonlySet<string>) {
  const journal = yield* Journal
  const last = new Map<string, { readonly run: RunId | null; readonly time: number }>()
  for (const path of paths) last.set(path, { run: null, time: changes.files.get(path)?.at(-1)?.time ?? 0 })
  let isNewer = true
  for (const { run } of yield* journal.list) {
    if (run === changes.run) isNewer = false
    // Runs that began before may have gone on for longer.
    const other = run === changes.run ? Option.none() : yield* Effect.option(readChanges(run))
    if (Option.isNone(other)) continue
    for (const [path, known] of last) {
      const time = other.value.files.get(path)?.at(-1)?.time
      if (time === undefined) continue
      if (time > known.time || (isNewer && known.run === null && time === known.time)) last.set(path, { run, time })
    }
  }
  return new Map([...last].flatMap(([path, { run }]) => (run === null ? [] : [[path, run] as const])))
})

// internal

const hasChanges = ({ files, isEnded }: RunChanges): boolean =>
  [...files.values()].some((steps) => steps.some(({ outcome }) => outcome === "made" || !isEnded))

/** The types of events that tell of files, of agents, and of the run. */
const typesRead: ReadonlyArray<string> = [
  "Started",
  "Queued",
  "Spawned",
  "Resumed",
  "Changing",
  "Done",
  "Based",
  "Made",
  "Merged",
  "Bringing",
  "Brought",
  "Began",
  "Changed",
  "Ended"
]
