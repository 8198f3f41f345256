import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { parseConfig } from "../../src/config/ConfigFile.ts"
import { chooseProvider, type ProviderFlags } from "../../src/config/Provider.ts"
import type { UserConfig } from "../../src/config/UserConfig.ts"

const none: UserConfig = { files: [], provider: undefined, model: undefined, providers: [], prices: {}, warnings: [] }
const choose = (
  variables: Readonly<Record<string, string>>,
  config: UserConfig = none,
  flags: Partial<ProviderFlags> = {}
) => chooseProvider({ variables, config, flags: { provider: undefined, model: undefined, ...flags }, parallelism: 4 })

/** Name, wire, address, model and cap of what was chosen; `offline`; or what is wrong. */
const told = (chosen: ReturnType<typeof choose>): string => {
  if (Result.isFailure(chosen)) return chosen.failure.message
  if (chosen.success._tag === "Offline") return "offline"
  const { baseUrl, maxTokensField, model, name, wire } = chosen.success.settings
  return [name, wire, baseUrl, model, maxTokensField].join(" ")
}

const file = `
provider: local
model: some-model
prices: { some-model: { input: 1, output: 4 } }
providers:
  local:
    base_url: http://127.0.0.1:11434/v1/
    request_max_retries: 0
    stream_max_retries: 2
    stream_idle_timeout_ms: 1000
    env_http_headers: { x-team: TEAM }
  company:
    base_url: https://llm.example.com/v1
    wire_api: responses
    env_key: COMPANY_KEY
    env_key_instructions: Ask for one.
`
const config = parseConfig("config.yaml", file)

describe("the provider", () => {
  it("is offline until something says otherwise, and then what comes first says which", () => {
    const key = { OPENAI_API_KEY: "sk-1" }
    expect([
      told(choose({})),
      told(choose(key)),
      told(choose({ ...key, DEPUTIZE_PROVIDER: "openai-chat", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" })),
      told(choose({ ...key, DEPUTIZE_PROVIDER: "offline" })),
      told(choose({ ...key, DEPUTIZE_MODEL: "gpt-6-sol" })),
      told(choose({ ...key, DEPUTIZE_MODEL: "gpt-6-sol" }, none, { model: "mine" })),
      told(choose(key, config)),
      told(choose(key, config, { provider: "openai" }))
    ]).toStrictEqual([
      "offline",
      "openai responses https://api.openai.com/v1 gpt-6-luna max_output_tokens",
      "openai-chat chat http://127.0.0.1:1/v1 gpt-6-luna max_tokens",
      "offline",
      "openai responses https://api.openai.com/v1 gpt-6-sol max_output_tokens",
      "openai responses https://api.openai.com/v1 mine max_output_tokens",
      "local chat http://127.0.0.1:11434/v1 some-model max_tokens",
      "openai responses https://api.openai.com/v1 some-model max_output_tokens"
    ])
  })

  it("takes numbers, headers and prices from the file, and no key that nobody set", () => {
    const chosen = Result.getOrThrow(choose({ TEAM: "blue" }, config))
    expect(chosen._tag === "OpenAi" ? chosen.settings : undefined).toMatchObject({
      apiKey: undefined,
      requiresAuth: false,
      headers: { "x-team": "blue" },
      retries: { request: 0, stream: 2 },
      idleTimeoutMs: 1_000,
      prices: { "some-model": { input: 1, cached: 1, output: 4 } },
      parallelism: 4
    })
  })

  it("that lacks a key, a model or a name of its own is refused with what to do", () => {
    const nameless = parseConfig("config.yaml", "providers: { bare: { base_url: 'http://127.0.0.1:1' } }")
    expect([
      told(choose({}, config, { provider: "company" })),
      told(choose({}, none, { provider: "openai" })),
      told(choose({}, nameless, { provider: "bare" })),
      told(choose({}, none, { provider: "nobody" }))
    ]).toStrictEqual([
      "company needs a key: COMPANY_KEY is not set",
      "openai needs a key: OPENAI_API_KEY is not set",
      "bare has no model to use",
      'there is no provider "nobody" (chosen by --provider)'
    ])
  })
})

describe("a configuration file", () => {
  it.each([
    ["providers: { a: { wire_api: chat } }", "config.yaml:1:17: providers.a.base_url"],
    ["providers: { a: { base_url: here } }", "config.yaml:1:29: providers.a.base_url"],
    ["providers: { openai: { base_url: 'http://x' } }", "config.yaml:1:14: providers.openai"],
    ["providers: { a: { base_url: 'http://x', wire_api: soap } }", "config.yaml:1:51: providers.a.wire_api"],
    ["providers: { a: { base_url: 'http://x', request_max_retries: -1 } }", "providers.a.request_max_retries"],
    ["prices: { m: { input: cheap, output: 1 } }", "config.yaml:1:23: prices.m.input"],
    ["prices: { m: { input: 1 } }", "prices.m.output"],
    ["[]", "config.yaml:1:1"],
    ["model: [", "config.yaml:1:"]
  ])("%s is refused with the place", (text, place) => {
    expect(() => parseConfig("config.yaml", text)).toThrow(place)
  })

  it("with a key that nobody knows is read with a warning", () => {
    expect(parseConfig("config.yaml", "model: m\nmodle: n\n").warnings).toStrictEqual([
      "config.yaml:2:1: modle: unknown key; known are provider, model, providers, prices"
    ])
  })
})
