/**
 * Conducts an assignment: the checks that can still refuse it, then the run in front of the user, or its forecast.
 */
import { findSkills } from "@deputize/core/definition/Skills"
import { Runtime } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { readConfiguration } from "../config/Configuration.ts"
import { checkEnvironment, environment } from "../config/Environment.ts"
import { chooseProvider, keyVariables } from "../config/Provider.ts"
import { within } from "../config/Within.ts"
import { runtimeLayer } from "../layers.ts"
import { recordOf } from "../record/Runs.ts"
import { prepareOutFile } from "../values/OutFile.ts"
import { prepareRecord } from "../values/Record.ts"
import { type Assignment, limitWords } from "./Assignment.ts"
import type { Present } from "./Deliver.ts"
import { dryRun } from "./DryRun.ts"
import { inFront } from "./InFront.ts"
import { treesOf } from "./Isolation.ts"
import { parallelismOf, teamWords } from "./Nesting.ts"
import { takeUp } from "./TakeUp.ts"
import { unfinished } from "./Unfinished.ts"

export const conduct = Effect.fn("conduct")(function* (
  invocation: Invocation,
  assignment: Assignment,
  present: Present,
  manner: { readonly streamsAnswer: boolean } = { streamsAnswer: false }
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
  const checks = {
    commands: limited.checks?.commands ?? [],
    environment: checkEnvironment(keyVariables(configuration))
  }
  const request = { ...limited, ...treesOf(configuration), checks }
  const before = invocation.has("resume")
    ? yield* Effect.provide(unfinished(invocation.value("resume") ?? "", request), recordOf(workspace))
    : { run: undefined, warnings: [] }
  const isForecast = invocation.has("dry-run")
  if (before.run !== undefined && !isForecast) return yield* takeUp(invocation, workspace, { wanted: before.run })
  const capped = limitWords(caps).join(", ")
  const budget = `${assignment.budget}${capped === "" ? "" : `; ${capped} for the whole run, as configured`}`
  const conducted = Effect.gen(function* () {
    const warnings = [
      ...configuration.warnings,
      ...before.warnings,
      ...(before.run === undefined ? [] : [wouldGoOn(before.run)]),
      ...assignment.warnings,
      ...(yield* findSkills).warnings
    ]
    const warned = { budget, request, warnings }
    const { lines } = provider
    const header = { workspace, provider: lines, budget, team: teamWords(request), record }
    return yield* isForecast
      ? dryRun(invocation, warned)
      : inFront(invocation, (yield* Runtime).start(request), { header, warnings }, { present, out, ...manner })
  })
  return yield* Effect.provide(conducted, runtimeLayer(workspace, record, provider, invocation.value("agent-file")))
}, Effect.scoped)

// internal

const wouldGoOn = (run: string): string =>
  `without --dry-run, run ${run} goes on where it stood; this is the forecast of a run from the beginning`

const needsModel = usageError(
  "--output-schema needs a language model, and the provider is offline, which quotes the workspace as text",
  "Set OPENAI_API_KEY or choose a provider with --provider, or leave --output-schema out."
)
