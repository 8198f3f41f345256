/** The tree that merged work is checked in: each agent's is judged by itself, whatever became of those before it. */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { requestOf, rig, services, wholeRun, write } from "./fixture.ts"

const environment = { PATH: process.env["PATH"] ?? "" }

const committed = rig((rig) => {
  rig.write(".gitignore", "*.out\n")
  rig.commit("first")
})

/** Compiles all sources, and finds fault with what has come of a bad one. */
const compiles = 'for f in *.src; do cp "$f" "$f.out"; done; ! ls | grep bad.src.out'

const acts = {
  one: write({ "one.src": "1\n" }),
  two: write({ "bad.src": "2\n" }),
  three: write({ "three.src": "3\n" })
}

describe("the tree that merged work is checked in", () => {
  it.live("holds nothing that the check of an agent before has left which failed", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const request = requestOf(files.root, ["one", "two", "three"], { checks: { commands: [compiles], environment } })
      const { merges } = yield* wholeRun(request, acts).pipe(Effect.provide(services(files)))
      expect(merges?.merges.map(({ status, why }) => [status, why])).toStrictEqual([
        ["merged", ""],
        ["check_failed", `the check \`${compiles}\` ended with 1 on the merged tree: bad.src.out`],
        ["merged", ""]
      ])
      expect(merges?.brought).toStrictEqual(["one.src", "three.src"])
    })
  )

  it.live("is made ready anew after one that failed, and only then", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const count = path.join(files.base, "setups")
      const request = requestOf(files.root, ["one", "two", "three", "four"], {
        checks: { commands: [`test -e ready.out && ${compiles}`], environment },
        worktree: { copy: [], setup: [`touch ready.out; pwd >> ${count}`] }
      })
      const { merges } = yield* wholeRun(request, { ...acts, four: write({ "four.src": "4\n" }) }).pipe(
        Effect.provide(services(files))
      )
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged", "check_failed", "merged", "merged"])
      const setups = fs.readFileSync(count, "utf8").trim().split("\n")
      expect(setups.length - request.agents.length).toBe(2)
    })
  )
})
