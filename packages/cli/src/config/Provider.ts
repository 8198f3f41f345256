/**
 * Which provider and model answer, why they were chosen, and what the header says about them. Pure.
 */
import type { Price } from "@deputize/core/domain/Price"
import { defaultModel } from "@deputize/core/model/ModelCatalog"
import { capField, type ProviderSettings } from "@deputize/core/model/openai/ProviderSettings"
import * as Result from "effect/Result"
import { ConfigError } from "./ConfigError.ts"
import type { ConfigurationFacts } from "./Configuration.ts"
import { builtInProviders, type NamedProvider } from "./NamedProvider.ts"
import type { Variables } from "./Setting.ts"
import { type Said, sourceText } from "./Source.ts"

export type Provider =
  | { readonly _tag: "Offline"; readonly lines: ReadonlyArray<string> }
  | {
      readonly _tag: "OpenAi"
      readonly settings: ProviderSettings & { readonly model: string }
      readonly lines: ReadonlyArray<string>
    }

interface Sources {
  readonly variables: Variables
  readonly configuration: Pick<ConfigurationFacts, "settings" | "providers" | "prices" | "leaves">
  /** Requests at once, as long as the provider says nothing against it. */
  readonly parallelism: number
  /** Of the run that is taken up again: it goes on with what it was begun with, unless a flag names another. */
  readonly begun?: Begun
}

export interface Begun {
  readonly run: string
  readonly provider: string
  readonly model: string
}

/** By what is set, else by a key that is there; else offline. */
export const chooseProvider = (sources: Sources): Result.Result<Provider, ConfigError> => {
  const chosen = providerName(sources)
  const { value: name } = chosen
  const why = reasonFor(chosen)
  if (name === "offline") return Result.succeed({ _tag: "Offline", lines: offlineLines(why) })
  const known = knownProvider(name, sources)
  if (known === undefined) {
    const names = [...builtInProviders, ...sources.configuration.providers.map((each) => each.name)]
    return Result.fail(
      configError(
        `there is no provider ${JSON.stringify(name)} (${why})`,
        `There are ${names.join(", ")}; config.yaml can name others.`
      )
    )
  }
  return Result.map(settingsOf(known, sources), (settings) => ({
    _tag: "OpenAi",
    settings,
    lines: [
      `${settings.name}, ${settings.model} by the ${settings.wire === "chat" ? "Chat Completions" : "Responses"} API at ${hostOf(settings.baseUrl)}`,
      why
    ]
  }))
}

/** The provider's name, and what it is chosen by. */
export const providerName = ({ begun, configuration, variables }: Omit<Sources, "parallelism">): Said<string> => {
  const { source, value } = configuration.settings.provider
  if (begun !== undefined && source._tag !== "Flag") {
    return { value: begun.provider, source: { _tag: "Record", run: begun.run } }
  }
  if (value !== undefined) return { value, source }
  return (variables[defaultKey] ?? "") === ""
    ? { value: "offline", source: { _tag: "Default" } }
    : { value: "openai", source: { _tag: "Variable", name: defaultKey } }
}

/** The model of agents whose definition names none; undefined where nothing names one. */
export const modelName = (sources: Omit<Sources, "parallelism">): Said<string> | undefined => {
  const { leaves, settings } = sources.configuration
  const { source, value } = settings.model
  const { begun } = sources
  if (begun !== undefined && source._tag !== "Flag" && providerName(sources).value === begun.provider) {
    return { value: begun.model, source: { _tag: "Record", run: begun.run } }
  }
  if (value !== undefined) return { value, source }
  const { value: name } = providerName(sources)
  if (name === "openai" || name === "openai-chat") return { value: defaultModel, source: { _tag: "Default" } }
  const { model } = knownProvider(name, sources) ?? {}
  const said = leaves.find(({ key }) => key === `providers.${name}.model`)?.source
  return model === undefined ? undefined : { value: model, source: said ?? { _tag: "Default" } }
}

/** Where OpenAI's API is. */
export const openAiBaseUrl = ({ OPENAI_BASE_URL = "" }: Variables): Said<string> =>
  OPENAI_BASE_URL === ""
    ? { value: "https://api.openai.com/v1", source: { _tag: "Default" } }
    : { value: OPENAI_BASE_URL.replace(/\/+$/, ""), source: { _tag: "Variable", name: "OPENAI_BASE_URL" } }

export const defaultKey = "OPENAI_API_KEY"

/** The variables that hold keys of providers, whichever of them was chosen. */
export const keyVariables = ({ providers }: Pick<ConfigurationFacts, "providers">): ReadonlyArray<string> => [
  defaultKey,
  ...providers.flatMap(({ envHeaders, envKey }) => [
    ...(envKey === undefined ? [] : [envKey]),
    ...Object.values(envHeaders)
  ])
]

// internal

const defaultIdleMs = 300_000

const reasonFor = ({ source }: Said<string>): string => {
  switch (source._tag) {
    case "Default":
      return `chosen because no provider is set up: set ${defaultKey}, or --provider`
    case "File":
      return `chosen in ${source.file}`
    case "Variable":
      return source.name === defaultKey ? `chosen because ${defaultKey} is set` : `chosen by ${source.name}`
    case "Flag":
      return `chosen by ${sourceText(source)}`
    case "Record":
      return `as when ${sourceText(source)} was begun`
  }
}

const offlineLines = (why: string): ReadonlyArray<string> => [
  "offline, evidence-only: searches and quotes the workspace, no language model takes part",
  why
]

const knownProvider = (
  name: string,
  { configuration, variables }: Omit<Sources, "parallelism">
): NamedProvider | undefined => {
  if (name !== "openai" && name !== "openai-chat") return configuration.providers.find((each) => each.name === name)
  const { source, value } = openAiBaseUrl(variables)
  return {
    ...bare,
    name,
    source,
    baseUrl: value,
    wire: name === "openai" ? "responses" : "chat",
    envKey: defaultKey,
    envKeyInstructions: "Make a key at https://platform.openai.com/api-keys and set OPENAI_API_KEY to it.",
    requiresAuth: true
  }
}

const bare = {
  headers: {},
  envHeaders: {},
  query: {},
  model: undefined,
  maxTokensField: undefined,
  contextWindow: undefined,
  requestRetries: undefined,
  streamRetries: undefined,
  idleTimeoutMs: undefined,
  prices: {}
} as const

const settingsOf = (
  provider: NamedProvider,
  sources: Sources
): Result.Result<ProviderSettings & { readonly model: string }, ConfigError> => {
  const { configuration, parallelism, variables } = sources
  const { baseUrl, envKey, envKeyInstructions, name, requiresAuth, wire } = provider
  if (!URL.canParse(baseUrl)) {
    return Result.fail(configError(`OPENAI_BASE_URL is "${baseUrl}", which is no URL`, "Write http://HOST:PORT/v1."))
  }
  const key = envKey === undefined ? "" : (variables[envKey] ?? "")
  if (requiresAuth && key === "") {
    const variable = envKey ?? "the provider's env_key"
    const how = envKeyInstructions ?? `Set ${variable} to a key of ${name}.`
    return Result.fail(
      configError(`${name} needs a key: ${variable} is not set`, `${how} --provider offline needs none.`)
    )
  }
  const model = modelName(sources)?.value
  if (model === undefined) {
    return Result.fail(configError(`${name} has no model to use`, "Name one with -m, or as `model` of the provider."))
  }
  const prices: Record<string, Price> = { ...configuration.prices, ...provider.prices }
  return Result.succeed({
    name,
    baseUrl,
    wire,
    apiKey: key === "" ? undefined : key,
    keyVariable: envKey ?? "",
    keyInstructions: envKeyInstructions ?? "",
    headers: { ...provider.headers, ...fromVariables(provider.envHeaders, variables) },
    query: provider.query,
    requiresAuth,
    model,
    maxTokensField: provider.maxTokensField ?? capField(baseUrl, wire),
    ...(provider.contextWindow === undefined ? {} : { contextWindow: provider.contextWindow }),
    prices,
    idleTimeoutMs: provider.idleTimeoutMs ?? defaultIdleMs,
    retries: {
      ...(provider.requestRetries === undefined ? {} : { request: provider.requestRetries }),
      ...(provider.streamRetries === undefined ? {} : { stream: provider.streamRetries })
    },
    parallelism,
    proxyVariables: proxyVariables(variables)
  })
}

const fromVariables = (headers: Readonly<Record<string, string>>, variables: Variables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, variable]) => {
      const value = variables[variable]
      return value === undefined || value === "" ? [] : [[name, value]]
    })
  )

const hostOf = (url: string): string => {
  const { host, pathname, protocol } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

const configError = (what: string, instead: string): ConfigError => new ConfigError({ what, instead })

/** HTTP_PROXY and the like, in capitals or not. */
const proxyVariables = (variables: Variables): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value !== undefined && value !== "" && /^(https?|no|all)_proxy$/i.test(name) ? [[name, value]] : []
    )
  )
