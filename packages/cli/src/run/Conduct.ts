/**
 * Runs an assignment in front of the user: the checks that can still refuse it, header, progress, result, exit code.
 */
import { resultJson } from "@deputize/core/runtime/ResultJson"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { type RunHandle, Runtime } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import * as Stream from "effect/Stream"
import type { Invocation } from "../command/Invocation.ts"
import { environment } from "../config/Environment.ts"
import { exitCodeOfRun } from "../ExitCode.ts"
import { runtimeLayer } from "../layers.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { advance, noProgress } from "../render/Progress.ts"
import { errorsText, headerText } from "../render/Text.ts"
import { visible } from "../render/Width.ts"
import { type OutFile, prepareOutFile } from "../values/OutFile.ts"
import { providerLines } from "../values/Provider.ts"
import { prepareRecord } from "../values/Record.ts"
import type { Assignment } from "./Assignment.ts"

/** The result as text: what is data, and what is said beside it. */
export type Present = (
  result: RunResult,
  out: string | undefined,
  output: Output["Service"]
) => { readonly data: string; readonly notes: string }

export const conduct = Effect.fn("conduct")(function* (
  invocation: Invocation,
  assignment: Assignment,
  present: Present
) {
  const name = invocation.value("out")
  const out = name === undefined ? undefined : yield* prepareOutFile(name)
  const { workspace } = assignment.request
  const provider = yield* Effect.fromResult(providerLines(environment()))
  const record = yield* prepareRecord(workspace)
  return yield* runInFront(invocation, assignment, present, { provider, record }, out).pipe(
    Effect.provide(runtimeLayer(workspace, record))
  )
}, Effect.scoped)

// internal

const runInFront = Effect.fnUntraced(function* (
  invocation: Invocation,
  { budget, request, warnings }: Assignment,
  present: Present,
  { provider, record }: { readonly provider: ReadonlyArray<string>; readonly record: string },
  out: OutFile | undefined
) {
  const output = yield* Output
  const note = (text: string) => (invocation.quiet ? Effect.void : output.notes.write(text))
  const deliver = Effect.fnUntraced(function* (result: RunResult) {
    const json = jsonText(resultJson(result))
    const written = yield* Effect.result(out?.write(json) ?? Effect.void)
    const { data, notes } = present(result, Result.isSuccess(written) ? out?.name : undefined, output)
    yield* output.data.write(invocation.json ? json : data)
    yield* output.notes.write(invocation.quiet ? errorsText(result) : notes)
    // Only now: a file that cannot be written must not cost the user the answer.
    yield* Effect.fromResult(written)
  })

  const handle = yield* (yield* Runtime).start(request)
  yield* note(
    headerText({ run: handle.run, workspace: request.workspace, provider, budget, record }, output.notes.style)
  )
  yield* Effect.forEach(warnings, (warning) =>
    note(`${output.notes.style.paint("yellow", "warning")}: ${visible(warning)}\n`)
  )
  const watcher = yield* watch(handle, note).pipe(Effect.forkScoped({ startImmediately: true }))
  // Interrupted, it still delivers: what the agents had until then is the user's.
  const result = yield* handle.wait.pipe(
    Effect.onInterrupt(() => Effect.ignore(Effect.flatMap(handle.cancel, deliver)))
  )
  yield* Fiber.join(watcher)
  yield* deliver(result)
  return exitCodeOfRun(result)
})

const watch = (handle: RunHandle, note: (text: string) => Effect.Effect<void>) =>
  Stream.runFoldEffect(
    handle.events,
    () => noProgress,
    (progress, event) => {
      const next = advance(progress, event)
      return Effect.as(next.lines.length === 0 ? Effect.void : note(`${next.lines.join("\n")}\n`), next.progress)
    }
  )
