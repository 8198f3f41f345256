/**
 * How `config.yaml` is written: which keys there are, and what is wrong with a file that has others.
 */
import { DefinitionError } from "@deputize/core/definition/DefinitionError"
import { readText } from "@deputize/core/definition/DefinitionFile"
import { type Fields, YamlFile } from "@deputize/core/definition/formats/YamlFile"
import type { Price } from "@deputize/core/domain/Price"
import * as Effect from "effect/Effect"
import type { NamedProvider, UserConfig } from "./UserConfig.ts"

/** Fails with `FILE:LINE:COL` of what cannot be read. */
export const readConfig = (file: string): Effect.Effect<UserConfig, DefinitionError> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(parseConfig(file, readText(file, file, undefined)))
    } catch (error) {
      return error instanceof DefinitionError ? Effect.fail(error) : Effect.die(error)
    }
  })

/** Throws DefinitionError. */
export const parseConfig = (file: string, text: string): UserConfig => {
  const yaml = new YamlFile(file, text)
  const { root } = yaml
  yaml.warnUnknown(root, ["provider", "model", "providers", "prices"])
  const providers = yaml.mapping(root, "providers")
  const named = providers === undefined ? [] : names(providers).map((name) => provider(yaml, providers, name))
  return {
    files: [file],
    provider: yaml.text(root, "provider"),
    model: yaml.text(root, "model"),
    providers: named,
    prices: prices(yaml, root),
    warnings: yaml.warnings.map(({ column, field, line, problem }) => `${file}:${line}:${column}: ${field}: ${problem}`)
  }
}

// internal

const wires = ["responses", "chat"] as const
const capFields = ["max_output_tokens", "max_completion_tokens", "max_tokens"] as const
const reservedNames = ["offline", "openai", "openai-chat"]

const providerKeys = [
  "base_url",
  "wire_api",
  "env_key",
  "env_key_instructions",
  "requires_auth",
  "http_headers",
  "env_http_headers",
  "query_params",
  "model",
  "max_tokens_field",
  "context_window",
  "request_max_retries",
  "stream_max_retries",
  "stream_idle_timeout_ms",
  "prices"
]

const provider = (yaml: YamlFile, parent: Fields, name: string): NamedProvider => {
  const fields = yaml.mapping(parent, name)
  if (fields === undefined || reservedNames.includes(name)) {
    throw yaml.errorAt(
      parent,
      name,
      reservedNames.includes(name) ? "is the name of a built-in provider" : "has no settings",
      "Choose another name and give it a base_url."
    )
  }
  yaml.warnUnknown(fields, providerKeys)
  const baseUrl = yaml.text(fields, "base_url")
  if (baseUrl === undefined || !isWebAddress(baseUrl)) throw yaml.wrong(fields, "base_url", "an http or https URL")
  const envKey = yaml.text(fields, "env_key")
  return {
    name,
    baseUrl: baseUrl.replace(/\/+$/, ""),
    wire: yaml.oneOf(fields, "wire_api", wires) ?? "chat",
    envKey,
    envKeyInstructions: yaml.text(fields, "env_key_instructions"),
    requiresAuth: yaml.bool(fields, "requires_auth") ?? envKey !== undefined,
    headers: texts(yaml, fields, "http_headers"),
    envHeaders: texts(yaml, fields, "env_http_headers"),
    query: texts(yaml, fields, "query_params"),
    model: yaml.text(fields, "model"),
    maxTokensField: yaml.oneOf(fields, "max_tokens_field", capFields),
    contextWindow: yaml.count(fields, "context_window"),
    requestRetries: retries(yaml, fields, "request_max_retries"),
    streamRetries: retries(yaml, fields, "stream_max_retries"),
    idleTimeoutMs: yaml.count(fields, "stream_idle_timeout_ms"),
    prices: prices(yaml, fields)
  }
}

const names = ({ node }: Fields): ReadonlyArray<string> => node.items.map((pair) => String(pair.key))

const isWebAddress = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.protocol === "http:" || url?.protocol === "https:"
}

const texts = (yaml: YamlFile, parent: Fields, key: string): Record<string, string> => {
  const fields = yaml.mapping(parent, key)
  return fields === undefined
    ? {}
    : Object.fromEntries(names(fields).map((name) => [name, yaml.text(fields, name) ?? ""]))
}

const retries = (yaml: YamlFile, fields: Fields, key: string): number | undefined => {
  const text = yaml.text(fields, key)
  if (text === undefined) return undefined
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw yaml.wrong(fields, key, "a whole number from 0 to 999")
}

/** `MODEL: {input: 1.25, cached: 0.125, output: 10}`, US dollars for a million tokens; cached costs as input if left out. */
const prices = (yaml: YamlFile, parent: Fields): Record<string, Price> => {
  const fields = yaml.mapping(parent, "prices")
  if (fields === undefined) return {}
  return Object.fromEntries(
    names(fields).map((model) => {
      const price = yaml.mapping(fields, model)
      if (price === undefined) throw yaml.wrong(fields, model, "input, cached and output in US dollars")
      yaml.warnUnknown(price, ["input", "cached", "output"])
      const input = dollars(yaml, price, "input")
      return [
        model,
        {
          input,
          cached: yaml.has(price, "cached") ? dollars(yaml, price, "cached") : input,
          output: dollars(yaml, price, "output")
        }
      ]
    })
  )
}

const dollars = (yaml: YamlFile, fields: Fields, key: string): number => {
  const text = yaml.text(fields, key)
  const value = text === undefined ? Number.NaN : Number(text)
  if (Number.isFinite(value) && value >= 0) return value
  throw yaml.wrong(fields, key, "US dollars for a million tokens, such as 1.25")
}
