/**
 * Runs of which all agents have completed, and whose work could not be merged: taken up again they do that, and ask no
 * model. What has come to its end, however it did, is not taken up.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { recordedResult } from "@deputize/core/history/RecordedResult"
import { Blobs } from "@deputize/core/journal/Blobs"
import { JournalError } from "@deputize/core/journal/JournalError"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import { NotResumable, Runtime } from "@deputize/core/runtime/Runtime"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { asked, type Rig, rig, writer } from "./fixture.ts"
import { became, type Calls, call, environment, isolated, program, resume, start, writing } from "./program.ts"

const checking = (command: string): Partial<RunRequest> => ({ checks: { commands: [command], environment } })

const noRoom = new JournalError({ path: "blobs", reason: { _tag: "DiskFull" } })

/** Keeps bytes, unless a file says that there is no room. */
const fullWhile = (flag: string) =>
  Layer.effect(
    Blobs,
    Effect.gen(function* () {
      const blobs = yield* Blobs
      const put: typeof blobs.put = (bytes) => (fs.existsSync(flag) ? Effect.fail(noRoom) : blobs.put(bytes))
      return Blobs.of({ ...blobs, put: (bytes) => Effect.suspend(() => put(bytes)) })
    })
  ).pipe(Layer.provide(Blobs.layerMemory))

const committed = rig((rig) => {
  rig.write("a.txt", "a\n")
  rig.commit("first")
})

const both: Calls = { one: [writing("one.txt", "1\n")], two: [writing("two.txt", "2\n")] }

/** A shell's words for what `command` does in the tree of both, as long as `flag` is there. */
const inBoth = (flag: string, command: string) =>
  `if test -e ${flag} && test -e one.txt && test -e two.txt; then ${command}; fi`

describe("a run whose merges could not be done", () => {
  it.live("as git failed is partial, and merges when it is taken up, without a model", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const [flag, refs] = [path.join(files.base, "FLAG"), path.join(files.root, ".git/refs/deputize")]
      fs.writeFileSync(flag, "")
      const { asks, live } = program(files, both)
      yield* Effect.gen(function* () {
        const command = inBoth(flag, `for d in ${refs}/*; do touch $d/merged.lock; done`)
        const first = yield* start(isolated(files, ["one", "two"], checking(command)))
        expect(became(first)).toStrictEqual(["partial", "merged", "kept"])
        expect(first.merges?.merges[1]?.why).toContain("merged.lock")
        expect(yield* recordedResult(first.run)).toStrictEqual(first)
        const before = [...asks]
        expect(became(yield* resume(first.run))).toStrictEqual(["partial", "merged", "kept"])
        fs.rmSync(flag)
        fs.rmSync(path.join(refs, first.run, "merged.lock"))
        const last = yield* resume(first.run)
        expect(became(last)).toStrictEqual(["completed", "merged", "merged"])
        expect([files.read("one.txt"), files.read("two.txt")]).toStrictEqual(["1\n", "2\n"])
        expect([asks, last.usage, last.budget]).toStrictEqual([before, first.usage, first.budget])
        expect(yield* Effect.flip(resume(first.run))).toStrictEqual(
          new NotResumable({ run: first.run, reason: { _tag: "Completed" } })
        )
      }).pipe(Effect.provide(live))
    })
  )

  it.live("as nothing could be noted of what is in the workspace brings it when it is taken up", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const [flag, refs] = [path.join(files.base, "FLAG"), path.join(files.root, ".git/refs/deputize")]
      fs.writeFileSync(flag, "")
      const { live } = program(files, both)
      yield* Effect.gen(function* () {
        const command = inBoth(flag, `for d in ${refs}/*; do touch $d/brought.lock; done`)
        const first = yield* start(isolated(files, ["one", "two"], checking(command)))
        expect([...became(first), first.merges?.left.map(({ path }) => path)]).toStrictEqual([
          "partial",
          "merged",
          "merged",
          ["."]
        ])
        fs.rmSync(path.join(refs, first.run, "brought.lock"))
        const last = yield* resume(first.run)
        expect([...became(last), last.merges?.left]).toStrictEqual(["completed", "merged", "merged", []])
        expect([files.read("one.txt"), files.read("two.txt")]).toStrictEqual(["1\n", "2\n"])
      }).pipe(Effect.provide(live))
    })
  )

  it.live("as the setup of the merged tree failed merges when it is taken up", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const flag = path.join(files.base, "FLAG")
      fs.writeFileSync(flag, "")
      const { live } = program(files, both)
      const setup = [inBoth(flag, "echo no network >&2; exit 1")]
      yield* Effect.gen(function* () {
        const first = yield* start(
          isolated(files, ["one", "two"], { ...checking("true"), worktree: { copy: [], setup } })
        )
        expect(became(first)).toStrictEqual(["partial", "merged", "kept"])
        expect(first.merges?.merges[1]?.why).toContain("no network")
        fs.rmSync(flag)
        expect(became(yield* resume(first.run))).toStrictEqual(["completed", "merged", "merged"])
        expect(files.read("two.txt")).toBe("2\n")
      }).pipe(Effect.provide(live))
    })
  )

  it.live("as the bytes that go could not be kept merges when it is taken up", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const flag = path.join(files.base, "FLAG")
      const { asks, live } = program(
        files,
        { one: [call("edit", { path: "a.txt", old: "a", new: "1" }), writing("b.txt", "2\n")] },
        fullWhile(flag)
      )
      yield* Effect.gen(function* () {
        const runtime = yield* Runtime
        const { error, run } = yield* Effect.scoped(
          Effect.gen(function* () {
            const { run, wait } = yield* runtime.start(isolated(files, ["one"], checking(`touch ${flag}`)))
            return { run, error: yield* Effect.flip(wait) }
          })
        )
        expect(error).toStrictEqual(noRoom)
        expect([files.read("a.txt"), fs.existsSync(path.join(files.root, "b.txt"))]).toStrictEqual(["a\n", false])
        const before = [...asks]
        fs.rmSync(flag)
        const last = yield* resume(run)
        expect([...became(last), last.merges?.brought]).toStrictEqual(["completed", "merged", ["a.txt", "b.txt"]])
        expect([files.read("a.txt"), files.read("b.txt"), asks]).toStrictEqual(["1\n", "2\n", before])
      }).pipe(Effect.provide(live))
    })
  )

  it.live("as it was cancelled merges when it is taken up, beside an agent that stays paused", () =>
    Effect.gen(function* () {
      const files = yield* committed
      const [flag, reached] = [path.join(files.base, "FLAG"), path.join(files.base, "REACHED")]
      fs.writeFileSync(flag, "")
      const { asks, live } = program(files, { ...both, three: [writing("three.txt", "3\n")] })
      const three = { ...asked(writer("three")), limits: { tokens: 400_000, turns: 2 } }
      yield* Effect.gen(function* () {
        const runtime = yield* Runtime
        const wanted = isolated(files, ["one", "two"], checking(inBoth(flag, `touch ${reached}; sleep 20`)))
        const cut = yield* Effect.scoped(
          Effect.gen(function* () {
            const handle = yield* runtime.start({ ...wanted, agents: [...wanted.agents, three] })
            while (!fs.existsSync(reached)) yield* Effect.sleep("50 millis")
            return yield* handle.cancel
          })
        )
        expect(cut.agents.map(({ status }) => status)).toStrictEqual(["completed", "completed", "paused"])
        expect(became(cut)).toStrictEqual(["cancelled", "merged", "kept", "kept"])
        fs.rmSync(flag)
        const before = [...asks]
        const last = yield* resume(cut.run)
        expect(became(last)).toStrictEqual(["partial", "merged", "merged", "kept"])
        expect([files.read("two.txt"), asks]).toStrictEqual(["2\n", before])
        const refused = yield* Effect.flip(resume(cut.run))
        expect(refused).toStrictEqual(
          new NotResumable({ run: cut.run, reason: { _tag: "AtLimit", lacking: { turns: 3 } } })
        )
      }).pipe(Effect.provide(live))
    })
  )
})

describe("a run whose merges have come to an end is complete", () => {
  const refuses = (files: Rig, calls: Calls, more: Partial<RunRequest>, statuses: ReadonlyArray<string>) => {
    const { live } = program(files, calls)
    return Effect.gen(function* () {
      const done = yield* start(isolated(files, ["one", "two"], more))
      expect(became(done)).toStrictEqual(["completed", ...statuses])
      expect(yield* Effect.flip(resume(done.run))).toStrictEqual(
        new NotResumable({ run: done.run, reason: { _tag: "Completed" } })
      )
    }).pipe(Effect.provide(live))
  }

  it.live("by a conflict", () =>
    Effect.flatMap(committed, (files) =>
      refuses(files, { one: [writing("b.txt", "1\n")], two: [writing("b.txt", "2\n")] }, {}, ["merged", "conflict"])
    )
  )

  it.live("by a check that failed", () =>
    Effect.flatMap(committed, (files) =>
      refuses(files, both, checking("! test -e one.txt || ! test -e two.txt"), ["merged", "check_failed"])
    )
  )

  it.live("by a file that the user has made meanwhile", () =>
    Effect.flatMap(committed, (files) => {
      files.write("two.txt", "mine\n")
      return refuses(files, both, {}, ["merged", "merged"])
    })
  )
})
