/**
 * What an undo does and what it leaves alone, worked out before anything is touched. Pure.
 *
 * 1. A file goes back only from exactly the bytes that were left there; whatever else stands there stays.
 * 2. Of a file that several have changed in turn, only what was changed last goes back: as far as it is one's own, and
 *    nobody else's bytes lie between.
 * 3. Files are removed first, then folders that were made for them, then files are written: one may stand where a folder
 *    stood.
 */
import type { AgentPath } from "../domain/Ids.ts"
import { type Left, type Why, whyChanged } from "./Left.ts"
import { hashOf, type Now, type Present } from "./Present.ts"
import type { RunChanges, UndoRecord } from "./RunChanges.ts"
import { type Settled, settled, standing } from "./Standing.ts"
import { foldersAbove, isBelow, type Step } from "./Step.ts"

export interface UndoPlan {
  readonly acts: ReadonlyArray<UndoAct>
  readonly left: ReadonlyArray<Left>
  /** Folders to remove if nothing is in them then, the deepest first. */
  readonly folders: ReadonlyArray<string>
}

/** From the bytes that are there to those that are put there, by hash; null is no file. */
export interface UndoAct {
  readonly path: string
  readonly from: string | null
  readonly to: string | null
  /** Rights of a file that comes back; the usual ones where they are not on record. */
  readonly mode: number | null
}

/** Puts back what `agent` and those below it have changed, or all. */
export const planUndo = (run: RunChanges, agent: AgentPath | null, now: Now): UndoPlan => {
  const isMine = isOf(agent)
  return judgeAll(run, now, null, (path, steps, found) => {
    const judged = judge(path, standing(settled(steps, found)), isMine, found)
    // Folders may have been made for a change that was cut, and made again later.
    return judged === nothing
      ? nothing
      : { ...judged, folders: [...judged.folders, ...foldersOf(steps.filter(isMine))] }
  })
}

/** Takes back an undo, in all its parts: what they removed comes again, and what they put back goes. */
export const planRedo = (run: RunChanges, parts: UndoParts, now: Now): UndoPlan => {
  const numbers = new Set(parts.map(({ undo }) => undo))
  return judgeAll(run, now, lastOf(parts), (_, steps, found) => {
    const made = settled(steps, found)
    const index = made.findLastIndex(({ by }) => by._tag === "Undo" && numbers.has(by.undo))
    const step = made[index]
    return step === undefined ? nothing : judgeRedo(step, made.slice(index + 1), found)
  })
}

/** An undo with those before it that were cut, and which it has finished. */
export type UndoParts = readonly [UndoRecord, ...ReadonlyArray<UndoRecord>]

/** The number that the taking back of an undo refers to. */
export const lastOf = (parts: UndoParts): number => (parts.at(-1) ?? parts[0]).undo

/** The undo that is to be taken back: the last one that was not yet. */
export const undoToRedo = ({ undos }: RunChanges): UndoParts | undefined => {
  const redone = new Set(undos.flatMap(({ isEnded, redoes }) => (redoes !== null && isEnded ? [redoes] : [])))
  const all: Array<[UndoRecord, ...Array<UndoRecord>]> = []
  for (const [index, record] of undos.entries()) {
    if (record.redoes !== null) continue
    const before = undos[index - 1]
    const isSame = record.agent === null || record.agent === before?.agent
    const finishes = before !== undefined && before.redoes === null && !before.isEnded && isSame
    if (finishes) all.at(-1)?.push(record)
    else all.push([record])
  }
  return all.findLast((parts) => !redone.has(lastOf(parts)))
}

// internal

const absent: Present = { _tag: "Absent" }

const isOf =
  (agent: AgentPath | null) =>
  ({ by }: Step): boolean =>
    by._tag === "Agent" && isBelow(agent, by.path)

interface Judged {
  readonly act: UndoAct | null
  readonly left: Left | null
  readonly folders: ReadonlyArray<string>
}

const nothing: Judged = { act: null, left: null, folders: [] }

const judge = (
  path: string,
  stack: ReadonlyArray<Settled>,
  isMine: (step: Settled) => boolean,
  found: Present
): Judged => {
  const mine = stack.filter(isMine)
  const [first] = mine
  const last = stack.at(-1)
  if (first === undefined || last === undefined) return nothing
  const now = hashOf(found)
  const from = now === last.after ? startOf(stack, isMine) : stack.length
  const target = stack[from]
  if (target === undefined) {
    // It is as it was before any of it.
    if (now === first.before) return { ...nothing, folders: foldersOf(mine) }
    return { ...nothing, left: { path, why: whyNot(stack, isMine, found) } }
  }
  const back = stack.slice(from)
  const folders = foldersOf(back)
  const mode = modeOf(back)
  const isSame = target.before === last.after && hasRights(found, mode)
  const act = isSame ? null : { path, from: last.after, to: target.before, mode }
  const before = stack.slice(0, from)
  const isWhole = before.every((step) => !isMine(step)) || target.before === first.before
  return { act, folders, left: isWhole ? null : { path, why: whyOf(before.at(-1), isMine) } }
}

/** Where one's own unbroken end of the steps begins. */
const startOf = (stack: ReadonlyArray<Settled>, isMine: (step: Settled) => boolean): number => {
  let from = stack.length
  for (;;) {
    const step = stack[from - 1]
    const next = stack[from]
    if (step === undefined || !isMine(step) || (next !== undefined && next.before !== step.after)) return from
    from -= 1
  }
}

/** Of the first step that they went with: until then the file had kept them. */
const modeOf = (steps: ReadonlyArray<Settled>): number | null => steps.find(({ mode }) => mode !== null)?.mode ?? null

const hasRights = (found: Present, mode: number | null): boolean =>
  found._tag !== "File" || mode === null || found.mode === mode

const foldersOf = (steps: ReadonlyArray<Step>): ReadonlyArray<string> => steps.flatMap(({ folders }) => folders)

/** Nothing of it can go back: what stands there is not what was left there, or another agent's. */
const whyNot = (stack: ReadonlyArray<Settled>, isMine: (step: Settled) => boolean, found: Present): Why => {
  const last = stack.at(-1)
  const isLeft = last !== undefined && hashOf(found) === last.after
  return isLeft ? whyOf(last, isMine) : whyChanged(found, last?.after ?? null)
}

/** What stands before it is another agent's step, or there is a gap. */
const whyOf = (step: Settled | undefined, isMine: (step: Settled) => boolean): Why =>
  step !== undefined && step.by._tag === "Agent" && !isMine(step)
    ? { _tag: "ChangedByAgent", agent: step.by.path }
    : { _tag: "ChangedBetween" }

const judgeRedo = (step: Settled, later: ReadonlyArray<Settled>, found: Present): Judged => {
  const { path } = step
  const now = hashOf(found)
  const redone = later.some(({ by }) => by._tag === "Undo" && by.redoes !== null)
  if (redone || (now === step.before && hasRights(found, step.before === step.after ? step.mode : null))) return nothing
  const agent = later.find(({ by }) => by._tag === "Agent")
  if (agent?.by._tag === "Agent") {
    return { ...nothing, left: { path, why: { _tag: "ChangedByAgent", agent: agent.by.path } } }
  }
  if (now !== step.after) return { ...nothing, left: { path, why: whyChanged(found, step.after) } }
  return { act: { path, from: step.after, to: step.before, mode: step.mode }, left: null, folders: step.folders }
}

/**
 * Of every file. A path at which nothing stands but what goes as well is free: a folder of the run's, or a file that is
 * removed. What an undo of the same kind has meant to remove before it was cut is meant again.
 */
const judgeAll = (
  { files, undos }: RunChanges,
  now: Now,
  redoes: number | null,
  judgeOne: (path: string, steps: ReadonlyArray<Step>, found: Present) => Judged
): UndoPlan => {
  const judged = new Map([...files].map(([path, steps]) => [path, judgeOne(path, steps, now.get(path) ?? absent)]))
  const folders = new Set([
    ...[...judged.values()].flatMap((each) => each.folders),
    ...undos.flatMap((each) => (each.redoes === redoes && !each.isEnded ? each.folders : []))
  ])
  const removed = new Set([...judged.values()].flatMap(({ act }) => (act?.to === null ? [act.path] : [])))
  for (const [path, steps] of files) {
    const found = now.get(path)?._tag
    const isFree =
      found === "Folder" ? folders.has(path) : found === "Blocked" && foldersAbove(path).some(isIn(removed))
    if (isFree) judged.set(path, judgeOne(path, steps, absent))
  }
  const all = [...judged.values()]
  return {
    acts: all.flatMap(({ act }) => (act === null ? [] : [act])).sort(byPath),
    left: all.flatMap(({ left }) => (left === null ? [] : [left])).sort(byPath),
    folders: [...folders].sort((a, b) => depth(b) - depth(a) || (a < b ? -1 : 1))
  }
}

const depth = (path: string): number => path.split("/").length

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number => (a.path < b.path ? -1 : 1)

const isIn = (paths: ReadonlySet<string>) => (path: string) => paths.has(path)
