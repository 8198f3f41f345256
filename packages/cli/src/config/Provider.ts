/**
 * Which provider and model answer, why they were chosen, and what the header says about them. Pure.
 */
import type { Price } from "@deputize/core/domain/Price"
import { defaultModel } from "@deputize/core/model/ModelCatalog"
import type { ProviderSettings } from "@deputize/core/model/openai/ProviderSettings"
import * as Result from "effect/Result"
import { ConfigError } from "./ConfigError.ts"
import type { Environment } from "./Environment.ts"
import type { NamedProvider, UserConfig } from "./UserConfig.ts"

export type Provider =
  | { readonly _tag: "Offline"; readonly lines: ReadonlyArray<string> }
  | {
      readonly _tag: "OpenAi"
      readonly settings: ProviderSettings & { readonly model: string }
      readonly lines: ReadonlyArray<string>
    }

/** What the command line says itself; it comes before everything else. */
export interface ProviderFlags {
  readonly provider: string | undefined
  readonly model: string | undefined
}

type Sources = Pick<Environment, "variables"> & {
  readonly config: UserConfig
  readonly flags: ProviderFlags
  /** Requests at once, as long as the provider says nothing against it. */
  readonly parallelism: number
}

/** By the flag, DEPUTIZE_PROVIDER, the configuration, a key that is set; else offline. */
export const chooseProvider = (sources: Sources): Result.Result<Provider, ConfigError> => {
  const { name, why } = chosen(sources)
  if (name === "offline") return Result.succeed({ _tag: "Offline", lines: offlineLines(why) })
  const known = knownProvider(name, sources)
  if (known === undefined) {
    const names = ["offline", "openai", "openai-chat", ...sources.config.providers.map((each) => each.name)]
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

// internal

const defaultBaseUrl = "https://api.openai.com/v1"
const defaultKey = "OPENAI_API_KEY"
const defaultIdleMs = 300_000

const chosen = ({ config, flags, variables }: Sources): { readonly name: string; readonly why: string } => {
  const { DEPUTIZE_PROVIDER: asked = "", OPENAI_API_KEY: key = "" } = variables
  if (flags.provider !== undefined) return { name: flags.provider, why: "chosen by --provider" }
  if (asked !== "") return { name: asked, why: "chosen by DEPUTIZE_PROVIDER" }
  if (config.provider !== undefined) return { name: config.provider, why: `chosen in ${config.files.join(", ")}` }
  if (key !== "") return { name: "openai", why: "chosen because OPENAI_API_KEY is set" }
  return { name: "offline", why: "chosen because no provider is set up: set OPENAI_API_KEY, or --provider" }
}

const offlineLines = (why: string): ReadonlyArray<string> => [
  "offline, evidence-only: searches and quotes the workspace, no language model takes part",
  why
]

const knownProvider = (name: string, { config, variables }: Sources): NamedProvider | undefined => {
  if (name !== "openai" && name !== "openai-chat") return config.providers.find((each) => each.name === name)
  const { OPENAI_BASE_URL: base = "" } = variables
  return {
    ...bare,
    name,
    baseUrl: (base === "" ? defaultBaseUrl : base).replace(/\/+$/, ""),
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
  { config, flags, parallelism, variables }: Sources
): Result.Result<ProviderSettings & { readonly model: string }, ConfigError> => {
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
  const { DEPUTIZE_MODEL: asked = "" } = variables
  const isOpenAi = name === "openai" || name === "openai-chat"
  const model =
    flags.model ??
    (asked === "" ? undefined : asked) ??
    config.model ??
    provider.model ??
    (isOpenAi ? defaultModel : undefined)
  if (model === undefined) {
    return Result.fail(configError(`${name} has no model to use`, "Name one with -m, or as `model` of the provider."))
  }
  const prices: Record<string, Price> = { ...config.prices, ...provider.prices }
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
    maxTokensField: provider.maxTokensField ?? capField(provider),
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

/** The newer name of the cap is what OpenAI and Azure take; other servers mostly know the older one. */
const capField = ({ baseUrl, wire }: NamedProvider): ProviderSettings["maxTokensField"] => {
  if (wire === "responses") return "max_output_tokens"
  return /(^|\.)(openai\.com|azure\.com)$/.test(new URL(baseUrl).hostname) ? "max_completion_tokens" : "max_tokens"
}

const fromVariables = (
  headers: Readonly<Record<string, string>>,
  variables: Environment["variables"]
): Record<string, string> =>
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
const proxyVariables = (variables: Environment["variables"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) =>
      value !== undefined && value !== "" && /^(https?|no|all)_proxy$/i.test(name) ? [[name, value]] : []
    )
  )
