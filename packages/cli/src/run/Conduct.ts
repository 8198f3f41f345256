/**
 * Runs an assignment in front of the user: the checks that can still refuse it, header, progress, result, exit code.
 */
import { findSkills } from "@deputize/core/definition/Skills"
import { resultJson } from "@deputize/core/runtime/ResultJson"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { Runtime } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Result from "effect/Result"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { type ConfigurationFacts, readConfiguration } from "../config/Configuration.ts"
import { checkEnvironment, environment } from "../config/Environment.ts"
import { chooseProvider, type Provider } from "../config/Provider.ts"
import { within } from "../config/Within.ts"
import { exitCodeOfRun } from "../ExitCode.ts"
import { runtimeLayer } from "../layers.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { errorsText, headerText } from "../render/Text.ts"
import { type OutFile, prepareOutFile } from "../values/OutFile.ts"
import { prepareRecord } from "../values/Record.ts"
import { type Assignment, limitWords } from "./Assignment.ts"
import { dryRun } from "./DryRun.ts"
import { parallelismOf, teamWords } from "./Nesting.ts"
import { warn } from "./Warn.ts"
import { nothingShown, type Shown, watch, writeResult } from "./Watch.ts"

/** The result as text: what is data, and what is said beside it. */
export type Present = (
  result: RunResult,
  out: string | undefined,
  output: Output["Service"]
) => { readonly data: string; readonly notes: string }

interface Manner {
  /** The run has one answer, which a terminal sees as it comes; `present` gives the same text as its data. */
  readonly streamsAnswer: boolean
}

export const conduct = Effect.fn("conduct")(function* (
  invocation: Invocation,
  assignment: Assignment,
  present: Present,
  manner: Manner = { streamsAnswer: false }
) {
  const name = invocation.value("out")
  const out = name === undefined ? undefined : yield* prepareOutFile(name)
  const configuration = yield* readConfiguration
  const { caps, request: limited } = within(configuration, assignment.request)
  const { workspace } = limited
  const { variables } = environment()
  const provider = yield* Effect.fromResult(
    chooseProvider({ variables, configuration, parallelism: parallelismOf(limited) })
  )
  if (provider._tag === "Offline" && invocation.has("output-schema")) return yield* needsModel
  const record = yield* prepareRecord(workspace)
  const checks = { commands: limited.checks?.commands ?? [], environment: checkEnvironment(keysOf(configuration)) }
  const request = { ...limited, checks }
  const capped = limitWords(caps).join(", ")
  const budget = `${assignment.budget}${capped === "" ? "" : `; ${capped} for the whole run, as configured`}`
  const conducted = Effect.gen(function* () {
    const warnings = [...configuration.warnings, ...assignment.warnings, ...(yield* findSkills).warnings]
    const warned = { budget, request, warnings }
    return yield* invocation.has("dry-run")
      ? dryRun(invocation, warned)
      : runInFront(invocation, warned, present, manner, { provider, record }, out)
  })
  return yield* Effect.provide(conducted, runtimeLayer(workspace, record, provider, invocation.value("agent-file")))
}, Effect.scoped)

// internal

const needsModel = usageError(
  "--output-schema needs a language model, and the provider is offline, which quotes the workspace as text",
  "Set OPENAI_API_KEY or choose a provider with --provider, or leave --output-schema out."
)

/** The variables that hold keys of providers, whichever of them was chosen. */
const keysOf = ({ providers }: Pick<ConfigurationFacts, "providers">): ReadonlyArray<string> => [
  "OPENAI_API_KEY",
  ...providers.flatMap(({ envHeaders, envKey }) => [
    ...(envKey === undefined ? [] : [envKey]),
    ...Object.values(envHeaders)
  ])
]

const runInFront = Effect.fnUntraced(function* (
  invocation: Invocation,
  { budget, request, warnings }: Assignment,
  present: Present,
  manner: Manner,
  { provider, record }: { readonly provider: Provider; readonly record: string },
  out: OutFile | undefined
) {
  const output = yield* Output
  const note = (text: string) => (invocation.quiet ? Effect.void : output.notes.write(text))
  const deliver = Effect.fnUntraced(function* (result: RunResult, shown: Shown) {
    const json = jsonText(resultJson(result))
    const written = yield* Effect.result(out?.write(json) ?? Effect.void)
    const { data, notes } = present(result, Result.isSuccess(written) ? out?.name : undefined, output)
    yield* writeResult(invocation, shown, result, { data, json })
    yield* output.notes.write(invocation.quiet ? errorsText(result) : notes)
    // Only now: a file that cannot be written must not cost the user the answer.
    yield* Effect.fromResult(written)
  })

  const handle = yield* (yield* Runtime).start(request)
  const { lines } = provider
  const team = teamWords(request)
  const header = { run: handle.run, workspace: request.workspace, provider: lines, budget, team, record }
  yield* note(headerText(header, output.notes.style))
  yield* warn(invocation, warnings)
  const watcher = yield* watch(handle, invocation, manner).pipe(Effect.forkScoped({ startImmediately: true }))
  // Interrupted, it still delivers: what the agents had until then is the user's.
  const result = yield* handle.wait.pipe(
    Effect.onInterrupt(() =>
      Effect.gen(function* () {
        const result = yield* handle.cancel
        const exit = yield* Fiber.await(watcher)
        yield* deliver(result, Exit.isSuccess(exit) ? exit.value : nothingShown)
      }).pipe(Effect.ignore)
    )
  )
  yield* deliver(result, yield* Fiber.join(watcher))
  return exitCodeOfRun(result)
})
