import { describe, expect, it } from "vitest"
import { explain, explainKey, nearestKeys } from "../../src/config/Explain.ts"
import { sourceText } from "../../src/config/Source.ts"
import { configured, type Written } from "./Files.ts"

const told = (written: Written, ...keys: ReadonlyArray<string>) => {
  const configuration = configured(written)
  const rows = explain(configuration, written.variables ?? {})
  const found = keys.length === 0 ? rows : keys.flatMap((key) => explainKey(rows, configuration, key) ?? [])
  return found.map(({ key, over, shown, source }) => [
    key,
    shown,
    sourceText(source),
    ...over.map((each) => `${each.shown} by ${sourceText(each.source)}`)
  ])
}

const local = `provider: local
providers:
  local: { base_url: "http://127.0.0.1:1/v1", model: qwen, env_key: LOCAL_KEY }
prices: { qwen: { input: 0.5, output: 2 } }
`

describe("the explanation of the settings", () => {
  it("has a line for every setting, with the default in words where there is no value", () => {
    expect(told({})).toStrictEqual([
      ["provider", "offline", "default"],
      ["model", "the provider's", "default"],
      ["budget", "the sum of its agents' limits", "default"],
      ["max_parallel", "16", "default"],
      ["max_agents", "32", "default"],
      ["max_depth", "3", "default"],
      ["max_calls", "no limit beside the agents' own", "default"],
      ["deadline", "no limit beside the agents' own", "default"],
      ["sandbox", "workspace-write", "default"],
      ["output_format", "text", "default"],
      ["color", "auto", "default"],
      ["providers.openai.base_url", "https://api.openai.com/v1", "default"],
      ["providers.openai.env_key", "OPENAI_API_KEY", "default"]
    ])
  })

  it("says what stands for what nobody has set", () => {
    const variables = { OPENAI_API_KEY: "sk-secret", OPENAI_BASE_URL: "http://ada:pw@127.0.0.1:1/v1/" }
    expect(told({ variables }, "provider", "model", "providers.openai")).toStrictEqual([
      ["provider", "openai", "OPENAI_API_KEY"],
      ["model", "gpt-6-luna", "default"],
      ["providers.openai.base_url", "http://hidden@127.0.0.1:1/v1", "OPENAI_BASE_URL"],
      ["providers.openai.env_key", "OPENAI_API_KEY", "default"]
    ])
    expect(told({ user: local }, "model")).toStrictEqual([["model", "qwen", "user.yaml:3:54"]])
  })

  it("says what a value came before", () => {
    expect(told({ user: "budget: 60k", variables: { DEPUTIZE_BUDGET: "30k,2usd" } }, "budget")).toStrictEqual([
      ["budget", "[30k, 2usd]", "DEPUTIZE_BUDGET", "60k by user.yaml:1:9"]
    ])
  })

  it("finds what is below a key, fields that are not set, and keys as flags write them", () => {
    expect(told({ user: local }, "prices", "providers.local.wire_api", "max-depth")).toStrictEqual([
      ["prices.qwen.input", "0.5", "user.yaml:4:26"],
      ["prices.qwen.output", "2", "user.yaml:4:39"],
      ["providers.local.wire_api", "chat", "default"],
      ["max_depth", "3", "default"]
    ])
    expect(told({}, "providers", "prices")).toHaveLength(2)
  })

  it("names the nearest key of one that is none", () => {
    const configuration = configured({})
    const rows = explain(configuration, {})
    expect([
      explainKey(rows, configuration, "modle"),
      nearestKeys(rows, "modle"),
      nearestKeys(rows, "zzz")
    ]).toStrictEqual([undefined, "Did you mean model?", "`deputize config explain` shows all that there are."])
  })
})
