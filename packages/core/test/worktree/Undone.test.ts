/**
 * What was merged of agents with trees of their own is put back.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import * as Diff from "@deputize/core/changes/Diff"
import * as Undo from "@deputize/core/changes/Undo"
import { AgentPath } from "@deputize/core/domain/Ids"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { faults, type Rig, requestOf, rig, run, services, userState, wholeRun, write } from "./fixture.ts"

/** The files of the working tree with their rights, and its folders, by names of any bytes. */
const pictureOf = (root: string, folder = Buffer.from(root)): ReadonlyArray<string> =>
  fs.readdirSync(folder, { encoding: "buffer" }).flatMap((name): ReadonlyArray<string> => {
    if (name.toString() === ".git") return []
    const place = Buffer.concat([folder, Buffer.from("/"), name])
    const shown = place.toString("latin1")
    if (fs.lstatSync(place).isDirectory()) return [`${shown}/`, ...pictureOf(root, place)]
    return [`${shown} ${(fs.statSync(place).mode & 0o777).toString(8)} ${fs.readFileSync(place).toString("base64")}`]
  })

const undo = Effect.fnUntraced(function* ({ agent, redo = false }: { agent?: string; redo?: boolean } = {}) {
  const request = { run, agent: agent === undefined ? null : AgentPath.make(`/root/${agent}`), redo }
  return yield* Undo.undo(request, (yield* Undo.preview(request)).plan)
})

const prepare = (rig: Rig) => {
  rig.write("a.txt", "a\n")
  rig.write("run.sh", "#!/bin/sh\n")
  rig.write("app/a.txt", "app\n")
  rig.commit("first")
}

const shell = (command: string) => (ground: Ground) =>
  Effect.sync(() => {
    const { status, stderr } = spawnSync("sh", ["-c", command], { cwd: ground.root.root, encoding: "utf8" })
    if (status !== 0) throw new Error(stderr)
  })

describe("an undo of what was merged", () => {
  it.live("gives a file back the rights that alone were changed, and keeps those that the user has given it", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const before = pictureOf(files.root)
      yield* Effect.gen(function* () {
        yield* wholeRun(requestOf(files.root, ["one"]), { one: shell("chmod +x run.sh; echo b > a.txt") })
        const changed = pictureOf(files.root)
        expect(fs.statSync(path.join(files.root, "run.sh")).mode & 0o777).toBe(0o755)
        const { patches } = yield* Diff.diff(run, null)
        expect(patches.map(({ executable, kind, path }) => [path, kind, executable])).toStrictEqual([
          ["a.txt", "changed", { before: null, after: false }],
          ["run.sh", "changed", { before: false, after: true }]
        ])
        yield* undo()
        expect(pictureOf(files.root)).toStrictEqual(before)
        yield* undo({ redo: true })
        expect(pictureOf(files.root)).toStrictEqual(changed)
        fs.chmodSync(path.join(files.root, "a.txt"), 0o600)
        yield* undo()
        expect([files.read("a.txt"), fs.statSync(path.join(files.root, "a.txt")).mode & 0o777]).toStrictEqual([
          "a\n",
          0o600
        ])
      }).pipe(Effect.provide(services(files)))
    })
  )

  it.live("leaves folders that were there before, also empty ones", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      fs.mkdirSync(path.join(files.root, "build/empty"), { recursive: true })
      const before = pictureOf(files.root)
      yield* Effect.gen(function* () {
        yield* wholeRun(requestOf(files.root, ["one"]), { one: write({ "build/empty/new/x": "x\n" }) })
        expect(files.read("build/empty/new/x")).toBe("x\n")
        yield* undo()
        expect(pictureOf(files.root)).toStrictEqual(before)
      }).pipe(Effect.provide(services(files)))
    })
  )

  it.live("of one agent takes no other one's file of the same name for its own", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        yield* wholeRun(requestOf(files.root, ["one", "two"]), {
          one: write({ "a.txt": "one\n" }),
          two: write({ "app/a.txt": "two\n" })
        })
        yield* undo({ agent: "one" })
        expect([files.read("a.txt"), files.read("app/a.txt")]).toStrictEqual(["a\n", "two\n"])
      }).pipe(Effect.provide(services(files)))
    })
  )

  it.live("restores files of any names, and files larger than what tools write", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        prepare(rig)
        rig.write("line\nend", "1\n")
        rig.write("-dash", "1\n")
        rig.commit("second")
      })
      const before = pictureOf(files.root)
      const state = userState(files)
      yield* Effect.gen(function* () {
        const command = `for f in 'line\nend' -dash; do echo 2 > "./$f"; done; echo n > 'new\n: *'; head -c 70M /dev/zero > large`
        const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), { one: shell(command) })
        expect(merges?.left).toStrictEqual([])
        expect((yield* undo()).left).toStrictEqual([])
        expect(pictureOf(files.root)).toStrictEqual(before)
        expect([userState(files), faults(files.root)]).toStrictEqual([state, ""])
      }).pipe(Effect.provide(services(files)))
    })
  )
})

describe("a diff of what was merged", () => {
  /** Each file with its lines that differ, or what is missing. */
  const shown = Effect.gen(function* () {
    const { patches } = yield* Diff.diff(run, null)
    return patches.map(({ content, isMixed, path }) => [
      path,
      isMixed,
      content._tag === "Text" ? content.hunks.flatMap(({ lines }) => lines.map(({ text }) => text)) : content
    ])
  })

  it.live("shows it as it was brought, whatever the user has made of it since", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        yield* wholeRun(requestOf(files.root, ["one"]), { one: write({ "a.txt": "by one\n", "n.txt": "new\n" }) })
        const before = yield* shown
        expect(before.map(([path]) => path)).toStrictEqual(["a.txt", "n.txt"])
        fs.appendFileSync(path.join(files.root, "a.txt"), "by the user\n")
        fs.rmSync(path.join(files.root, "n.txt"))
        expect(yield* shown).toStrictEqual(before)
      }).pipe(Effect.provide(services(files)))
    })
  )

  it.live("does not speak of a file that was left, whatever the user has made of it since", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        fs.chmodSync(path.join(files.root, "a.txt"), 0o444)
        const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), {
          one: write({ "a.txt": "by one\n", "b.txt": "b\n" })
        })
        expect(merges?.left.map(({ path }) => path)).toStrictEqual(["a.txt"])
        fs.chmodSync(path.join(files.root, "a.txt"), 0o644)
        fs.appendFileSync(path.join(files.root, "a.txt"), "by the user\n")
        expect((yield* shown).map(([path]) => path)).toStrictEqual(["b.txt"])
        expect((yield* undo()).left).toStrictEqual([])
        expect(files.read("a.txt")).toBe("a\nby the user\n")
      }).pipe(Effect.provide(services(files)))
    })
  )
})

describe("a file whose name is no text", () => {
  it.live("is left and named, and nothing else is left for it", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      yield* Effect.gen(function* () {
        const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), {
          one: shell(`printf x > "$(printf 'caf\\351')"; echo b > b.txt`)
        })
        expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged"])
        expect([merges?.brought, merges?.left]).toStrictEqual([
          ["b.txt"],
          [{ path: "caf\uFFFD", why: "its name holds what is no text" }]
        ])
        expect(files.read("b.txt")).toBe("b\n")
      }).pipe(Effect.provide(services(files)))
    })
  )
})
