/**
 * Four agents that write, two of them the same lines.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { faults, type Rig, requestOf, rig, run, services, userState, wholeRun, write } from "./fixture.ts"

const lines = (...changed: ReadonlyArray<readonly [number, string]>): string =>
  Array.from({ length: 20 }, (_, index) => changed.find(([line]) => line === index)?.[1] ?? `line ${index}`)
    .map((line) => `${line}\n`)
    .join("")

const prepare = (rig: Rig) => {
  rig.write("a.txt", lines())
  rig.write("b.txt", lines())
  rig.write("mine.txt", "as committed\n")
  rig.write("staged.txt", "as committed\n")
  rig.write(".gitignore", "ignored/\n")
  rig.commit("first")
  rig.write("stashed.txt", "in the stash\n")
  rig.git("stash", "push", "-q", "-u")
  rig.write("mine.txt", "changed by me\n")
  rig.write("staged.txt", "staged by me\n")
  rig.git("add", "staged.txt")
  rig.write("untracked.txt", "not tracked\n")
  rig.write("ignored/cache", "ignored\n")
}

describe("four agents with trees of their own", () => {
  it.live("are merged in the order asked, and of two that touch the same lines the second is kept by a branch", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const before = userState(files)
      const { merges } = yield* wholeRun(requestOf(files.root, ["one", "two", "three", "four"]), {
        one: write({ "a.txt": lines([2, "one"]), "one.txt": "one\n" }),
        two: write({ "a.txt": lines([15, "two"]) }),
        three: write({ "a.txt": lines([2, "three"]), "three.txt": "three\n" }),
        four: write({ "b.txt": null, "deep/er/four.txt": "four\n" })
      }).pipe(Effect.provide(services(files)))
      const head = files.git("rev-parse", "HEAD").trim()
      const ref = `refs/deputize/${run}`
      const merged = { status: "merged", branch: null, conflicts: [], why: "" }
      const left = (name: string) => ({
        ref: `${ref}/${name}`,
        commit: files.git("rev-parse", `${ref}/${name}`).trim()
      })
      expect(merges).toStrictEqual({
        base: head,
        ref: `${ref}/merged`,
        merges: [
          { ...merged, agent: "/root/one", ...left("one"), files: ["a.txt", "one.txt"] },
          { ...merged, agent: "/root/two", ...left("two"), files: ["a.txt"] },
          {
            agent: "/root/three",
            status: "conflict",
            ...left("three"),
            branch: `deputize/${run}/three`,
            files: ["a.txt", "three.txt"],
            conflicts: ["a.txt"],
            why: "what others have merged before it touches the same lines"
          },
          { ...merged, agent: "/root/four", ...left("four"), files: ["b.txt", "deep/er/four.txt"] }
        ],
        brought: ["a.txt", "b.txt", "deep/er/four.txt", "one.txt"],
        left: []
      })
      expect(files.read("a.txt")).toBe(lines([2, "one"], [15, "two"]))
      expect(files.read("deep/er/four.txt")).toBe("four\n")
      expect(fs.existsSync(path.join(files.root, "b.txt"))).toBe(false)
      expect(files.git("show", `deputize/${run}/three:three.txt`)).toBe("three\n")
      // One moved forward, two merges.
      expect(files.git("rev-list", "--merges", "--count", `${ref}/merged`).trim()).toBe("2")
      expect(files.git("rev-parse", `${ref}/one`)).toBe(files.git("rev-parse", `${ref}/merged~2`))
      expect(userState(files)).toStrictEqual(before)
      expect(files.read("mine.txt")).toBe("changed by me\n")
      expect(files.read("untracked.txt")).toBe("not tracked\n")
      expect(files.read("ignored/cache")).toBe("ignored\n")
      expect(files.git("worktree", "list", "--porcelain").match(/^worktree /gm)).toHaveLength(1)
      expect(fs.readdirSync(files.trees)).toStrictEqual([])
      expect(faults(files.root)).toBe("")
    })
  )
})
