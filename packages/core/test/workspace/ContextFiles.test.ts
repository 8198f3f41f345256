import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import { contextFiles } from "@deputize/core/workspace/ContextFiles"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Fixture, fixture } from "./fixture.ts"

const found = (prepare: (files: Fixture) => void, scopes: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const files = yield* fixture
    prepare(files)
    return yield* Effect.provide(contextFiles(scopes), ConfinedRoot.layer(files.root))
  }).pipe(Effect.scoped)

it.effect("gives AGENTS.md from the workspace down to every scope, general ones first", () =>
  Effect.gen(function* () {
    const prepare = (files: Fixture) => {
      for (const folder of ["", "packages/", "packages/app/", "docs/"])
        files.write(`${folder}AGENTS.md`, `for ${folder}`)
      files.write("packages/app/src/a.ts", "")
    }
    expect(yield* found(prepare, ["packages/app/src/a.ts", "packages/app/new/folder"])).toStrictEqual([
      { path: "AGENTS.md", text: "for " },
      { path: "packages/AGENTS.md", text: "for packages/" },
      { path: "packages/app/AGENTS.md", text: "for packages/app/" }
    ])
  })
)

it.effect("falls back to CLAUDE.md, then GEMINI.md, folder by folder", () =>
  Effect.gen(function* () {
    const prepare = (files: Fixture) => {
      files.write("CLAUDE.md", "claude")
      files.write("GEMINI.md", "gemini")
      files.write("src/GEMINI.md", "gemini in src")
    }
    expect(yield* found(prepare, ["src"])).toStrictEqual([
      { path: "CLAUDE.md", text: "claude" },
      { path: "src/GEMINI.md", text: "gemini in src" }
    ])
  })
)

it.effect("reads one file once, and skips links that leave, binary files and scopes outside", () =>
  Effect.gen(function* () {
    const prepare = (files: Fixture) => {
      files.write("docs/shared.md", "shared")
      files.link("docs/shared.md", "AGENTS.md")
      files.link("../docs/shared.md", "src/AGENTS.md")
      files.link("../../outside/secret.txt", "lib/AGENTS.md")
      files.write("lib/CLAUDE.md", new Uint8Array([65, 0, 66]))
    }
    expect(yield* found(prepare, ["src", "lib", "../outside", "/etc"])).toStrictEqual([
      { path: "docs/shared.md", text: "shared" }
    ])
  })
)
