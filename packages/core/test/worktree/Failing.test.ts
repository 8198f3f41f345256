/**
 * Git and the disk fail while agents end: no agent and no run falls over it, and the user is told where work lies.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { childPath, rootPath } from "@deputize/core/domain/Ids"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import {
  asked,
  begin,
  childOf,
  faults,
  firstOf,
  idle,
  placesOf,
  type Rig,
  requestOf,
  resultAt,
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

const isolated = (name: string) => writer(name, { isolation: "worktree" })
const sharing = (name: string) => writer(name, { isolation: "none" })

/** What stands beside the files of an agent's own tree. */
const beside = ({ root }: Ground, name: string): string => path.join(path.dirname(root.root), name)

/** The agent `lead` alone, in its own tree. */
const leading = Effect.fnUntraced(function* (files: Rig) {
  const request = { workspace: files.root, agents: [asked(isolated("lead"))] }
  const ground = yield* begin(request)
  return { ground, lead: firstOf(request) }
})

/** Objects cannot be read or written until the scope closes. */
const withoutObjects = (files: Rig) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const objects = path.join(files.root, ".git/objects")
      fs.renameSync(objects, `${objects}.away`)
      fs.writeFileSync(objects, "")
    }),
    () =>
      Effect.sync(() => {
        const objects = path.join(files.root, ".git/objects")
        fs.rmSync(objects)
        fs.renameSync(`${objects}.away`, objects)
      })
  )

describe("what cannot be noted of files that git ignores", () => {
  it.live("is told with the result of who wrote them, and all of it stays in the tree", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        const { ground, lead } = yield* leading(files)
        let [note, tree] = ["", ""]
        const result = yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            tree = own.root.root
            note = beside(own, "written")
            fs.mkdirSync(note)
            const told = yield* work(own.below, childOf(lead, sharing("child")), write({ "child.log": "child\n" }), {
              artifacts: ["child.log"]
            })
            expect([told.status, told.answer]).toStrictEqual([
              "completed",
              `done\n\nWhat it wrote and git ignores is not kept if the run is cut now: the agent's own tree failed: ${note} cannot be written (EISDIR).`
            ])
          })
        )
        const why = `the agent's own tree failed: ${note} cannot be written (EISDIR); what it left is in ${tree}`
        expect([result.status, result.answer]).toStrictEqual([
          "completed",
          `done\n\nWhat it changed is not merged: ${why}.`
        ])
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.merges.map(({ agent, status, why }) => [agent, status, why])).toStrictEqual([
          ["/root/lead", "kept", why]
        ])
        expect(fs.readFileSync(path.join(tree, "child.log"), "utf8")).toBe("child\n")
      }).pipe(Effect.scoped, Effect.provide(services(files)))
    })
  )

  it.live("spoils no other note when it was cut half-way", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        const { ground, lead } = yield* leading(files)
        const result = yield* work(ground.of, lead, (own) =>
          Effect.gen(function* () {
            const child = (name: string) =>
              work(own.below, childOf(lead, sharing(name)), write({ [`${name}.log`]: `${name}\n` }), {
                artifacts: [`${name}.log`]
              })
            yield* child("one")
            fs.appendFileSync(beside(own, "written"), "\0tw")
            yield* child("three")
          })
        )
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.brought).toStrictEqual(["one.log", "three.log"])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
    })
  )
})

describe("a file that git ignores", () => {
  it.live("reaches the workspace from two agents below, whoever of them has a tree", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        const { ground, lead } = yield* leading(files)
        const child = childOf(lead, isolated("child"))
        const result = yield* work(ground.of, lead, (own) =>
          work(own.below, child, (its) =>
            work(its.below, childOf(child, sharing("guest")), write({ "guest.log": "guest\n" }), {
              artifacts: ["guest.log"]
            })
          )
        )
        const merges = yield* ground.finish([result], { isCut: false })
        expect(merges?.brought).toStrictEqual(["guest.log"])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect(files.read("guest.log")).toBe("guest\n")
    })
  )
})

describe("a run whose git fails at the end", () => {
  it.live("says so, names the ref of what an agent left, and merges it when it is taken up", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      const base = files.git("rev-parse", "HEAD").trim()
      yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        const results = yield* Effect.forEach(placesOf(request), (place) =>
          work(ground.of, place, write({ "b.txt": "b\n" }))
        )
        const merges = yield* Effect.scoped(
          Effect.andThen(withoutObjects(files), ground.finish(results, { isCut: false }))
        )
        const said = expect.stringMatching(/^the agent's own tree failed: git .* said: /)
        expect(merges).toStrictEqual({
          base,
          ref: `refs/deputize/${run}/merged`,
          merges: [
            {
              agent: "/root/one",
              status: "kept",
              ref: `refs/deputize/${run}/one`,
              commit: null,
              branch: null,
              files: [],
              conflicts: [],
              why: said
            }
          ],
          brought: [],
          left: [{ path: ".", why: said }]
        })
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      const { merges } = yield* wholeRun(request, idle).pipe(Effect.provide(services(files)))
      expect([merges?.brought, merges?.left, files.read("b.txt"), faults(files.root)]).toStrictEqual([
        ["b.txt"],
        [],
        "b\n",
        ""
      ])
    })
  )

  it.live("commits a tree once more that could not be committed when its agent ended", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        let note = ""
        const results = yield* Effect.forEach(placesOf(request), (place) =>
          work(ground.of, place, (own) =>
            Effect.andThen(
              write({ "b.txt": "b\n" })(own),
              Effect.sync(() => {
                note = beside(own, "written")
                fs.mkdirSync(note)
              })
            )
          )
        )
        const stuck = yield* ground.finish(results, { isCut: false })
        expect([stuck?.merges.map(({ commit, status }) => [status, commit]), stuck?.brought]).toStrictEqual([
          [["kept", null]],
          []
        ])
        fs.rmdirSync(note)
        const merges = yield* ground.finish(results, { isCut: false })
        expect([merges?.merges.map(({ files, status }) => [status, files]), merges?.brought]).toStrictEqual([
          [["merged", ["b.txt"]]],
          ["b.txt"]
        ])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect([fs.readdirSync(files.trees), faults(files.root)]).toStrictEqual([[], ""])
    })
  )

  it.live("is told also where the run's trees cannot be opened", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"])
      const record = path.join(files.base, "record")
      const first = yield* wholeRun(request, { one: write({ "b.txt": "b\n" }) }).pipe(
        Effect.provide(services(files, record))
      )
      const merges = yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        yield* withoutObjects(files)
        return yield* ground.finish([resultAt(childPath(rootPath, "one"))], { isCut: false })
      }).pipe(Effect.scoped, Effect.provide(services(files, record)))
      expect(merges).toStrictEqual({
        ...first.merges,
        left: [{ path: ".", why: "agents cannot have trees of their own here: .git holds no repository" }]
      })
    })
  )
})

describe("a file that was written where a link stands by now", () => {
  it.live("is not looked for behind the link, and the rest is merged", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const outside = path.join(files.base, "elsewhere")
      fs.mkdirSync(outside)
      fs.writeFileSync(path.join(outside, "x.log"), "outside\n")
      const { merges } = yield* wholeRun(
        requestOf(files.root, ["one"]),
        {
          one: ({ root }: Ground) =>
            Effect.sync(() => {
              fs.symlinkSync(outside, path.join(root.root, "folder"))
              fs.writeFileSync(path.join(root.root, "b.txt"), "b\n")
            })
        },
        { one: { artifacts: ["folder/x.log", "b.txt"] } }
      ).pipe(Effect.provide(services(files)))
      expect([merges?.merges.map(({ status }) => status), merges?.brought, merges?.left]).toStrictEqual([
        ["merged"],
        ["b.txt"],
        [{ path: "folder", why: "it is a symbolic link" }]
      ])
    })
  )
})

describe("a folder for trees that cannot be made", () => {
  it.live("fails the agent, and no more than that", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      fs.mkdirSync(path.dirname(files.trees), { recursive: true })
      fs.writeFileSync(files.trees, "")
      const request = requestOf(files.root, ["one"])
      yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        const [one] = placesOf(request)
        if (one === undefined) throw new Error("no place")
        const error = yield* Effect.flip(work(ground.of, one, write({ "b.txt": "b\n" })))
        const why = `the agent's own tree failed: ${path.join(files.trees, run)} cannot be written (ENOTDIR)`
        expect(error.message).toBe(why)
        expect(
          (yield* ground.finish([resultAt(one.path, { status: "failed" })], { isCut: false }))?.left
        ).toStrictEqual([{ path: ".", why }])
      }).pipe(Effect.scoped, Effect.provide(services(files)))
    })
  )
})
