/** What the guide says of pipeline files: every key there is, and files that load. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { loadPipeline } from "@deputize/build-tools/pipeline/LoadPipeline"
import { PipelineFile } from "@deputize/build-tools/pipeline/PipelineFile"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { describe, expect, it, onTestFinished } from "vitest"

const guide = readFileSync(join(import.meta.dirname, "..", "..", "..", "..", "docs", "guide", "build.md"), "utf8")

/** The names of all properties, however deep. */
const keysIn = (value: unknown): ReadonlyArray<string> => {
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => [
    ...(key === "properties" && typeof each === "object" && each !== null ? Object.keys(each) : []),
    ...keysIn(each)
  ])
}

describe("the guide to builds", () => {
  it("names every key of a pipeline file", () => {
    const keys = new Set(keysIn(Schema.toJsonSchemaDocument(PipelineFile)))
    expect(keys.size).toBeGreaterThan(40)
    const missing = [...keys].filter((key) => !new RegExp(`[\`.]${key}[\`:]`).test(guide))
    expect(missing).toStrictEqual([])
  })

  it("shows pipelines that load", async () => {
    const files = Array.from(guide.matchAll(/```yaml\n([\s\S]*?)```/g), ([, text = ""]) => text)
    expect(files.length).toBeGreaterThan(0)
    const workspace = mkdtempSync(join(tmpdir(), "deputize-guide-"))
    onTestFinished(() => rmSync(workspace, { recursive: true }))
    for (const text of files) {
      writeFileSync(join(workspace, "deputize.build.yaml"), text)
      const pipeline = await Effect.runPromise(loadPipeline({ workspace, platform: "linux", home: "/home/ada" }))
      expect(pipeline.steps.length).toBeGreaterThan(0)
    }
  })
})
