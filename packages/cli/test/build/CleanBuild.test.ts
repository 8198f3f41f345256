import { mkdirSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { hold } from "@deputize/build-tools/record/BuildLock"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { cleanBuild } from "../../src/build/CleanBuild.ts"
import { temporaryFolder } from "./Front.ts"

const kept = Effect.map(temporaryFolder, (root) => {
  const folder = join(root, "build")
  mkdirSync(join(folder, "logs", "20261121_103000"), { recursive: true })
  mkdirSync(join(folder, "fingerprints"))
  for (const name of ["stats.json", "record.db", "fingerprints/a.json"]) writeFileSync(join(folder, name), "")
  return folder
})

describe("cleaning", () => {
  it.live("removes what the runner keeps to skip work and its logs, and leaves the record", () =>
    Effect.gen(function* () {
      const folder = yield* kept
      const removed = yield* cleanBuild(folder)
      expect(removed).toStrictEqual(["fingerprints", "stats.json", "logs"].map((name) => join(folder, name)))
      expect(readdirSync(folder).filter((name) => !name.startsWith("lock"))).toStrictEqual(["record.db"])
      expect(yield* cleanBuild(folder)).toStrictEqual([])
    })
  )

  it.live("is refused while a build is at work", () =>
    Effect.gen(function* () {
      const folder = yield* kept
      yield* hold(folder, { wait: false, onWait: () => undefined })
      expect((yield* Effect.flip(cleanBuild(folder)))._tag).toBe("UsageError")
      expect(readdirSync(folder)).toContain("stats.json")
    })
  )

  it.live("makes nothing where nothing was built", () =>
    Effect.gen(function* () {
      const root = yield* temporaryFolder
      expect([yield* cleanBuild(join(root, "build")), readdirSync(root)]).toStrictEqual([[], []])
    })
  )
})
