/**
 * Trees that are still there when their agents have ended: those that hold what cannot be committed, and those whose
 * process died before it had removed them.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { repository } from "../tool/gitFixture.ts"
import {
  begin,
  childOf,
  faults,
  firstOf,
  idle,
  namesIn,
  type Rig,
  requestOf,
  rig,
  run,
  services,
  wholeRun,
  work,
  write,
  writer
} from "./fixture.ts"

const prepare = (rig: Rig) => {
  rig.write("a.txt", "a\n")
  rig.write(".gitignore", "*.log\n")
  rig.commit("first")
}

/** Makes a repository with a commit within the tree: the tree stays for it. */
const nest =
  (files: Rig) =>
  ({ root }: Ground) =>
    Effect.sync(() => {
      const nested = path.join(root.root, "nested")
      fs.mkdirSync(nested)
      repository({ ...files, root: nested }).commit("first")
    })

/** All that is there of the run's trees: their folders, and their entries in the repository. */
const treesOf = (files: Rig) => [
  namesIn(path.join(files.trees, run)),
  namesIn(path.join(files.root, ".git/worktrees")).map((name) => name.replace(`deputize-${run}-`, ""))
]

/** The agent's tree is there again once `ending` has removed it, as if its process had died before. */
const killedBeforeRemoval = <A, E, R>(
  files: Rig,
  slug: string,
  ending: (keep: Effect.Effect<void>) => Effect.Effect<A, E, R>
) =>
  Effect.gen(function* () {
    const own = [path.join(files.trees, run, slug), path.join(files.root, ".git/worktrees", `deputize-${run}-${slug}`)]
    const copies = own.map((folder, index) => [folder, path.join(files.base, `copy-${index}`)] as const)
    const options = { recursive: true, preserveTimestamps: true }
    const keep = Effect.sync(() => {
      for (const [folder, copy] of copies) fs.cpSync(folder, copy, options)
    })
    const result = yield* ending(keep)
    for (const [folder, copy] of copies) fs.cpSync(copy, folder, options)
    return result
  })

describe("an agent whose tree stayed", () => {
  it.live("goes on in it, and does not stand in its own way", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      yield* Effect.gen(function* () {
        yield* wholeRun(request, { one: (own) => Effect.andThen(write({ "a.txt": "ONE\n" })(own), nest(files)(own)) })
        expect([files.read("a.txt"), treesOf(files)]).toStrictEqual(["ONE\n", [["one"], ["one"]]])
        const { merges } = yield* wholeRun(request, { one: write({ "a.txt": "TWO\n" }) })
        expect(merges?.merges.map(({ files, status, why }) => [status, files, why])).toStrictEqual([
          ["merged", ["a.txt"], ""]
        ])
        expect([files.read("a.txt"), treesOf(files)]).toStrictEqual(["TWO\n", [["one"], ["one"]]])
        // It ends once more without a change.
        const again = yield* wholeRun(request, idle)
        expect(again.merges?.merges).toStrictEqual(merges?.merges)
      }).pipe(Effect.provide(services(files)))
      expect(faults(files.root)).toBe("")
    })
  )

  it.live("takes back there what is merged", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      const { merges } = yield* wholeRun(request, {
        one: (own) => Effect.andThen(write({ "a.txt": "ONE\n" })(own), nest(files)(own))
      }).pipe(Effect.andThen(wholeRun(request, { one: write({ "a.txt": "a\n" }) })), Effect.provide(services(files)))
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged"])
      expect(files.read("a.txt")).toBe("a\n")
    })
  )

  it.live("is merged once more into the tree of the one that has started it", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["lead"])
      const lead = firstOf(request)
      const child = childOf(lead, writer("child", { isolation: "worktree" }))
      yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        const result = yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            yield* work(own.below, child, (its) => Effect.andThen(write({ "a.txt": "ONE\n" })(its), nest(files)(its)))
            const told = yield* work(own.below, child, write({ "a.txt": "TWO\n" }))
            expect(told.answer).not.toContain("not merged")
            expect(fs.readFileSync(path.join(own.root.root, "a.txt"), "utf8")).toBe("TWO\n")
          })
        )
        yield* ground.finish([result], { isCut: false })
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect(files.read("a.txt")).toBe("TWO\n")
    })
  )
})

describe("a process that died before it had removed the tree of an agent that has ended", () => {
  const request = (files: Rig) => requestOf(files.root, ["one"])
  const change = write({ "a.txt": "ONE\n", "x.log": "x\n" })
  const more = { artifacts: ["a.txt", "x.log"] }

  it.live("leaves it to the run's end, which removes it", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        const result = yield* killedBeforeRemoval(files, "one", (keep) =>
          Effect.flatMap(begin(request(files)), ({ of }) =>
            work(of, firstOf(request(files)), (own) => Effect.andThen(change(own), keep), more)
          ).pipe(Effect.scoped)
        )
        expect(treesOf(files)).toStrictEqual([["one"], ["one"]])
        const ending = Effect.flatMap(begin(request(files)), ({ finish }) => finish([result], { isCut: false }))
        expect((yield* Effect.scoped(ending))?.brought).toStrictEqual(["a.txt", "x.log"])
      }).pipe(Effect.provide(services(files)))
      expect(treesOf(files)).toStrictEqual([[], []])
    })
  )

  it.live("leaves it to the agent, which goes on in it", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const { merges } = yield* killedBeforeRemoval(files, "one", (keep) =>
        wholeRun(request(files), { one: (own) => Effect.andThen(change(own), keep) }, { one: more })
      ).pipe(
        Effect.andThen(wholeRun(request(files), { one: write({ "a.txt": "TWO\n" }) }, { one: more })),
        Effect.provide(services(files))
      )
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged"])
      expect([files.read("a.txt"), files.read("x.log"), treesOf(files)]).toStrictEqual(["TWO\n", "x\n", [[], []]])
    })
  )

  it.live("leaves what the agent has done since, if it died once more", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        const { results } = yield* killedBeforeRemoval(files, "one", (keep) =>
          wholeRun(request(files), { one: (own) => Effect.andThen(change(own), keep) }, { one: more })
        )
        const ground = yield* begin(request(files))
        const { root } = yield* Effect.scoped(ground.of(firstOf(request(files))))
        fs.writeFileSync(path.join(root.root, "y.log"), "made by a command\n")
        yield* ground.finish(results, { isCut: true })
        expect(fs.readFileSync(path.join(root.root, "y.log"), "utf8")).toBe("made by a command\n")
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect(treesOf(files)).toStrictEqual([["one"], ["one"]])
    })
  )
})
