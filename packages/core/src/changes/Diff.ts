/**
 * All that a run, or an agent of it with those below it, has changed in files, with their bytes from where they are still
 * to be found: kept when they were replaced or brought, in the workspace, or worked out from the call that wrote them.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import { Blobs } from "../journal/Blobs.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { type FileDelta, fileDeltas } from "./FileDelta.ts"
import { filePatch } from "./FilePatch.ts"
import { lookAt, mostBytes, type Now } from "./Present.ts"
import { readChanges } from "./ReadChanges.ts"
import { rebuilt } from "./Rebuilt.ts"
import type { RunChanges } from "./RunChanges.ts"
import type { Step } from "./Step.ts"

/** The patches stand in the order of their paths. */
export const diff = Effect.fn("Diff.diff")(function* (run: RunId, agent: AgentPath | null) {
  const changes = yield* readChanges(run, { calls: true })
  const now = yield* lookAt(changes.files.keys())
  const patches = yield* Effect.forEach(fileDeltas(changes, agent, now), (delta) => patchOf(changes, delta, now), {
    concurrency: 16
  })
  return { changes, patches }
})

// internal

const patchOf = Effect.fnUntraced(function* (changes: RunChanges, delta: FileDelta, now: Now) {
  const found = now.get(delta.path)
  const mode = found?._tag === "File" && found.hash === delta.after ? found.mode : null
  if (delta.before === delta.after) return filePatch(delta, { before: null, after: null, mode })
  const before = delta.before === null ? null : yield* kept(delta.before)
  const after = delta.after === null ? null : yield* written(changes, delta, delta.after, mode !== null)
  return filePatch(delta, { before, after, mode })
})

const kept = (hash: string) => Effect.flatMap(Blobs, (blobs) => Effect.orElseSucceed(blobs.get(hash), () => undefined))

const written = Effect.fnUntraced(function* (
  changes: RunChanges,
  { path, steps }: FileDelta,
  hash: string,
  isThere: boolean
) {
  if (isThere) {
    const root = yield* ConfinedRoot
    const file = yield* Effect.result(root.readFile(path, { maxBytes: mostBytes }))
    if (Result.isSuccess(file)) return file.success.bytes
  }
  const blob = yield* kept(hash)
  const last = steps.at(-1)
  if (blob !== undefined || last?.by._tag !== "Agent" || last.by.call === null) return blob
  const sources = yield* Effect.forEach(foundBy(changes, last), kept)
  return rebuilt(
    last.by.call,
    sources.filter((bytes) => bytes !== undefined),
    hash
  )
})

/** Hashes of what the call of this step has found in all files that it changed. */
const foundBy = ({ files }: RunChanges, { by }: Step): ReadonlyArray<string> =>
  [...files.values()].flat().flatMap(({ before, by: other }) => {
    const isSame = by._tag === "Agent" && other._tag === "Agent" && other.path === by.path && other.callId === by.callId
    return isSame && before !== null ? [before] : []
  })
