/**
 * What is left of a run, and how it is taken away.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { Journal } from "@deputize/core/journal/Journal"
import { hadTrees, keptTrees, removeTrees } from "@deputize/core/worktree/Leftovers"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fixture } from "../workspace/fixture.ts"
import { begin, faults, placesOf, requestOf, rig, run, services, wholeRun, work, write } from "./fixture.ts"

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
      expect(yield* removeTrees(files.root, files.trees, run)).toBeNull()
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
      expect(yield* removeTrees(files.root, trees, run)).toBeNull()
      expect(fs.readdirSync(trees)).toStrictEqual(["no-run"])
    })
  )

  it.live("are removed also where git may not be run any more, and what stays is named", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.txt", "a\n")
        rig.commit("first")
      })
      const request = requestOf(files.root, ["one"])
      yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        const own = yield* Effect.forEach(placesOf(request), (place) => ground.of(place))
        for (const { root } of own) {
          fs.mkdirSync(path.join(root.root, "cache", "module"), { recursive: true })
          fs.chmodSync(path.join(root.root, "cache"), 0o555)
        }
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect((yield* keptTrees(files.trees)).map(({ agents }) => agents)).toStrictEqual([["one"]])
      const borrowed = path.join(files.root, ".git", "objects", "info", "alternates")
      fs.writeFileSync(borrowed, `${files.base}/elsewhere\n`)
      const remains = yield* removeTrees(files.root, files.trees, run)
      expect([remains?.names, remains?.why.message]).toStrictEqual([
        [`refs/deputize/${run}/`, `worktrees/deputize-${run}-one`],
        "agents cannot have trees of their own here: the repository borrows its objects from another one (objects/info/alternates)"
      ])
      expect(fs.readdirSync(files.trees)).toStrictEqual([])
      fs.rmSync(borrowed)
      expect(files.git("for-each-ref", "--format=%(refname)", "refs/deputize").trim()).toBe(`refs/deputize/${run}/base`)
    })
  )

  it.live("are known of as long as the run is on record, and of no other run", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.txt", "a\n")
        rig.commit("first")
      })
      yield* Effect.gen(function* () {
        yield* (yield* Journal).open(run)
        yield* wholeRun(requestOf(files.root, ["one"], { isolation: "none" }), { one: write({ "a.txt": "by one\n" }) })
        expect(yield* hadTrees(files.trees, run)).toBe(false)
        yield* wholeRun(requestOf(files.root, ["one"]), { one: write({ "b.txt": "by one\n" }) })
        expect([fs.existsSync(path.join(files.trees, run)), yield* hadTrees(files.trees, run)]).toStrictEqual([
          false,
          true
        ])
      }).pipe(Effect.provide(services(files)))
      fs.mkdirSync(path.join(files.trees, run))
      expect(yield* hadTrees(files.trees, run).pipe(Effect.provide(Journal.layerMemory))).toBe(true)
    })
  )
})
