/**
 * `agent-create`: what can refuse the whole is looked at before anything is paid, then it runs in front of the user.
 */
import { findSkills } from "@deputize/core/definition/Skills"
import { authorRun, type CreateRequest, wholeForecast, wholeLimits } from "@deputize/core/generate/Creation"
import { checkFolder } from "@deputize/core/generate/SavePlace"
import { Runtime } from "@deputize/core/runtime/Runtime"
import * as Effect from "effect/Effect"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import { readConfiguration } from "../config/Configuration.ts"
import { environment } from "../config/Environment.ts"
import { chooseProvider } from "../config/Provider.ts"
import { within } from "../config/Within.ts"
import { ExitCode } from "../ExitCode.ts"
import { runtimeLayer } from "../layers.ts"
import { plannedText } from "../render/Created.ts"
import { forecastJson, forecastText } from "../render/Forecast.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { prepareOutFile } from "../values/OutFile.ts"
import { prepareRecord } from "../values/Record.ts"
import type { Workspace } from "../values/Workspace.ts"
import { createInFront } from "./CreateInFront.ts"
import type { CreateAssignment } from "./CreateRequest.ts"
import { warn } from "./Warn.ts"

export const create = Effect.fn("create")(function* (
  invocation: Invocation,
  { root }: Workspace,
  assignment: CreateAssignment
) {
  const name = invocation.value("out")
  const out = name === undefined ? undefined : yield* prepareOutFile(name)
  const configuration = yield* readConfiguration
  const asked: CreateRequest = { ...assignment.request, limits: wholeLimits(assignment.request) }
  const { request } = within(configuration, asked)
  const { variables } = environment()
  const provider = yield* Effect.fromResult(chooseProvider({ variables, configuration, parallelism: 1 }))
  const record = yield* prepareRecord(root)
  const run = Effect.gen(function* () {
    if (assignment.folder !== null) {
      yield* Effect.mapError(checkFolder(assignment.folder), ({ hint, message }) => usageError(message, hint))
    }
    const warnings = [...configuration.warnings, ...(yield* findSkills).warnings]
    if (!invocation.has("dry-run")) {
      return yield* createInFront(invocation, { ...assignment, request }, { provider, record, out, warnings })
    }
    yield* warn(invocation, warnings)
    return yield* planned(invocation, request)
  })
  return yield* Effect.provide(run, runtimeLayer(root, record, provider))
}, Effect.scoped)

// internal

/** What is known before there is a definition: what its writing costs, and what both can cost. */
const planned = Effect.fnUntraced(function* (invocation: Invocation, request: CreateRequest) {
  const { data } = yield* Output
  const forecast = wholeForecast(yield* (yield* Runtime).forecast(authorRun(request)), request.limits)
  yield* data.write(
    invocation.json
      ? jsonText({ ...forecastJson(forecast), allowed: request.allowed })
      : forecastText(forecast, null, data.style) + plannedText(request.allowed, data.style)
  )
  return ExitCode.ok
})
