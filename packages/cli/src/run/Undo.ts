/**
 * Puts back what a run changed, in front of the user: shown first, asked for, done, and what was left named.
 */
import type { Left } from "@deputize/core/changes/Left"
import * as Undo from "@deputize/core/changes/Undo"
import type { RunId } from "@deputize/core/domain/Ids"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { environment } from "../config/Environment.ts"
import { recordFile } from "../config/RecordFile.ts"
import { ExitCode } from "../ExitCode.ts"
import { changesLayer, undoLayer } from "../layers.ts"
import { agentOf, changedRun, requireAgent } from "../record/ChangedRun.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { type UndoneFiles, undoJson, undoneSummary, undoneText } from "../render/UndoText.ts"
import { ask } from "../values/Ask.ts"
import { prepareRecord } from "../values/Record.ts"

export const undo = Effect.fn("undo")(function* (invocation: Invocation, workspace: string) {
  const output = yield* Output
  const request = yield* wantedChanges(invocation)
  const found = yield* Effect.provide(
    planned(invocation, workspace, request),
    changesLayer(workspace, recordFile(environment(), workspace))
  )
  const isDry = invocation.has("dry-run")
  const tell = Effect.fnUntraced(function* (run: RunId | null, files: UndoneFiles, number: number | null) {
    const about = { run, ...request, isDry, undo: number }
    yield* output.data.write(invocation.json ? jsonText(undoJson(about, files)) : undoneText(files, output.data.style))
    return codeOf(files.left)
  })
  if (found === null) return invocation.json ? yield* tell(null, nothing, null) : ExitCode.ok
  const { plan, run } = found
  const note = (text: string) => (invocation.quiet ? Effect.void : output.notes.write(text))
  if (plan.acts.length === 0 && plan.folders.length === 0) {
    yield* note(plan.left.length > 0 ? `run ${run}: nothing can be put back\n` : nothingText(run, request.redo))
    return yield* tell(run, plan, null)
  }
  if (isDry) {
    yield* note(`run ${run}: this would be done; nothing was changed\n`)
    return yield* tell(run, plan, null)
  }
  if (!invocation.has("yes")) {
    if (!(yield* isWanted(run, plan))) {
      yield* note("nothing was changed\n")
      return ExitCode.ok
    }
  }
  const outcome = yield* Undo.undo({ run, ...request }, plan).pipe(
    Effect.provide(undoLayer(workspace, yield* prepareRecord(workspace))),
    Effect.catchTag("JournalError", (error) =>
      Effect.fail(error.reason._tag === "Held" ? usageError(error.message, error.hint) : error)
    )
  )
  const files = { acts: outcome.made, left: outcome.left, folders: outcome.folders }
  const code = yield* tell(run, files, outcome.undo)
  const again = request.redo ? "" : `; deputize undo ${run} --redo takes that back`
  yield* note(`run ${run}: ${undoneSummary(files, request.redo)}${again}\n`)
  return code
})

// internal

const nothing: UndoneFiles = { acts: [], left: [], folders: [] }

const codeOf = (left: ReadonlyArray<Left>): number => (left.length === 0 ? ExitCode.ok : ExitCode.partial)

const wantedChanges = Effect.fnUntraced(function* (invocation: Invocation) {
  const agent = yield* agentOf(invocation)
  const redo = invocation.has("redo")
  if (redo && agent !== null) {
    return yield* usageError(
      "--redo and --agent are both given",
      "An undo is taken back as a whole: leave --agent out."
    )
  }
  return { agent, redo }
})

/** The run, and what can be put back of it now; null where there is none. */
const planned = Effect.fnUntraced(function* (
  invocation: Invocation,
  workspace: string,
  request: Omit<Undo.UndoRequest, "run">
) {
  const summary = yield* changedRun(invocation, workspace)
  if (Option.isNone(summary)) return null
  const { run, standing } = summary.value
  if (standing === "held") {
    return yield* usageError(`run ${run} is still going`, `End it first: deputize stop ${run}`)
  }
  const { changes, plan } = yield* Undo.preview({ run, ...request }).pipe(
    Effect.catchTag("OtherWorkspace", ({ message, workspace }) =>
      Effect.fail(usageError(message, `Name its workspace: -C ${workspace}`))
    )
  )
  yield* requireAgent(changes, request.agent)
  return { run, plan }
})

const nothingText = (run: RunId, redo: boolean): string =>
  redo
    ? `run ${run}: there is no undo that is not taken back already\n`
    : `run ${run}: there is nothing to put back, its files are as they were before\n`

/** Asks on a terminal; elsewhere it has to be said with the command. */
const isWanted = Effect.fnUntraced(function* (run: RunId, plan: UndoneFiles) {
  const { notes } = yield* Output
  if (!notes.isTerminal || process.stdin.isTTY !== true) {
    return yield* usageError(
      "undo changes files, and nobody can be asked here",
      "Add --yes, or --dry-run to see what it would do."
    )
  }
  yield* notes.write(`run ${run}:\n${undoneText(plan, notes.style)}do it? [y/N] `)
  return /^y(es)?$/i.test((yield* ask).trim())
})
