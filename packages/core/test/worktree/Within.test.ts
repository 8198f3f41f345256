/**
 * Repositories that stand within a tree: they are no part of what its agent leaves, all else is, and the tree stays.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { repository } from "../tool/gitFixture.ts"
import { faults, type Rig, requestOf, rig, run, services, wholeRun, write } from "./fixture.ts"

const prepare = (rig: Rig) => {
  rig.write("a.txt", "a\n")
  rig.write("file", "file\n")
  rig.write(".gitignore", "*.log\nbuild/\n")
  rig.commit("first")
}

/** What the agent's commands do in its tree. */
const acting =
  (act: (at: (file: string) => string) => void) =>
  ({ root }: Ground) =>
    Effect.sync(() => act((file) => path.join(root.root, file)))

const put = (file: string, text: string) => {
  fs.mkdirSync(path.dirname(file), { recursive: true })
  fs.writeFileSync(file, text)
}

const init = (folder: string) => {
  fs.mkdirSync(folder, { recursive: true })
  execFileSync("git", ["init", "-q"], { cwd: folder })
}

/** One agent, which leaves what `act` did and has written `artifacts` with its tools. */
const leaving = <E, R>(
  files: Rig,
  act: (ground: Ground) => Effect.Effect<unknown, E, R>,
  artifacts: ReadonlyArray<string>,
  more: Partial<RunRequest> = {}
) =>
  wholeRun(requestOf(files.root, ["one"], more), { one: act }, { one: { artifacts } }).pipe(
    Effect.map(({ merges, results }) => ({
      merged: merges?.merges.map(({ files, status }) => [status, files]),
      brought: merges?.brought,
      answers: results.map(({ answer }) => answer)
    })),
    Effect.provide(services(files))
  )

const staying = (files: Rig) => path.join(files.trees, run, "one", path.basename(files.root))

const outcome = (files: Rig, changed: ReadonlyArray<string>, repositories: string) => ({
  merged: [["merged", changed]],
  brought: changed,
  answers: [`done\n\nRepositories within its tree are not committed: ${repositories}; they are in ${staying(files)}.`]
})

describe("a repository within a tree", () => {
  it.live("keeps nothing else from being merged, be there a commit in it or not", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const left = yield* leaving(
        files,
        acting((at) => {
          init(at("empty"))
          put(at("empty/x"), "x\n")
          init(at("new/[deep]"))
          put(at("new/b.txt"), "b\n")
          put(at("new/d/b.txt"), "b\n")
          fs.mkdirSync(at("whole"))
          put(at("whole/x"), "x\n")
          repository({ ...files, root: at("whole") }).commit("first")
          // Named like one, and none.
          put(at("none/.git/x"), "x\n")
          put(at("none/b.txt"), "b\n")
        }),
        []
      )
      expect(left).toStrictEqual(outcome(files, ["new/b.txt", "new/d/b.txt", "none/b.txt"], "empty, new/[deep], whole"))
      expect(["empty/x", "whole/x"].map((file) => fs.existsSync(path.join(staying(files), file)))).toStrictEqual([
        true,
        true
      ])
      expect(faults(files.root)).toBe("")
    })
  )

  it.live("keeps what the agent wrote into it, also where git ignores it, or setup has made it", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const source = path.join(files.base, "source")
      fs.mkdirSync(source)
      const other = repository({ ...files, root: source })
      put(path.join(source, "f"), "f\n")
      other.commit("first")
      const left = yield* leaving(
        files,
        (own) =>
          Effect.andThen(
            acting((at) => {
              init(at("build/made"))
              init(at("empty"))
            })(own),
            write({ "a.txt": "A\n", "b.log": "b\n", "build/made/f": "f\n", "empty/f": "f\n", "vendor/x/f": "F\n" })(own)
          ),
        ["a.txt", "b.log", "build/made/f", "empty/f", "vendor/x/f"],
        {
          worktree: { copy: [], setup: [`git clone -q ${source} vendor/x`] },
          checks: { commands: [], environment: { PATH: process.env.PATH ?? "" } }
        }
      )
      expect(left).toStrictEqual(outcome(files, ["a.txt", "b.log"], "build/made, empty, vendor/x"))
      expect(fs.readFileSync(path.join(staying(files), "vendor/x/f"), "utf8")).toBe("F\n")
    })
  )

  it.live("that took the place of a file is left, and the file is gone", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const left = yield* leaving(
        files,
        acting((at) => {
          fs.rmSync(at("file"))
          init(at("file"))
        }),
        []
      )
      expect(left).toStrictEqual(outcome(files, ["file"], "file"))
      expect(fs.existsSync(path.join(files.root, "file"))).toBe(false)
    })
  )

  it.live("that setup has made, and nobody has written into, goes with the tree", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const left = yield* leaving(files, write({ "a.txt": "A\n" }), ["a.txt"], {
        worktree: { copy: [], setup: ["git init -q vendor/x"] },
        checks: { commands: [], environment: { PATH: process.env.PATH ?? "" } }
      })
      expect(left).toStrictEqual({ merged: [["merged", ["a.txt"]]], brought: ["a.txt"], answers: ["done"] })
      expect(fs.readdirSync(files.trees)).toStrictEqual([])
    })
  )
})
