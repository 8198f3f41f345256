import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { checkFolder, DefinitionThere, saveDefinition, usualFolder } from "../../src/generate/SavePlace.ts"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "deputize-save-"))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

const definition = new AgentDefinition({ name: "数える", instructions: "…" })
const inRoot = <A, E>(effect: Effect.Effect<A, E, ConfinedRoot>) => Effect.provide(effect, ConfinedRoot.layer(root))
const save = (text: string, replaces = false, folder = usualFolder) =>
  saveDefinition(folder, definition, text, replaces)

describe("a definition that is kept", () => {
  it.effect("makes its folder, and replaces a file only if it is told to", () =>
    inRoot(
      Effect.gen(function* () {
        const path = `${usualFolder}/数える.yaml`
        expect(yield* save("one\n")).toBe(path)
        expect(yield* Effect.flip(save("two\n"))).toStrictEqual(new DefinitionThere({ path }))
        expect(readFileSync(join(root, path), "utf8")).toBe("one\n")
        expect(yield* save("two\n", true)).toBe(path)
        expect(readFileSync(join(root, path), "utf8")).toBe("two\n")
        expect(readdirSync(join(root, usualFolder))).toStrictEqual(["数える.yaml"])
      })
    )
  )

  it.effect("is one of two that come at once", () =>
    inRoot(
      Effect.gen(function* () {
        const both = yield* Effect.all([save("one\n"), save("two\n")].map(Effect.result), { concurrency: 2 })
        expect(both.filter(Result.isSuccess)).toHaveLength(1)
        expect(both.filter(Result.isFailure).map(({ failure }) => failure._tag)).toStrictEqual(["DefinitionThere"])
      })
    )
  )

  it.effect("is never written where a link of the repository leads", () =>
    inRoot(
      Effect.gen(function* () {
        const agents = join(root, usualFolder)
        for (const folder of [agents, join(root, ".git/hooks"), join(root, "src")])
          mkdirSync(folder, { recursive: true })
        writeFileSync(join(root, "src/index.ts"), "code\n")
        const place = join(agents, "数える.yaml")
        for (const [target, replaces] of [
          [".git/hooks/pre-commit", false],
          ["src/new.ts", true],
          ["src/index.ts", true]
        ] as const) {
          symlinkSync(`../../${target}`, place)
          expect((yield* Effect.flip(save("x", replaces))).message).toBe(
            `--save: ${usualFolder} cannot hold definitions: ${usualFolder}/数える.yaml leads to ${target}`
          )
          rmSync(place)
        }
        symlinkSync("../.git/hooks", join(root, "src/hooks"))
        for (const folder of ["src/hooks", ".git/hooks", ".git/new"]) {
          const expected = `--save: ${folder} cannot hold definitions: it belongs to a repository`
          expect((yield* Effect.flip(checkFolder(folder))).message).toBe(expected)
          expect((yield* Effect.flip(save("x", true, folder))).message).toBe(expected)
        }
        expect(readdirSync(join(root, ".git/hooks"))).toStrictEqual([])
        expect(readdirSync(join(root, "src")).sort()).toStrictEqual(["hooks", "index.ts"])
        expect(readFileSync(join(root, "src/index.ts"), "utf8")).toBe("code\n")
      })
    )
  )

  it.effect("never leaves the workspace, and takes no folder's place", () =>
    Effect.gen(function* () {
      symlinkSync(tmpdir(), join(root, "out"))
      writeFileSync(join(root, "file"), "")
      mkdirSync(join(root, "agents", "数える.yaml"), { recursive: true })
      const problem = (folder: string) => Effect.map(Effect.flip(checkFolder(folder)), ({ message }) => message)
      expect(yield* inRoot(problem("out"))).toContain(
        "--save: out cannot hold definitions: out leads out of the workspace"
      )
      expect(yield* inRoot(problem("../x"))).toContain("leads out of the workspace")
      expect(yield* inRoot(problem("file"))).toContain("it is a file")
      expect((yield* inRoot(Effect.flip(save("x", true, "out"))))._tag).toBe("FolderUnusable")
      expect((yield* inRoot(Effect.flip(save("x", true, "agents"))))._tag).toBe("FolderUnusable")
    })
  )
})
