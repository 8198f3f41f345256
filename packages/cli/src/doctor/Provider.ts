/**
 * The configuration, the provider that it leads to, and whether somebody answers there.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { userConfigFile } from "../config/ConfigPlaces.ts"
import type { Environment } from "../config/Environment.ts"
import { loadConfiguration } from "../config/LoadConfiguration.ts"
import { chooseProvider, type Provider } from "../config/Provider.ts"
import type { Flags } from "../config/Setting.ts"
import type { Finding } from "../render/Doctor.ts"
import { ok, problem, warning } from "./Finding.ts"
import { reach, stopFor } from "./Reach.ts"

export const providerFindings = Effect.fnUntraced(function* (
  surroundings: Environment,
  workspace: string
): Effect.fn.Return<ReadonlyArray<Finding>> {
  const read = yield* Effect.result(loadConfiguration({ surroundings, workspace, flags: noFlags, isTrusted: false }))
  if (Result.isFailure(read)) return [problem("config", read.failure.message, read.failure.hint)]
  const { files, warnings } = read.success
  const config = files.length === 0 ? ok("config", noFile(surroundings)) : ok("config", files.join(", "))
  const remarks = warnings.map((text) => warning("config", text, "Mend or remove it: it has no effect."))
  const { variables } = surroundings
  const chosen = chooseProvider({ variables, configuration: read.success, parallelism: 1 })
  return [config, ...remarks, ...(yield* providerFinding(chosen))]
})

// internal

const noFlags: Flags = { has: () => false, value: () => undefined, all: () => [] }

const noFile = (surroundings: Environment): string => {
  const file = userConfigFile(surroundings)
  return file === undefined ? "no file, and no home folder for one" : `no file; ${file} would be read`
}

const providerFinding = Effect.fnUntraced(function* (
  chosen: ReturnType<typeof chooseProvider>
): Effect.fn.Return<ReadonlyArray<Finding>> {
  if (Result.isFailure(chosen)) return [problem("provider", chosen.failure.message, chosen.failure.hint)]
  const provider: Provider = chosen.success
  const found = ok("provider", provider.lines.join("; "))
  if (provider._tag === "Offline") return [found]
  const { settings } = provider
  const { apiKey, keyVariable } = settings
  const key =
    keyVariable === ""
      ? ok("key", "the provider needs none")
      : ok("key", apiKey === undefined ? `${keyVariable} is not set, and not needed` : `${keyVariable} is set`)
  const stop = stopFor(settings.baseUrl, settings.proxyVariables ?? {})
  const failure = yield* reach(stop)
  const what = `${stop.host} port ${stop.port}${stop.isProxy ? ", the proxy," : ""}`
  return [
    found,
    key,
    failure === null
      ? ok("connection", `${what} answers`)
      : problem("connection", `${what} cannot be reached: ${failure.what}`, failure.next)
  ]
})
