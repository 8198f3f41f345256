import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { writeNewFile } from "../../src/values/NewFile.ts"

const base = realpathSync(mkdtempSync(join(tmpdir(), "deputize-new-")))
afterAll(() => rmSync(base, { recursive: true }))

let roots = 0
const root = () => {
  const folder = join(base, String(++roots))
  mkdirSync(folder)
  return folder
}

describe("a new file of the workspace", () => {
  it.effect("is written with the folders that it needs", () =>
    Effect.gen(function* () {
      const at = root()
      expect(yield* writeNewFile(at, { path: "a/b/c.md", text: "one", replaces: false })).toBe(true)
      expect(readFileSync(join(at, "a/b/c.md"), "utf8")).toBe("one")
    })
  )

  it.effect("leaves one that is there as it is, unless it may replace it", () =>
    Effect.gen(function* () {
      const at = root()
      writeFileSync(join(at, "c.md"), "old")
      expect(yield* writeNewFile(at, { path: "c.md", text: "new", replaces: false })).toBe(false)
      expect(readFileSync(join(at, "c.md"), "utf8")).toBe("old")
      expect(yield* writeNewFile(at, { path: "c.md", text: "new", replaces: true })).toBe(true)
      expect(readFileSync(join(at, "c.md"), "utf8")).toBe("new")
      expect(readdirSync(at)).toStrictEqual(["c.md"])
    })
  )

  it.effect("is not written through a link that leaves the workspace", () =>
    Effect.gen(function* () {
      const [at, outside] = [root(), root()]
      symlinkSync(outside, join(at, "agents"))
      const error = yield* Effect.flip(writeNewFile(at, { path: "agents/x/c.md", text: "new", replaces: true }))
      expect(error.message).toBe("agents/x/c.md cannot be written: agents is a link that leaves the workspace")
      expect(readdirSync(outside)).toStrictEqual([])
    })
  )

  it.effect("takes the place of a link, and leaves alone what that led to", () =>
    Effect.gen(function* () {
      const [at, outside] = [root(), root()]
      writeFileSync(join(outside, "target"), "mine")
      symlinkSync(join(outside, "target"), join(at, "c.md"))
      expect(yield* writeNewFile(at, { path: "c.md", text: "new", replaces: false })).toBe(false)
      expect(readlinkSync(join(at, "c.md"))).toBe(join(outside, "target"))
      yield* writeNewFile(at, { path: "c.md", text: "new", replaces: true })
      expect([readFileSync(join(at, "c.md"), "utf8"), readFileSync(join(outside, "target"), "utf8")]).toStrictEqual([
        "new",
        "mine"
      ])
    })
  )

  it.effect("says why where it cannot be written", () =>
    Effect.gen(function* () {
      const at = root()
      writeFileSync(join(at, "agents"), "a file")
      const error = yield* Effect.flip(writeNewFile(at, { path: "agents/c.md", text: "new", replaces: false }))
      expect(error._tag).toBe("UsageError")
      expect(error.message).toMatch(/^agents\/c\.md cannot be written: /)
    })
  )
})
