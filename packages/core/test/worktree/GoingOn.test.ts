/**
 * Agents and runs that are taken up again: what they had left is found by their names.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  begin,
  childOf,
  faults,
  firstOf,
  namesIn,
  placesOf,
  type Rig,
  requestOf,
  resultAt,
  rig,
  run,
  services,
  userState,
  work,
  write,
  writer
} from "./fixture.ts"

const prepare = (rig: Rig) => {
  rig.write("a.txt", "a\n")
  rig.write("b.txt", "b\n")
  rig.write(".gitignore", "*.log\n")
  rig.commit("first")
}

/** One process: whatever it opened is closed behind it. */
const inProcess = <A, E>(files: Rig, body: Effect.Effect<A, E, Effect.Services<ReturnType<typeof begin>>>) =>
  body.pipe(Effect.scoped, Effect.provide(services(files)))

const treeOf = (files: Rig, slug: string) => path.join(files.trees, run, slug, path.basename(files.root))

describe("an agent with a tree of its own that goes on", () => {
  it.live("in another process finds its tree as it was, when it had not ended", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      yield* inProcess(
        files,
        Effect.gen(function* () {
          const own = yield* (yield* begin(request)).of(firstOf(request))
          yield* write({ "a.txt": "half\n", "x.log": "half\n", "b.txt": null })(own)
        })
      )
      expect(namesIn(treeOf(files, "one"))).toStrictEqual([".git", ".gitignore", "a.txt", "x.log"])
      const merges = yield* inProcess(
        files,
        Effect.gen(function* () {
          const ground = yield* begin(request)
          const result = yield* work(
            ground.of,
            firstOf(request),
            (own) => {
              expect(own.root.root).toBe(treeOf(files, "one"))
              expect(fs.readFileSync(path.join(own.root.root, "x.log"), "utf8")).toBe("half\n")
              return write({ "a.txt": "whole\n" })(own)
            },
            { artifacts: ["a.txt", "x.log"] }
          )
          return yield* ground.finish([result], { isCut: false })
        })
      )
      expect(merges?.brought).toStrictEqual(["a.txt", "b.txt", "x.log"])
      expect(files.read("a.txt")).toBe("whole\n")
      expect(namesIn(files.trees)).toStrictEqual([])
    })
  )

  it.live("after it had ended begins with what it had left, and only what came is merged then", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one", "two"])
      const [one, two] = placesOf(request)
      if (one === undefined || two === undefined) throw new Error("no places")
      const paused = { status: "paused", artifacts: ["a.txt", "x.log"] } as const
      const first = yield* inProcess(
        files,
        Effect.gen(function* () {
          const ground = yield* begin(request)
          const results = [
            yield* work(ground.of, one, write({ "a.txt": "half\n", "x.log": "half\n" }), paused),
            yield* work(ground.of, two, write({ "b.txt": "two\n" }))
          ]
          return yield* ground.finish(results, { isCut: false })
        })
      )
      expect(
        first?.merges.map(({ agent, branch, files, status, why }) => [agent, status, files, branch, why])
      ).toStrictEqual([
        ["/root/one", "kept", ["a.txt", "x.log"], `deputize/${run}/one`, "the agent did not complete (paused)"],
        ["/root/two", "merged", ["b.txt"], null, ""]
      ])
      expect([files.read("a.txt"), files.read("b.txt")]).toStrictEqual(["a\n", "two\n"])
      files.write("b.txt", "the user's, after that\n")
      const second = yield* inProcess(
        files,
        Effect.gen(function* () {
          const ground = yield* begin(request)
          const result = yield* work(
            ground.of,
            one,
            (own: Ground) => {
              expect(namesIn(own.root.root)).toStrictEqual([".git", ".gitignore", "a.txt", "b.txt", "x.log"])
              expect(fs.readFileSync(path.join(own.root.root, "a.txt"), "utf8")).toBe("half\n")
              return write({ "a.txt": "whole\n" })(own)
            },
            { artifacts: ["a.txt", "x.log"] }
          )
          return yield* ground.finish([result, resultAt(two.path)], { isCut: false })
        })
      )
      expect(second?.merges.map(({ agent, branch, files, status }) => [agent, status, files, branch])).toStrictEqual([
        ["/root/one", "merged", ["a.txt", "x.log"], null],
        ["/root/two", "merged", ["b.txt"], null]
      ])
      expect(second?.left).toStrictEqual([])
      expect([files.read("a.txt"), files.read("b.txt"), files.read("x.log")]).toStrictEqual([
        "whole\n",
        "the user's, after that\n",
        "half\n"
      ])
      expect(files.git("branch", "--list", "deputize/*")).toBe("")
      expect(faults(files.root)).toBe("")
    })
  )

  it.live("takes nothing of what the user has committed or undone in between", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        prepare(rig)
        for (const name of ["same.txt", "mine.txt", "undone.txt"]) rig.write(name, "1\n2\n3\n4\n5\n")
        rig.commit("more")
      })
      const request = requestOf(files.root, ["one"])
      const ending = (contents: Readonly<Record<string, string>>) =>
        inProcess(
          files,
          Effect.gen(function* () {
            const ground = yield* begin(request)
            const result = yield* work(ground.of, firstOf(request), write(contents))
            return yield* ground.finish([result], { isCut: false })
          })
        )
      yield* ending({ "same.txt": "one\n2\n3\n4\n5\n", "undone.txt": "one\n" })
      files.write("same.txt", "one\n2\n3\n4\nuser\n")
      files.write("mine.txt", "user\n")
      files.write("undone.txt", "1\n2\n3\n4\n5\n")
      files.commit("the user's")
      const before = userState(files)
      const merges = yield* ending({ "same.txt": "one\n2\nagain\n4\n5\n", "new.txt": "new\n", "mine.txt": "agent\n" })
      expect([merges?.brought, merges?.left]).toStrictEqual([
        ["new.txt"],
        [
          { path: "mine.txt", why: "it was changed here" },
          { path: "same.txt", why: "it was changed here" }
        ]
      ])
      expect(["same.txt", "mine.txt", "undone.txt", "new.txt"].map(files.read)).toStrictEqual([
        "one\n2\n3\n4\nuser\n",
        "user\n",
        "1\n2\n3\n4\n5\n",
        "new\n"
      ])
      expect([userState(files), faults(files.root)]).toStrictEqual([before, ""])
    })
  )

  it.live("leaves a branch alone that the user has checked out in another worktree", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      const ending = (content: string, status: "paused" | "completed") =>
        inProcess(
          files,
          Effect.gen(function* () {
            const ground = yield* begin(request)
            const result = yield* work(ground.of, firstOf(request), write({ "a.txt": content }), { status })
            return yield* ground.finish([result], { isCut: false })
          })
        )
      yield* ending("half\n", "paused")
      const branch = `deputize/${run}/one`
      files.git("worktree", "add", "-q", `${files.base}/other`, branch)
      const merges = yield* ending("more\n", "completed")
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged"])
      expect(files.git("-C", `${files.base}/other`, "status", "--porcelain", "--branch").trim()).toBe(`## ${branch}`)
    })
  )

  it.live("leaves a branch alone that the user has gone on with", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      const ending = (content: string, status: "paused" | "failed") =>
        inProcess(
          files,
          Effect.gen(function* () {
            const ground = yield* begin(request)
            const result = yield* work(ground.of, firstOf(request), write({ "a.txt": content }), { status })
            return yield* ground.finish([result], { isCut: false })
          })
        )
      yield* ending("half\n", "paused")
      files.git("checkout", "-q", `deputize/${run}/one`)
      files.write("b.txt", "the user's\n")
      files.commit("the user's own")
      const own = files.git("rev-parse", "HEAD")
      const merges = yield* ending("more\n", "failed")
      expect(merges?.merges.map(({ branch, status }) => [status, branch])).toStrictEqual([["kept", null]])
      expect(files.git("rev-parse", `refs/heads/deputize/${run}/one`)).toBe(own)
      expect(files.git("show", `refs/deputize/${run}/one:a.txt`)).toBe("more\n")
    })
  )

  it.live("of a run that was cancelled is merged when the run is taken up", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      const cut = yield* inProcess(
        files,
        Effect.gen(function* () {
          const ground = yield* begin(request)
          const result = yield* work(ground.of, firstOf(request), write({ "a.txt": "A\n" }))
          return yield* ground.finish([result], { isCut: true })
        })
      )
      expect(cut?.merges.map(({ branch, status, why }) => [status, branch, why])).toStrictEqual([
        ["kept", null, "the run was cancelled before it was merged"]
      ])
      expect(files.read("a.txt")).toBe("a\n")
      const merges = yield* inProcess(
        files,
        Effect.flatMap(begin(request), ({ finish }) => finish([resultAt(firstOf(request).path)], { isCut: false }))
      )
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged"])
      expect(files.read("a.txt")).toBe("A\n")
    })
  )

  it.live("finds nothing of a tree that was not whole, nor of one whose removal was cut", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one", "two"])
      const own = path.join(files.trees, run)
      yield* inProcess(
        files,
        Effect.gen(function* () {
          const ground = yield* begin(request)
          for (const place of placesOf(request)) yield* ground.of(place)
        })
      )
      // As a kill leaves it: in the midst of a checkout, and of a removal.
      fs.rmSync(path.join(own, "one", "made.json"))
      fs.rmSync(path.join(treeOf(files, "one"), "a.txt"))
      fs.writeFileSync(path.join(own, "one", "index.lock"), "")
      fs.renameSync(path.join(own, "two"), path.join(own, ".gone-two-1"))
      fs.mkdirSync(path.join(own, "deputize-view-left"))
      const merges = yield* inProcess(
        files,
        Effect.gen(function* () {
          const ground = yield* begin(request)
          const results = yield* Effect.forEach(placesOf(request), (place) =>
            work(ground.of, place, (own) => write({ [`${place.path.slice(6)}.txt`]: "x\n" })(own))
          )
          return yield* ground.finish(results, { isCut: false })
        })
      )
      expect(merges?.brought).toStrictEqual(["one.txt", "two.txt"])
      expect([namesIn(files.trees), namesIn(path.join(files.root, ".git/worktrees"))]).toStrictEqual([[], []])
    })
  )

  it.live("began with its parent's tree finds that too, and what came is merged once more", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["lead"])
      const lead = firstOf(request)
      const child = childOf(lead, writer("child", { isolation: "worktree" }))
      yield* inProcess(
        files,
        Effect.gen(function* () {
          const own = yield* (yield* begin(request)).of(lead)
          yield* write({ "lead.txt": "lead\n" })(own)
          yield* work(own.below, child, write({ "a.txt": "child\n" }))
          const again = yield* own.below(child)
          yield* write({ "b.txt": "half\n" })(again)
        })
      )
      const merges = yield* inProcess(
        files,
        Effect.gen(function* () {
          const ground = yield* begin(request)
          const result = yield* work(ground.of, lead, (own) =>
            work(own.below, child, (its) => {
              expect(
                ["a.txt", "b.txt", "lead.txt"].map((file) => fs.readFileSync(path.join(its.root.root, file), "utf8"))
              ).toStrictEqual(["child\n", "half\n", "lead\n"])
              return write({ "b.txt": "whole\n" })(its)
            })
          )
          return yield* ground.finish([result], { isCut: false })
        })
      )
      expect(merges?.merges.map(({ agent, files, status }) => [agent, status, files])).toStrictEqual([
        ["/root/lead", "merged", ["a.txt", "b.txt", "lead.txt"]],
        ["/root/lead/child", "merged", ["a.txt", "b.txt"]]
      ])
      expect([files.read("a.txt"), files.read("b.txt")]).toStrictEqual(["child\n", "whole\n"])
    })
  )

  it.live("and had not completed is merged into its parent's tree once it has, also without another change", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["lead"])
      const lead = firstOf(request)
      const child = childOf(lead, writer("child", { isolation: "worktree" }))
      const merges = yield* inProcess(
        files,
        Effect.gen(function* () {
          const ground = yield* begin(request)
          const result = yield* work(ground.of, lead, (own) =>
            Effect.gen(function* () {
              yield* work(own.below, child, write({ "a.txt": "child\n" }), { status: "paused" })
              expect(fs.readFileSync(path.join(own.root.root, "a.txt"), "utf8")).toBe("a\n")
              yield* work(own.below, child, () => Effect.void)
              expect(fs.readFileSync(path.join(own.root.root, "a.txt"), "utf8")).toBe("child\n")
            })
          )
          return yield* ground.finish([result], { isCut: false })
        })
      )
      expect(merges?.merges.map(({ agent, branch, status }) => [agent, status, branch])).toStrictEqual([
        ["/root/lead", "merged", null],
        ["/root/lead/child", "merged", null]
      ])
      expect(files.git("branch", "--list", "deputize/*")).toBe("")
    })
  )
})
