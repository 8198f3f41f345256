import { describe, expect, it } from "@effect/vitest"
import { modelOf } from "../../src/definition/ModelName.ts"

describe("the model of a definition", () => {
  it.each(["inherit", "default", "sonnet", "Opus", "claude-sonnet-5", "gemini-3-pro", "composer-2"])(
    "is the run's where it is another maker's name: %s",
    (name) => {
      expect(modelOf("a.md", name)).toStrictEqual({
        warnings: [`a.md: the model ${name} is another maker's name; the run's model is used`]
      })
    }
  )

  it.each(["gpt-5.4", "qwen3-coder", "sonnet-like", "claudette"])(
    "is its own where a provider may have it: %s",
    (name) => {
      expect(modelOf("a.md", name)).toStrictEqual({ model: name, warnings: [] })
    }
  )

  it("is the run's where none is named", () => {
    expect(modelOf("a.md", undefined)).toStrictEqual({ warnings: [] })
  })
})
