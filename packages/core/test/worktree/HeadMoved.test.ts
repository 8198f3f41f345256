/** A run goes on from the commit that it began with, whatever the user has committed since. */
import { WorktreeError } from "@deputize/core/worktree/WorktreeError"
import { expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { rig } from "./fixture.ts"
import { isolated, program, resume, start, writing } from "./program.ts"

it.live("a commit that trees cannot hold keeps no run from going on that began before it, and every other one", () =>
  Effect.gen(function* () {
    const files = yield* rig((rig) => {
      rig.write("a.txt", "a\n")
      rig.commit("first")
    })
    const { live } = program(files, { one: [writing("one.txt", "1\n")] })
    yield* Effect.gen(function* () {
      const paused = yield* start(isolated(files, ["one"], { limits: { turns: 2 } }))
      expect(paused.status).toBe("paused")
      files.git("update-index", "--add", "--cacheinfo", `160000,${files.git("rev-parse", "HEAD").trim()},sub`)
      files.git("commit", "-qm", "a submodule")
      const last = yield* resume(paused.run, { more: { turns: 9 } })
      expect([last.status, last.merges?.brought]).toStrictEqual(["completed", ["one.txt"]])
      expect(yield* Effect.flip(start(isolated(files, ["one"])))).toStrictEqual(
        new WorktreeError({ workspace: files.root, reason: { _tag: "Submodules", paths: ["sub"] } })
      )
    }).pipe(Effect.provide(live))
  })
)
