import { hash } from "node:crypto"
import { chmodSync, mkdirSync, rmSync, symlinkSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { manifest, unmatched, verify } from "../../src/fingerprint/Manifest.ts"
import { openStatCache } from "../../src/fingerprint/StatCache.ts"
import { openTree } from "../../src/fingerprint/Tree.ts"
import { folder, write } from "./fixture.ts"

const sha256 = (text: string) => hash("sha256", text, "hex")

const made = Effect.tap(folder, (root) =>
  Effect.sync(() => {
    write(root, {
      ".gitignore": "dist\n",
      "dist/a": "a",
      "dist/bin/tool": "#!",
      "dist/deep/x/y": "y",
      "other/z": "z"
    })
    chmodSync(`${root}/dist/bin/tool`, 0o755)
    symlinkSync("bin/tool", `${root}/dist/run`)
  })
)

const list = (root: string, globs: ReadonlyArray<string>) =>
  manifest(openTree(root), openStatCache(`${root}/none/stats.json`, root), globs)

describe("the manifest of outputs", () => {
  it.effect("has every file below a folder, ignored or not, with size, mode and content", () =>
    Effect.gen(function* () {
      const root = yield* made
      expect(yield* list(root, ["dist", "none"])).toStrictEqual([
        { path: "dist/a", size: 1, mode: 0o644, hash: sha256("a") },
        { path: "dist/bin/tool", size: 2, mode: 0o755, hash: sha256("#!") },
        { path: "dist/deep/x/y", size: 1, mode: 0o644, hash: sha256("y") },
        { path: "dist/run", size: 8, mode: 0, hash: sha256("bin/tool") }
      ])
      expect((yield* list(root, ["d*/*", "!dist/run"])).map(({ path }) => path)).toStrictEqual(["dist/a"])
    })
  )

  it.effect("finds what is missing and what was changed since, and nothing in what was added", () =>
    Effect.gen(function* () {
      const root = yield* made
      write(root, { "dist/b": "b", "dist/c": "c", "dist/d": "d" })
      const outputs = yield* list(root, ["dist"])
      const damage = Effect.suspend(() => verify(openStatCache(`${root}/none/stats.json`, root), outputs))
      write(root, { "dist/added": "" })
      expect(yield* damage).toStrictEqual({ missing: [], changed: [] })
      rmSync(`${root}/dist/a`)
      write(root, { "dist/b": "B", "dist/c": "longer" })
      chmodSync(`${root}/dist/bin/tool`, 0o644)
      rmSync(`${root}/dist/run`)
      symlinkSync("bin/TOOL", `${root}/dist/run`)
      rmSync(`${root}/dist/d`)
      mkdirSync(`${root}/dist/d`)
      expect(yield* damage).toStrictEqual({
        missing: ["dist/a", "dist/d"],
        changed: ["dist/b", "dist/bin/tool", "dist/c", "dist/run"]
      })
    })
  )

  it.effect("tells which stated outputs were not made", () =>
    Effect.gen(function* () {
      const root = yield* made
      const globs = ["dist", "dist/*.js", "lib/", "other/z", "!dist/a"]
      expect(unmatched(globs, yield* list(root, globs))).toStrictEqual(["dist/*.js", "lib/"])
    })
  )
})
