import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { prepareOutFile } from "../../src/values/OutFile.ts"

const folder = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "deputize-out-"))),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

describe("prepareOutFile", () => {
  it.effect("leaves nothing behind by checking", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* prepareOutFile(join(at, "out.json"))
      expect(yield* Effect.promise(() => readdir(at))).toStrictEqual([])
    })
  )

  it.effect("replaces a file whole and leaves no other", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const file = join(at, "out.json")
      yield* Effect.promise(() => writeFile(file, "old and longer"))
      const out = yield* prepareOutFile(file)
      expect(yield* Effect.promise(() => readFile(file, "utf8"))).toBe("old and longer")
      yield* out.write("new")
      expect(yield* Effect.promise(() => readFile(file, "utf8"))).toBe("new")
      expect(yield* Effect.promise(() => readdir(at))).toStrictEqual(["out.json"])
    })
  )

  it.effect.skipIf(process.platform === "win32")("shows what it writes to nobody from whom the file was kept", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const file = join(at, "out.json")
      yield* Effect.promise(() => writeFile(file, "old", { mode: 0o600 }))
      yield* Effect.flatMap(prepareOutFile(file), (out) => out.write("new"))
      const { mode } = yield* Effect.promise(() => stat(file))
      expect((mode & 0o777).toString(8)).toBe("600")
    })
  )

  it.effect("writes to what a link points to and keeps the link", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* Effect.promise(() => mkdir(join(at, "real")))
      yield* Effect.promise(() => writeFile(join(at, "real", "out.json"), "old"))
      yield* Effect.promise(() => symlink(join("real", "out.json"), join(at, "link.json")))
      yield* Effect.flatMap(prepareOutFile(join(at, "link.json")), (out) => out.write("new"))
      expect(yield* Effect.promise(() => readFile(join(at, "real", "out.json"), "utf8"))).toBe("new")
      const entries = yield* Effect.promise(() => readdir(at, { withFileTypes: true }))
      expect(entries.map((entry) => [entry.name, entry.isSymbolicLink()])).toStrictEqual([
        ["link.json", true],
        ["real", false]
      ])
    })
  )

  it.effect("writes into a device instead of replacing it", () =>
    Effect.gen(function* () {
      const out = yield* prepareOutFile("/dev/null")
      yield* out.write("gone")
      expect(yield* Effect.promise(() => readFile("/dev/null", "utf8"))).toBe("")
    })
  )

  it.effect("refuses a folder, a missing folder and an empty name", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const missing = join(at, "none", "out.json")
      const messages = yield* Effect.forEach([at, missing, ""], (name) =>
        prepareOutFile(name).pipe(
          Effect.flip,
          Effect.map((error) => error.message)
        )
      )
      expect(messages).toStrictEqual([
        `-o ${at} cannot be written: it is a folder`,
        `-o ${missing} cannot be written: its folder does not exist`,
        "-o  cannot be written: its name is empty"
      ])
    })
  )
})
