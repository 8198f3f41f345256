/**
 * Shows what a run has changed in files: a patch, the number of lines, or data.
 */
import * as Diff from "@deputize/core/changes/Diff"
import type { FilePatch } from "@deputize/core/changes/FilePatch"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Invocation } from "../command/Invocation.ts"
import { environment } from "../config/Environment.ts"
import { recordFile } from "../config/RecordFile.ts"
import { ExitCode } from "../ExitCode.ts"
import { changesLayer } from "../layers.ts"
import { diffJson } from "../render/DiffJson.ts"
import { statText } from "../render/DiffStat.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { patchRemarks, patchText } from "../render/PatchText.ts"
import { agentOf, changedRun, requireAgent } from "./ChangedRun.ts"

export const showDiff = Effect.fn("showDiff")(function* (invocation: Invocation, workspace: string) {
  const { data, notes } = yield* Output
  const agent = yield* agentOf(invocation)
  const found = yield* Effect.gen(function* () {
    const run = yield* changedRun(invocation, workspace)
    if (Option.isNone(run)) return null
    const { changes, patches } = yield* Diff.diff(run.value.run, agent)
    yield* requireAgent(changes, agent)
    return { run: run.value.run, patches }
  }).pipe(Effect.provide(changesLayer(workspace, recordFile(environment(), workspace))))
  const patches = found?.patches ?? none
  const isStat = invocation.has("stat")
  if (invocation.json) yield* data.write(jsonText(diffJson(found?.run ?? null, agent, patches, !isStat)))
  else if (isStat) yield* data.write(statText(patches, data.style))
  else yield* Effect.forEach(patches, (patch) => data.write(patchText(patch, data)), { discard: true })
  if (found !== null && !invocation.quiet) yield* notes.write(patchRemarks(found.run, agent, patches, notes.style))
  return patches.some(({ content }) => content._tag === "Missing") ? ExitCode.partial : ExitCode.ok
})

// internal

const none: ReadonlyArray<FilePatch> = []
