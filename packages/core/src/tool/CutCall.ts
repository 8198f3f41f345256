/**
 * A call that was cut, looked at again: the files that it was to change tell what became of it, and what a killed process
 * left beside them is swept. What the model reads of it does not say more than is known.
 */
import * as Effect from "effect/Effect"
import type { Action } from "../domain/Action.ts"
import { sha256 } from "../domain/Sha256.ts"
import { visibleLine } from "../domain/VisibleText.ts"
import { type Change, ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { byFile, type CutCall, type FileNow, type OnUnknown, type Seen, type Settlement, settle } from "./Settlement.ts"
import { type AnyTool, ToolContext } from "./Tool.ts"
import type { Done } from "./ToolEvent.ts"
import { mostBytes } from "./WriteTarget.ts"

/** A call that is taken up again, with what is to become of it where nobody can know whether it was made. */
export interface Resumed extends CutCall {
  readonly onUnknown: OnUnknown
}

/** What is on record of a call that is not to run again. */
export type Settled = Pick<typeof Done.Type, "ok" | "text" | "settled">

/**
 * Null for a call that is to run, be it again. `actions` are what it needs to be allowed; null where they cannot be known
 * any more. What it has changed is the call's own from here on.
 */
export const settled = Effect.fnUntraced(function* (
  tool: AnyTool,
  resumed: Resumed,
  actions: ReadonlyArray<Action> | null
) {
  const { files } = yield* ToolContext
  const settlement = settle(resumed, tool.replay, yield* look(tool, resumed, actions), resumed.onUnknown)
  if (settlement._tag === "Run") return null
  files.adopt(settlement.changes)
  return outcomeOf(settlement, resumed.onUnknown)
})

/** Of a call that cannot be looked at: its tool is not there any more, or does not understand it. Null as above. */
export const unknown = ({ isBegun, onUnknown }: Resumed): Settled | null =>
  isBegun && onUnknown !== "retry" ? outcomeOf({ _tag: "Unknown", changes: [], files: [] }, onUnknown) : null

/** The files of changes that may have been made, as they are now; what a killed process left beside them is gone. */
export const filesNow = Effect.fnUntraced(function* (changing: ReadonlyArray<Change>) {
  const root = yield* ConfinedRoot
  const announced = byFile(changing)
  // What cannot be swept is known by its name, and no harm.
  const sweep = (folder: string) => Effect.ignore(root.sweepTemporaries(folder))
  yield* Effect.forEach(new Set(Array.from(announced.keys(), folderOf)), sweep, { discard: true })
  return yield* Effect.forEach(announced.values(), (change) =>
    Effect.map(hashOf(root, change.path), (hash): FileNow => ({ path: change.path, announced: change, hash }))
  )
})

// internal

const look = Effect.fnUntraced(function* (
  { changesOnlyFiles = false, replay }: AnyTool,
  { changing, isBegun }: Resumed,
  actions: ReadonlyArray<Action> | null
) {
  if (!isBegun || replay === "safe") return nothing
  const files = yield* filesNow(changing)
  // Nothing was announced: nothing was changed.
  if (changesOnlyFiles && changing.length === 0) return { files, isAll: true } satisfies Seen
  if (!changesOnlyFiles || actions === null) return { files, isAll: false } satisfies Seen
  const known = new Set(files.map(({ path }) => path))
  const others = actions.flatMap((action) => (action._tag === "Write" && !known.has(action.path) ? [action.path] : []))
  const untouched = others.map((path): FileNow => ({ path, announced: undefined, hash: undefined }))
  return { files: [...files, ...untouched], isAll: true } satisfies Seen
})

const nothing: Seen = { files: [], isAll: true }

const hashOf = (root: ConfinedRoot["Service"], path: string) =>
  root.readFile(path, { maxBytes: mostBytes }).pipe(
    // A link that was put there leads to another file.
    Effect.map((file) => (file.path === path && !file.truncated ? sha256(file.bytes) : undefined)),
    Effect.catchTag("PathNotFound", () => Effect.succeed(null)),
    Effect.orElseSucceed(() => undefined)
  )

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/"))) || "."

const outcomeOf = (settlement: Exclude<Settlement, { readonly _tag: "Run" }>, onUnknown: OnUnknown): Settled => {
  const done = settlement.changes.map(changeText).join(", ")
  switch (settlement._tag) {
    case "Made":
      return { ok: true, settled: "made", text: `${done} (${cut}, but all of this is done; it was not made again)` }
    case "Partly": {
      const left = `Not done: ${settlement.left.map(visibleLine).join(", ")}`
      return {
        ok: false,
        settled: "made",
        text: `error: ${cut}. Done: ${done}. ${left}. Make a new call for the rest.`
      }
    }
    case "Unknown": {
      const what =
        settlement.files.length === 0
          ? "It may have had its effect, all of it or a part"
          : `Neither as it was before nor as this call would have left it: ${settlement.files.map(visibleLine).join(", ")}`
      const known = done === "" ? "" : ` Done: ${done}.`
      return { ok: false, settled: "unknown", text: `unknown: ${cut}. ${what}.${known} ${advice[onUnknown]}` }
    }
  }
}

const cut = "this call was cut before its result was kept"

const advice: { readonly [how in OnUnknown]: string } = {
  ask: "Look how things stand before you repeat anything.",
  retry: "Look how things stand before you repeat anything.",
  skip: "Do not repeat it; go on without its result."
}

const changeText = ({ after, before, path }: Change): string =>
  `${after === null ? "removed" : before === null ? "made" : "changed"} ${visibleLine(path)}`
