/**
 * Agents that other agents have started, and where they read and write.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  asked,
  begin,
  childOf,
  faults,
  placesOf,
  type Rig,
  recorded,
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

const isolated = (name: string) => writer(name, { isolation: "worktree" })
const sharing = (name: string) => writer(name, { isolation: "none" })
const reading = (name: string) => writer(name, { isolation: "worktree", permissions: { write: [] } })

const read = (ground: Ground, file: string): string | undefined => {
  const place = path.join(ground.root.root, file)
  return fs.existsSync(place) ? fs.readFileSync(place, "utf8") : undefined
}

const prepare = (rig: Rig) => {
  rig.write("a.txt", "1\n2\n3\n4\n5\n6\n7\n8\n9\n")
  rig.write("b.txt", "b\n")
  rig.write(".gitignore", "*.log\n")
  rig.commit("first")
}

const edited = (line: number, text: string, from = "1\n2\n3\n4\n5\n6\n7\n8\n9\n"): string =>
  from
    .split("\n")
    .map((each, index) => (index === line - 1 ? text : each))
    .join("\n")

describe("an agent that another has started", () => {
  it.live("works in the same tree, and what it wrote is kept with that, be it ignored by git", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        const request = { workspace: files.root, agents: [asked(isolated("lead"))] }
        const ground = yield* begin(request)
        const [lead] = placesOf(request)
        if (lead === undefined) throw new Error("no place")
        const result = yield* work(
          ground.of,
          lead,
          (own) =>
            Effect.gen(function* () {
              yield* write({ "a.txt": "lead\n" })(own)
              yield* work(
                own.below,
                childOf(lead, sharing("child")),
                (its) => {
                  expect(its.root.root).toBe(own.root.root)
                  return write({ "child.log": "child\n", "b.txt": "child\n" })(its)
                },
                { artifacts: ["child.log", "b.txt"] }
              )
              expect(read(own, "b.txt")).toBe("child\n")
            }),
          { artifacts: ["a.txt"] }
        )
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.merges.map(({ agent, files, status }) => [agent, status, files])).toStrictEqual([
          ["/root/lead", "merged", ["a.txt", "b.txt", "child.log"]]
        ])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect([files.read("a.txt"), files.read("b.txt"), files.read("child.log")]).toStrictEqual([
        "lead\n",
        "child\n",
        "child\n"
      ])
    })
  )

  it.live("begins with its parent's tree as that is, and is merged into it as that has become", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const before = userState(files)
      yield* Effect.gen(function* () {
        const request = { workspace: files.root, agents: [asked(isolated("lead"))] }
        const ground = yield* begin(request)
        const [lead] = placesOf(request)
        if (lead === undefined) throw new Error("no place")
        const result = yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            yield* write({ "a.txt": edited(1, "lead before"), "b.txt": null, "new.txt": "new\n" })(own)
            const told = yield* work(
              own.below,
              childOf(lead, isolated("child")),
              (its) =>
                Effect.gen(function* () {
                  expect(its.root.root).not.toBe(own.root.root)
                  expect([read(its, "a.txt"), read(its, "b.txt"), read(its, "new.txt")]).toStrictEqual([
                    edited(1, "lead before"),
                    undefined,
                    "new\n"
                  ])
                  yield* write({ "a.txt": edited(9, "child", edited(1, "lead before")), "child.log": "c\n" })(its)
                  // Its parent goes on meanwhile, and takes back what it had done.
                  yield* write({ "a.txt": edited(1, "1"), "new.txt": "newer\n" })(own)
                }),
              { artifacts: ["a.txt", "child.log"] }
            )
            expect(told.answer).toBe("done")
            expect([read(own, "a.txt"), read(own, "new.txt"), read(own, "child.log")]).toStrictEqual([
              edited(9, "child"),
              "newer\n",
              "c\n"
            ])
          })
        )
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.merges.map(({ agent, files, status }) => [agent, status, files])).toStrictEqual([
          ["/root/lead", "merged", ["a.txt", "b.txt", "child.log", "new.txt"]],
          ["/root/lead/child", "merged", ["a.txt", "child.log"]]
        ])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect([files.read("a.txt"), files.read("child.log")]).toStrictEqual([edited(9, "child"), "c\n"])
      expect(userState(files)).toStrictEqual(before)
      expect(fs.readdirSync(files.trees)).toStrictEqual([])
      expect(faults(files.root)).toBe("")
    })
  )

  it.live("whose lines its parent has changed too is kept by a branch, and its parent is told", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        const request = { workspace: files.root, agents: [asked(isolated("lead"))] }
        const ground = yield* begin(request)
        const [lead] = placesOf(request)
        if (lead === undefined) throw new Error("no place")
        const result = yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            const told = yield* work(own.below, childOf(lead, isolated("child")), (its) =>
              Effect.andThen(write({ "a.txt": edited(5, "child") })(its), write({ "a.txt": edited(5, "lead") })(own))
            )
            expect(told.answer).toBe(
              `done\n\nWhat it changed is not merged: the agent that started it has changed the same lines (a.txt). It is in deputize/${run}/lead+child.`
            )
            expect(read(own, "a.txt")).toBe(edited(5, "lead"))
          })
        )
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.merges.map(({ agent, conflicts, status }) => [agent, status, conflicts])).toStrictEqual([
          ["/root/lead", "merged", []],
          ["/root/lead/child", "conflict", ["a.txt"]]
        ])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect(files.git("show", `deputize/${run}/lead+child:a.txt`)).toBe(edited(5, "child"))
    })
  )

  it.live("by one that works in the workspace is merged there when it ends, and the next begins with that", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      files.write("b.txt", "the user's\n")
      yield* Effect.gen(function* () {
        const request = { workspace: files.root, agents: [asked(reading("lead"))] }
        const ground = yield* begin(request)
        const [lead] = placesOf(request)
        if (lead === undefined) throw new Error("no place")
        const result = yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            expect(own.root.root).toBe(files.root)
            yield* work(own.below, childOf(lead, isolated("first")), write({ "a.txt": edited(1, "first") }))
            expect(files.read("a.txt")).toBe(edited(1, "first"))
            const told = yield* work(own.below, childOf(lead, isolated("second")), (its) => {
              expect([read(its, "a.txt"), read(its, "b.txt")]).toStrictEqual([edited(1, "first"), "b\n"])
              return write({ "a.txt": edited(1, "second"), "b.txt": "second\n" })(its)
            })
            expect(told.answer).toBe("done\n\nb.txt is not as it was merged: it was changed here.")
          })
        )
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.merges.map(({ agent, files, status }) => [agent, status, files])).toStrictEqual([
          ["/root/lead/first", "merged", ["a.txt"]],
          ["/root/lead/second", "merged", ["a.txt", "b.txt"]]
        ])
        expect([merges?.brought, merges?.left]).toStrictEqual([
          ["a.txt"],
          [{ path: "b.txt", why: "it was changed here" }]
        ])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect([files.read("a.txt"), files.read("b.txt")]).toStrictEqual([edited(1, "second"), "the user's\n"])
    })
  )

  it.live("that did not complete is not merged, and kept by a branch", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const facts = yield* Effect.gen(function* () {
        const request = requestOf(files.root, ["lead"])
        const ground = yield* begin(request)
        const [lead] = placesOf(request)
        if (lead === undefined) throw new Error("no place")
        yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            const more = { status: "failed", answer: "" } as const
            const told = yield* work(own.below, childOf(lead, isolated("child")), write({ "a.txt": "child\n" }), more)
            expect(told.answer).toBe(
              `What it changed is not merged: the agent did not complete (failed). It is in deputize/${run}/lead+child.`
            )
            expect(read(own, "a.txt")).toBe(edited(1, "1"))
          })
        )
        yield* ground.finish([resultAt(lead.path)], { isCut: false })
        return yield* recorded
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect(facts.flatMap(({ fact, path }) => (fact._tag === "Merged" ? [[path, fact.status]] : []))).toStrictEqual([
        ["/root/lead/child", "kept"],
        ["/root/lead", "unchanged"]
      ])
      expect(files.read("a.txt")).toBe(edited(1, "1"))
    })
  )
})
