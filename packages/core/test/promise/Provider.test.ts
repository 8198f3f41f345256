import { describe, expect, it } from "@effect/vitest"
import { type OpenAiOptions, openAiSettings } from "../../src/promise/Provider.ts"

const bare = { headers: {}, query: {}, prices: {}, idleTimeoutMs: 300_000, keyVariable: "apiKey" }

describe("settings of a provider of which only what is special is said", () => {
  it.each<readonly [OpenAiOptions, object]>([
    [
      { apiKey: "sk-1" },
      {
        name: "openai",
        baseUrl: "https://api.openai.com/v1",
        wire: "responses",
        apiKey: "sk-1",
        requiresAuth: true,
        maxTokensField: "max_output_tokens"
      }
    ],
    [
      { baseUrl: "http://127.0.0.1:11434/v1", wire: "chat", model: "qwen" },
      {
        name: "127.0.0.1:11434",
        baseUrl: "http://127.0.0.1:11434/v1",
        wire: "chat",
        apiKey: undefined,
        model: "qwen",
        requiresAuth: false,
        maxTokensField: "max_tokens"
      }
    ],
    [
      { baseUrl: "https://mine.openai.azure.com:443/v1", wire: "chat", apiKey: "k", name: "azure", requiresAuth: true },
      {
        name: "azure",
        baseUrl: "https://mine.openai.azure.com:443/v1",
        wire: "chat",
        apiKey: "k",
        requiresAuth: true,
        maxTokensField: "max_completion_tokens"
      }
    ]
  ])("%j", (options, settings) => {
    const { keyInstructions, ...rest } = openAiSettings(options)
    expect(keyInstructions).not.toBe("")
    expect(rest).toStrictEqual({ ...bare, ...settings })
  })
})
