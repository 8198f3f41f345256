import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { chooseProvider } from "../../src/config/Provider.ts"
import { configured } from "./Files.ts"

const choose = (
  variables: Readonly<Record<string, string>>,
  user = "",
  flags: Readonly<Record<string, ReadonlyArray<string>>> = {}
) => chooseProvider({ variables, configuration: configured({ user, variables, flags }), parallelism: 4 })

/** Name, wire, address, model and cap of what was chosen; `offline`; or what is wrong. */
const told = (chosen: ReturnType<typeof choose>): string => {
  if (Result.isFailure(chosen)) return chosen.failure.message
  if (chosen.success._tag === "Offline") return "offline"
  const { baseUrl, maxTokensField, model, name, wire } = chosen.success.settings
  return [name, wire, baseUrl, model, maxTokensField].join(" ")
}

const config = `
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
describe("the provider", () => {
  it("is offline until something says otherwise, and then what comes first says which", () => {
    const key = { OPENAI_API_KEY: "sk-1" }
    expect([
      told(choose({})),
      told(choose(key)),
      told(choose({ ...key, DEPUTIZE_PROVIDER: "openai-chat", OPENAI_BASE_URL: "http://127.0.0.1:1/v1" })),
      told(choose({ ...key, DEPUTIZE_PROVIDER: "offline" })),
      told(choose({ ...key, DEPUTIZE_MODEL: "gpt-6-sol" })),
      told(choose({ ...key, DEPUTIZE_MODEL: "gpt-6-sol" }, "", { model: ["mine"] })),
      told(choose(key, config)),
      told(choose(key, config, { provider: ["openai"] }))
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
    const nameless = "providers: { bare: { base_url: 'http://127.0.0.1:1' } }"
    expect([
      told(choose({}, config, { provider: ["company"] })),
      told(choose({}, "", { provider: ["openai"] })),
      told(choose({}, nameless, { provider: ["bare"] })),
      told(choose({}, "", { provider: ["nobody"] }))
    ]).toStrictEqual([
      "company needs a key: COMPANY_KEY is not set",
      "openai needs a key: OPENAI_API_KEY is not set",
      "bare has no model to use",
      'there is no provider "nobody" (chosen by --provider)'
    ])
  })
})

describe("the reason why a provider was chosen", () => {
  it("names the flag, the variable, the file or the key", () => {
    const why = (chosen: ReturnType<typeof choose>) => Result.getOrThrow(chosen).lines.at(-1)
    expect([
      why(choose({}, config, { provider: ["offline"] })),
      why(choose({ DEPUTIZE_PROVIDER: "offline" }, config)),
      why(choose({}, config)),
      why(choose({ OPENAI_API_KEY: "sk-1" })),
      why(choose({}))
    ]).toStrictEqual([
      "chosen by --provider",
      "chosen by DEPUTIZE_PROVIDER",
      "chosen in user.yaml",
      "chosen because OPENAI_API_KEY is set",
      "chosen because no provider is set up: set OPENAI_API_KEY, or --provider"
    ])
  })
})
