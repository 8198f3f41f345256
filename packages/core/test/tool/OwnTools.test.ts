import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as OwnTools from "../../src/tool/OwnTools.ts"
import type { AnyTool } from "../../src/tool/Tool.ts"
import { toolbox } from "../../src/tool/Toolbox.ts"

const named = (name: string): AnyTool => ({
  name,
  description: "Says its name.",
  parameters: Schema.Struct({}),
  timeLimitMs: 1_000,
  outputCap: 1_000,
  replay: "safe",
  narrower: "do not ask again",
  actions: () => Effect.succeed([]),
  run: () => Effect.succeed(name)
})

const own = [named("count_lines"), named("read_file")]

describe("tools of the program's own", () => {
  it("are there for definitions that name them, and go before a built-in one by any of its names", () => {
    const { missing, tools } = toolbox(["count_lines", "Read", "read_file", "grep", "count_words"], own)
    expect(tools.map(({ description, name }) => `${name}: ${description}`)).toStrictEqual([
      "count_lines: Says its name.",
      "read_file: Says its name.",
      expect.stringMatching(/^grep: (?!Says)/)
    ])
    expect(missing).toStrictEqual(["count_words"])
  })

  it.effect("are none where a program brings none", () =>
    Effect.gen(function* () {
      expect(yield* OwnTools.OwnTools).toStrictEqual([])
      expect(yield* Effect.provide(OwnTools.OwnTools, OwnTools.layer(own))).toStrictEqual(own)
    })
  )
})
