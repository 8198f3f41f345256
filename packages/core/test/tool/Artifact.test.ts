import * as fs from "node:fs"
import * as path from "node:path"
import { childPath, rootPath } from "@deputize/core/domain/Ids"
import { Journal } from "@deputize/core/journal/Journal"
import { writeArtifact } from "@deputize/core/tool/Artifact"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { recorded, run, within, writing } from "./fixture.ts"

const request = {
  run,
  path: childPath(rootPath, "tester"),
  parent: rootPath,
  policy: writing("report.md"),
  file: "report.md",
  text: "text\n"
}
const hash = "b9e68e1bea3e5b19ca6b2f98b73a54b73daafaa250484902e09982e07a12e733"

describe("an artifact that the runtime writes", () => {
  it.effect("is decided on, announced on the disk of the journal before it is made, and recorded as made", () =>
    within(
      () => {},
      Effect.fnUntraced(function* ({ root }) {
        const journal = yield* Journal
        const seen: Array<boolean> = []
        const watching = Journal.of({
          ...journal,
          barrier: Effect.sync(() => void seen.push(fs.existsSync(path.join(root, "report.md"))))
        })
        const change = { path: "report.md", before: null, after: hash }
        expect(yield* Effect.provideService(writeArtifact(request), Journal, watching)).toStrictEqual([change])
        expect(fs.readFileSync(path.join(root, "report.md"), "utf8")).toBe("text\n")
        expect(seen).toStrictEqual([false])
        const callId = "artifact:report.md"
        expect(yield* recorded).toStrictEqual([
          {
            _tag: "Decided",
            callId,
            action: { _tag: "Write", path: "report.md" },
            decision: { _tag: "Allow", rule: "write report.md" }
          },
          { _tag: "Changing", callId, change },
          { _tag: "Done", callId, ok: true, text: "made report.md", ms: 0, changes: [change] }
        ])
      })
    )
  )

  it.effect("is not written where the policy denies it, and the record says so", () =>
    within(
      () => {},
      Effect.fnUntraced(function* ({ root }) {
        expect(yield* writeArtifact({ ...request, policy: writing("docs") })).toStrictEqual([])
        expect(fs.existsSync(path.join(root, "report.md"))).toBe(false)
        expect((yield* recorded).map((event) => event._tag)).toStrictEqual(["Decided", "Done"])
      })
    )
  )

  it.effect("takes nobody's place", () =>
    within(
      (files) => files.write("report.md", "mine\n"),
      Effect.fnUntraced(function* ({ root }) {
        expect(yield* writeArtifact(request)).toStrictEqual([])
        expect(fs.readFileSync(path.join(root, "report.md"), "utf8")).toBe("mine\n")
        expect(yield* recorded).toStrictEqual([])
      })
    )
  )

  it.effect("that cannot be written ends in the record as a failure, not the agent", () =>
    within(
      (files) => files.write("docs", "a file\n"),
      Effect.fnUntraced(function* () {
        const inFile = { ...request, file: "docs/report.md", policy: writing("docs") }
        expect(yield* writeArtifact(inFile)).toStrictEqual([])
      })
    )
  )
})
