import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import { defaultModel, factsOf, knownModels, modelOf } from "../../src/model/ModelCatalog.ts"

const none = { prices: {} }

describe("ModelCatalog", () => {
  it("has a default that the SDK names, that is not announced for shutdown, and that has a price", () => {
    const sdk = dirname(createRequire(import.meta.url).resolve("openai"))
    const shared = readFileSync(join(sdk, "resources/shared.d.ts"), "utf8")
    const announced = shared.slice(shared.indexOf("Deprecated values"), shared.indexOf("export type ChatModel"))
    const models = shared.slice(shared.indexOf("export type ChatModel")).split(";")[0]
    expect(models).toContain(`'${defaultModel}'`)
    expect(announced).not.toContain(`"${defaultModel}"`)
    expect(factsOf(defaultModel, none)).toStrictEqual({
      name: "gpt-6-luna",
      contextWindow: 272_000,
      maxOutput: 128_000,
      price: { input: 0.125, cached: 0.01, output: 0.5 }
    })
    expect(knownModels()[0]).toBe(defaultModel)
  })

  it("knows a dated version by its model, and keeps the name that was asked for", () => {
    expect(factsOf("gpt-5.4-mini-2026-03-17", none)).toStrictEqual({
      ...factsOf("gpt-5.4-mini", none),
      name: "gpt-5.4-mini-2026-03-17"
    })
  })

  it("is careful with a model that nobody knows, and does not take it for free", () => {
    expect(factsOf("llama3.3", none)).toStrictEqual({
      name: "llama3.3",
      contextWindow: 128_000,
      maxOutput: 16_384,
      price: null
    })
  })

  it("takes the settings' word before its own", () => {
    const price = { input: 1, cached: 0.5, output: 2 }
    const settings = { contextWindow: 8_192, prices: { "gpt-5.4": price } }
    expect(factsOf("gpt-5.4", settings)).toMatchObject({ contextWindow: 8_192, price })
    expect(factsOf("toString", { prices: {} }).price).toBeNull()
  })

  it.each([
    ["gpt-6-luna", true],
    ["gpt-7-something", true],
    ["o3", true],
    ["gpt-5-chat-latest", false],
    ["gpt-4.1", false],
    ["gpt-oss-120b", false],
    ["llama3.3", false]
  ])("knows whether %s reasons: %s", (name, isReasoning) => {
    expect(modelOf(name).isReasoning).toBe(isReasoning)
  })

  it("has no price in which the cache costs more than the input", () => {
    for (const name of knownModels()) {
      const { price } = factsOf(name, none)
      expect(price !== null && price.cached <= price.input && price.input <= price.output).toBe(true)
    }
  })
})
