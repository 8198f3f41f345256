/**
 * What is left of a run, and how it is taken away.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { keptTrees, removeTrees } from "@deputize/core/worktree/Leftovers"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fixture } from "../workspace/fixture.ts"
import { begin, faults, placesOf, requestOf, rig, run, services, work, write } from "./fixture.ts"

describe("the trees of a run", () => {
  it.live("that was killed are found, and removed with its refs, but not the branches that keep work", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.txt", "a\n")
        rig.commit("first")
      })
      const before = files.git("for-each-ref")
      const request = requestOf(files.root, ["one", "two"])
      yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        const [one, two] = placesOf(request)
        if (one === undefined || two === undefined) throw new Error("no places")
        const ended = yield* work(ground.of, one, write({ "a.txt": "half\n" }), { status: "paused" })
        yield* ground.finish([ended], { isCut: false })
        yield* ground.of(two)
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      files.git("pack-refs", "--all")
      const folder = path.join(files.trees, run)
      expect(yield* keptTrees(files.trees)).toStrictEqual([{ run, folder, agents: ["two"] }])
      expect(files.git("worktree", "list").trim().split("\n")).toHaveLength(2)
      yield* removeTrees(files.root, files.trees, run)
      expect(yield* keptTrees(files.trees)).toStrictEqual([])
      expect(fs.readdirSync(files.trees)).toStrictEqual([])
      expect(files.git("worktree", "list").trim().split("\n")).toHaveLength(1)
      expect(files.git("branch", "--list", "deputize/*").trim()).toBe(`deputize/${run}/one`)
      files.git("branch", "-D", `deputize/${run}/one`)
      expect(files.git("for-each-ref")).toBe(before)
      expect(faults(files.root)).toBe("")
    })
  )

  it.live("are removed also where there is no repository any more", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const trees = path.join(files.base, "trees")
      fs.mkdirSync(path.join(trees, run, "one", "repo"), { recursive: true })
      fs.mkdirSync(path.join(trees, "no-run"))
      expect((yield* keptTrees(trees)).map(({ agents }) => agents)).toStrictEqual([["one"]])
      yield* removeTrees(files.root, trees, run)
      expect(fs.readdirSync(trees)).toStrictEqual(["no-run"])
    })
  )
})
