import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { keepPipeline, keptPipeline, keyOf } from "../../src/pipeline/KeptPipeline.ts"
import { loadPipeline } from "../../src/pipeline/LoadPipeline.ts"
import { pipelineOf, plain } from "../testing/steps.ts"
import { workspaceWith } from "./fixture.ts"

const text = "steps: [{id: a, run: x}]\n"
const around = (workspace: string) => ({
  workspace,
  file: join(workspace, "deputize.build.yaml"),
  platform: "linux" as const,
  home: "/home/me"
})

const idsOf = (workspace: string, version = "1") =>
  Effect.map(
    loadPipeline({
      workspace,
      platform: "linux",
      home: "/home/me",
      kept: { file: join(workspace, "state", "pipeline.json"), version }
    }),
    ({ steps }) => steps.map(({ id }) => id)
  )

describe("a kept pipeline", () => {
  it.effect("is what is loaded for the same text, by the same version, and for no other", () =>
    Effect.gen(function* () {
      const workspace = yield* workspaceWith({ "deputize.build.yaml": text })
      const marked = pipelineOf(workspace, [plain("kept")])
      const keep = () =>
        keepPipeline(join(workspace, "state", "pipeline.json"), keyOf("1", text, around(workspace)), marked)
      expect(yield* idsOf(workspace)).toStrictEqual(["a"])
      keep()
      expect(yield* idsOf(workspace)).toStrictEqual(["kept"])
      expect(yield* idsOf(workspace, "2")).toStrictEqual(["a"])
      keep()
      writeFileSync(join(workspace, "deputize.build.yaml"), text.replace("a", "b"))
      expect(yield* idsOf(workspace)).toStrictEqual(["b"])
    })
  )

  it.effect("is as the file says it", () =>
    Effect.gen(function* () {
      const workspace = yield* workspaceWith({ "deputize.build.yaml": text })
      const options = { workspace, platform: "linux", home: "/home/me" }
      const kept = { file: join(workspace, "pipeline.json"), version: "1" }
      const first = yield* loadPipeline({ ...options, kept })
      expect(keptPipeline(kept.file, keyOf("1", text, around(workspace)))).toStrictEqual(first)
      expect(yield* loadPipeline({ ...options, kept })).toStrictEqual(yield* loadPipeline(options))
    })
  )

  it.effect("does not count when it is cut off anywhere, or changed", () =>
    Effect.gen(function* () {
      const workspace = yield* workspaceWith({})
      const file = join(workspace, "pipeline.json")
      const pipeline = pipelineOf(workspace, [plain("a")])
      keepPipeline(file, "key", pipeline)
      const whole = readFileSync(file, "utf8")
      expect(keptPipeline(file, "key")).toStrictEqual(pipeline)
      for (let length = 0; length < whole.length; length += 1) {
        writeFileSync(file, whole.slice(0, length))
        expect(keptPipeline(file, "key")).toBe(undefined)
      }
      writeFileSync(file, whole.replace('"line":"true"', '"line":"fals"'))
      expect(keptPipeline(file, "key")).toBe(undefined)
    })
  )

  it.effect("costs nobody a build where it cannot be kept", () =>
    Effect.gen(function* () {
      const workspace = yield* workspaceWith({ "deputize.build.yaml": text, state: "a file" })
      expect(yield* idsOf(workspace)).toStrictEqual(["a"])
    })
  )
})
