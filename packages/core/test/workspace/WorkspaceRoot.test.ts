import * as fs from "node:fs"
import { findWorkspace, WorkspaceNotFound } from "@deputize/core/workspace/WorkspaceRoot"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fixture } from "./fixture.ts"

it.effect("takes the nearest folder with .deputize or .git at or above the current one", () =>
  Effect.gen(function* () {
    const files = yield* fixture
    files.write(".git/HEAD", "ref: refs/heads/main\n")
    files.write("packages/app/.deputize/config.yaml", "")
    files.write("packages/app/src/a.ts", "")
    files.write("packages/lib/.git", "gitdir: elsewhere\n")
    files.write("docs/guide/a.md", "")
    const from = (folder: string) => findWorkspace(`${files.root}/${folder}`)
    expect(
      yield* Effect.forEach(["docs/guide", ".", "packages/app/src", "packages/lib", "packages"], from)
    ).toStrictEqual([files.root, files.root, `${files.root}/packages/app`, `${files.root}/packages/lib`, files.root])
  }).pipe(Effect.scoped)
)

it.effect("takes the current folder's real path where nothing marks a workspace", () =>
  Effect.gen(function* () {
    const files = yield* fixture
    fs.symlinkSync("outside", `${files.base}/alias`)
    expect(yield* findWorkspace(`${files.base}/alias`)).toBe(files.outside)
  }).pipe(Effect.scoped)
)

it.effect("fails with the folder's name if it cannot be opened", () =>
  Effect.gen(function* () {
    expect(yield* Effect.flip(findWorkspace("/nowhere/at/all"))).toStrictEqual(
      new WorkspaceNotFound({ directory: "/nowhere/at/all" })
    )
  })
)
