/**
 * Agents that go on and take back what they had done: what of it is merged is taken back with it.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  asked,
  begin,
  childOf,
  faults,
  firstOf,
  idle,
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
  rig.write("b.txt", "b\n")
  rig.commit("first")
}

const change = write({ "a.txt": "ONE\n", "b.txt": null, "new.txt": "new\n" })
const takeBack = write({ "a.txt": "a\n", "b.txt": "b\n", "new.txt": null })

const contents = ({ root }: Rig) =>
  ["a.txt", "b.txt", "new.txt"].map((file) =>
    fs.existsSync(path.join(root, file)) ? fs.readFileSync(path.join(root, file), "utf8") : null
  )
const changed = ["ONE\n", null, "new\n"]
const asBefore = ["a\n", "b\n", null]

describe("what an agent takes back when it goes on", () => {
  it.live("is taken out of what is merged and out of the working tree, and told as merged whenever it is asked", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      yield* Effect.gen(function* () {
        yield* wholeRun(request, { one: change })
        expect(contents(files)).toStrictEqual(changed)
        const { merges } = yield* wholeRun(request, { one: takeBack })
        expect(merges?.merges.map(({ files, status, why }) => [status, files, why])).toStrictEqual([["merged", [], ""]])
        expect([merges?.brought, merges?.left]).toStrictEqual([["a.txt", "b.txt", "new.txt"], []])
        expect(contents(files)).toStrictEqual(asBefore)
      }).pipe(Effect.provide(services(files)))
      // Killed before it was on record that it is merged.
      const { merges } = yield* wholeRun(request, idle).pipe(Effect.provide(services(files)))
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged"])
      expect([contents(files), faults(files.root)]).toStrictEqual([asBefore, ""])
    })
  )

  it.live("is kept by a branch if it does not complete then", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      const { merges } = yield* wholeRun(request, { one: change }).pipe(
        Effect.andThen(wholeRun(request, { one: takeBack }, { one: { status: "paused" } })),
        Effect.provide(services(files))
      )
      expect(merges?.merges.map(({ branch, status, why }) => [status, branch, why])).toStrictEqual([
        ["kept", `deputize/${run}/one`, "the agent did not complete (paused)"]
      ])
      expect(contents(files)).toStrictEqual(changed)
      expect(files.git("show", `deputize/${run}/one:a.txt`)).toBe("a\n")
    })
  )

  it.live("before anything of it was merged leaves nothing to merge, to check or to keep", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"], { checks: { commands: ["false"], environment: {} } })
      const paused = { one: { status: "paused" } } as const
      yield* Effect.gen(function* () {
        yield* wholeRun(request, { one: change }, paused)
        for (const more of [paused, {}]) {
          const { merges } = yield* wholeRun(request, { one: takeBack }, more)
          expect(merges?.merges.map(({ branch, status }) => [status, branch])).toStrictEqual([["unchanged", null]])
        }
      }).pipe(Effect.provide(services(files)))
      expect(contents(files)).toStrictEqual(asBefore)
    })
  )

  it.live("is taken out of the working tree if one that works there has started it", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const reading = writer("lead", { isolation: "worktree", permissions: { write: [] } })
      const request = { workspace: files.root, agents: [asked(reading)] }
      const lead = firstOf(request)
      const child = childOf(lead, writer("child", { isolation: "worktree" }))
      yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        const result = yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            yield* work(own.below, child, change)
            expect(contents(files)).toStrictEqual(changed)
            yield* work(own.below, child, takeBack)
            expect(contents(files)).toStrictEqual(asBefore)
          })
        )
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.merges.map(({ agent, status }) => [agent, status])).toStrictEqual([
          ["/root/lead/child", "merged"]
        ])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
    })
  )

  it.live("is taken out of the tree of the one that has started it, once it completes", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["lead"])
      const lead = firstOf(request)
      const child = childOf(lead, writer("child", { isolation: "worktree" }))
      yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        const result = yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            const inTree = () => contents({ ...files, root: own.root.root })
            yield* work(own.below, child, change)
            const told = yield* work(own.below, child, takeBack, { status: "paused" })
            expect(told.answer).toBe(
              `done\n\nWhat it changed is not merged: the agent did not complete (paused). It is in deputize/${run}/lead+child.`
            )
            expect(inTree()).toStrictEqual(changed)
            yield* work(own.below, child, () => Effect.void)
            expect(inTree()).toStrictEqual(asBefore)
          })
        )
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.merges.map(({ agent, branch, status }) => [agent, status, branch])).toStrictEqual([
          ["/root/lead", "unchanged", null],
          ["/root/lead/child", "merged", null]
        ])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect([contents(files), files.git("branch", "--list", "deputize/*")]).toStrictEqual([asBefore, ""])
    })
  )
})
