import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { findWorkspace, scopePath, usualMarks } from "../../src/values/Workspace.ts"

const folder = Effect.acquireRelease(
  Effect.promise(async () => {
    const path = await realpath(await mkdtemp(join(tmpdir(), "deputize-workspace-")))
    await mkdir(join(path, "repo", "src", "deep"), { recursive: true })
    await mkdir(join(path, "repo", ".git"))
    await mkdir(join(path, "elsewhere"))
    return path
  }),
  (path) => Effect.promise(() => rm(path, { recursive: true, force: true }))
)

describe("findWorkspace", () => {
  it.effect("takes the nearest folder upwards that holds .git or .deputize", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const deep = join(at, "repo", "src", "deep")
      expect(yield* findWorkspace(undefined, deep)).toStrictEqual({ root: join(at, "repo"), base: deep })
      yield* Effect.promise(() => mkdir(join(at, "repo", "src", ".deputize")))
      expect(yield* findWorkspace(undefined, deep)).toStrictEqual({ root: join(at, "repo", "src"), base: deep })
    })
  )

  it.effect("takes the nearest folder that holds one of the names it is given", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const deep = join(at, "repo", "src", "deep")
      const found = findWorkspace(undefined, deep, [...usualMarks, "pipeline.yaml"])
      expect(yield* found).toStrictEqual({ root: join(at, "repo"), base: deep })
      yield* Effect.promise(() => writeFile(join(at, "repo", "src", "pipeline.yaml"), ""))
      expect(yield* found).toStrictEqual({ root: join(at, "repo", "src"), base: deep })
    })
  )

  it.effect("is not made a whole home by what ~/.deputize holds", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const elsewhere = join(at, "elsewhere")
      yield* Effect.promise(() => mkdir(join(at, ".deputize")))
      expect([
        yield* findWorkspace(undefined, elsewhere, usualMarks, at),
        yield* findWorkspace(undefined, elsewhere, usualMarks, "/nowhere")
      ]).toStrictEqual([
        { root: elsewhere, base: elsewhere },
        { root: at, base: elsewhere }
      ])
    })
  )

  it.effect("takes exactly the folder of -C", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const src = join(at, "repo", "src")
      expect(yield* findWorkspace("src", join(at, "repo"))).toStrictEqual({ root: src, base: src })
    })
  )

  it.effect("refuses a -C that is not there", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const error = yield* Effect.flip(findWorkspace("nowhere", at))
      expect(error.message).toBe("-C nowhere: there is no such folder")
    })
  )

  it.effect("refuses a folder that the system does not let it look at", () =>
    Effect.gen(function* () {
      const at = yield* folder
      yield* Effect.promise(() => symlink("round", join(at, "round")))
      const long = "a".repeat(300)
      const errors = yield* Effect.forEach(
        [findWorkspace(long, at), findWorkspace("round", at), findWorkspace(undefined, join(at, "round"))],
        (found) => Effect.flip(found)
      )
      expect(errors.map(({ message }) => message)).toStrictEqual([
        `-C ${long} cannot be used: its name is too long`,
        "-C round cannot be used: its links lead round in a circle",
        "the current folder cannot be used: its links lead round in a circle"
      ])
    })
  )
})

describe("scopePath", () => {
  it.effect("is relative to the workspace, wherever the user stands in it", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const root = join(at, "repo")
      const workspace = { root, base: join(root, "src") }
      const paths = yield* Effect.forEach(["deep", "..", join(root, "src"), "new/file.ts"], (scope) =>
        scopePath(workspace, scope)
      )
      expect(paths).toStrictEqual(["src/deep", ".", "src", "src/new/file.ts"])
    })
  )

  it.effect("refuses a path outside, also through a link", () =>
    Effect.gen(function* () {
      const at = yield* folder
      const root = join(at, "repo")
      yield* Effect.promise(() => symlink(join(at, "elsewhere"), join(root, "out")))
      const messages = yield* Effect.forEach(["../elsewhere", "/etc", "out"], (scope) =>
        Effect.map(Effect.flip(scopePath({ root, base: root }, scope)), (error) => error.message)
      )
      expect(messages).toStrictEqual(
        ["../elsewhere", "/etc", "out"].map((scope) => `--scope ${scope} is outside the workspace ${root}`)
      )
    })
  )
})
