import { createHash } from "node:crypto"
import builtinFs, * as fs from "node:fs"
import { syncBuiltinESMExports } from "node:module"
import * as path from "node:path"
import { describe, expect, it, vi } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { ConfinedRoot } from "../../src/workspace/ConfinedRoot.ts"
import {
  FileChanged,
  PathDenied,
  type PathError,
  type PathRule,
  PathUnwritable
} from "../../src/workspace/PathError.ts"
import { type Fixture, fixture, openDescriptors, pictureOf } from "./fixture.ts"
import { killWriters } from "./kill.ts"

type Attempt = Effect.Effect<unknown, PathError | FileChanged>

const bytes = (text: string) => new TextEncoder().encode(text)
const hash = (text: string) => createHash("sha256").update(text).digest("hex")
const within = <A, E>(
  body: (root: ConfinedRoot["Service"], files: Fixture) => Effect.Effect<A, E, Scope.Scope>,
  platform: NodeJS.Platform = "linux"
) =>
  Effect.gen(function* () {
    const files = yield* fixture
    return yield* Effect.flatMap(ConfinedRoot, (root) => body(root, files)).pipe(
      Effect.provide(ConfinedRoot.layer(files.root, { platform }))
    )
  }).pipe(Effect.scoped)
const read = (files: Fixture, name: string) => fs.readFileSync(path.join(files.root, name), "utf8")
const modeOf = (files: Fixture, name: string) => fs.statSync(path.join(files.root, name)).mode & 0o777
const namesIn = (files: Fixture) => fs.readdirSync(files.root, { recursive: true }).toSorted()

/** How often a folder has been read from now on, until the scope closes. */
const watchedReading = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => {
      const reading = vi.spyOn(builtinFs, "readdirSync")
      syncBuiltinESMExports()
      return reading
    }),
    (reading) =>
      Effect.sync(() => {
        reading.mockRestore()
        syncBuiltinESMExports()
      })
  ),
  (reading) => () => reading.mock.calls.length
)

/** Paths that no change goes through, with the rule that says so. */
const refused: ReadonlyArray<readonly [string, string, PathRule]> = [
  ["an empty path", "", "empty"],
  ["a NUL character", "a\0.txt", "nul"],
  ["a path above the workspace", "../made/new.txt", "outside"],
  ["a way out behind a new folder", "made/../../new.txt", "outside"],
  ["a way up that stays inside", "folder/../new.txt", "outside"],
  ["an absolute path", "/tmp/new.txt", "outside"],
  ["a doubled slash", "folder//new.txt", "outside"],
  ["a trailing slash", "made/", "outside"],
  ["a name of 300 bytes", `made/${"n".repeat(300)}`, "too-long"],
  ["a path of 201 folders", Array(202).fill("made").join("/"), "too-long"],
  ["a path longer than any", "made/".repeat(1000), "too-long"],
  ["a file behind a linked folder outside", "out/secret.txt", "moving"],
  ["a new file in a linked folder outside", "out/made/new.txt", "moving"],
  ["a file behind a linked folder inside", "alias/x.txt", "moving"],
  ["a file used as a folder", "folder/x.txt/new.txt", "moving"]
]

/** Names that are taken by what no file operation may touch. */
const noFile: ReadonlyArray<readonly [string, string, PathRule]> = [
  ["the workspace", ".", "not-a-file"],
  ["a folder", "folder", "not-a-file"],
  ["a FIFO", "pipe", "not-a-file"],
  ["a link to a FIFO", "to-pipe", "moving"],
  ["a link to a file outside", "to-file", "moving"],
  ["a link to a new file outside", "to-nothing", "moving"],
  ["a link to a device", "to-device", "moving"]
]

const traps = (files: Fixture): void => {
  files.write("folder/x.txt", "x")
  files.write("source.txt", "source")
  files.fifo("pipe")
  files.link(files.outside, "out")
  files.link("folder", "alias")
  files.link("pipe", "to-pipe")
  files.link("../outside/secret.txt", "to-file")
  files.link("../outside/new.txt", "to-nothing")
  files.link("/dev/null", "to-device")
}

describe.each(["linux", "darwin"] as const)("writing through the door of %s", (platform) => {
  it.live("makes files with their folders, replaces them whole, and says what they were", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        const made = yield* root.writeFile("a/b/new.txt", bytes("one"), "absent")
        const replaced = yield* root.writeFile("a/b/new.txt", bytes("two"), { hash: hash("one") })
        const whatever = yield* root.writeFile("c.txt", bytes("three"), "any")
        expect([made, replaced, whatever]).toStrictEqual([
          { path: "a/b/new.txt", before: null, after: hash("one") },
          { path: "a/b/new.txt", before: hash("one"), after: hash("two") },
          { path: "c.txt", before: null, after: hash("three") }
        ])
        expect([read(files, "a/b/new.txt"), read(files, "c.txt")]).toStrictEqual(["two", "three"])
        expect(namesIn(files)).toStrictEqual(["a", "a/b", "a/b/new.txt", "c.txt"])
      }),
      platform
    )
  )

  it.live(
    "keeps the mode of what it replaces, without rights to run as somebody else, and gives new files the umask",
    () =>
      within(
        Effect.fnUntraced(function* (root, files) {
          const modes = [0o600, 0o644, 0o666, 0o750, 0o4755]
          for (const mode of modes) {
            files.write("file", "old")
            fs.chmodSync(path.join(files.root, "file"), mode)
            yield* root.writeFile("file", bytes("new"), { hash: hash("old") })
            expect([read(files, "file"), modeOf(files, "file")]).toStrictEqual(["new", mode & 0o777])
          }
          yield* root.writeFile("new/file", bytes("new"), "absent")
          const allowed = 0o777 & ~process.umask()
          expect([modeOf(files, "new/file"), modeOf(files, "new")]).toStrictEqual([allowed & 0o666, allowed])
        }),
        platform
      )
  )

  it.live("neither replaces nor removes a file that nobody may write", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        files.write("locked.txt", "theirs")
        fs.chmodSync(path.join(files.root, "locked.txt"), 0o444)
        const refusal = new PathUnwritable({ path: "locked.txt", code: "EACCES" })
        expect(yield* Effect.flip(root.writeFile("locked.txt", bytes("mine"), "any"))).toStrictEqual(refusal)
        expect(yield* Effect.flip(root.deleteFile("locked.txt", "any"))).toStrictEqual(refusal)
        expect(refusal.message).toBe(
          "locked.txt cannot be written: it or its folder is read-only for this user (EACCES)"
        )
        expect([namesIn(files), read(files, "locked.txt")]).toStrictEqual([["locked.txt"], "theirs"])
      }),
      platform
    )
  )

  it.live("changes nothing that is not what was expected", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        files.write("there.txt", "theirs")
        const old = { hash: hash("old") }
        const attempts: ReadonlyArray<Attempt> = [
          root.writeFile("there.txt", bytes("mine"), "absent"),
          root.writeFile("there.txt", bytes("mine"), old),
          root.writeFile("gone.txt", bytes("mine"), old),
          root.writeFile("no/folder/gone.txt", bytes("mine"), old),
          root.deleteFile("there.txt", old),
          root.deleteFile("gone.txt", old),
          root.deleteFile("no/folder/gone.txt", old),
          root.move("there.txt", "new/elsewhere.txt", old),
          root.move("gone.txt", "new/elsewhere.txt", "any"),
          root.move("no/folder/gone.txt", "new/elsewhere.txt", "any")
        ]
        expect(yield* Effect.forEach(attempts, Effect.flip)).toStrictEqual([
          new FileChanged({ path: "there.txt", found: "a file" }),
          new FileChanged({ path: "there.txt", found: "another content" }),
          new FileChanged({ path: "gone.txt", found: "nothing" }),
          new FileChanged({ path: "no/folder/gone.txt", found: "nothing" }),
          new FileChanged({ path: "there.txt", found: "another content" }),
          new FileChanged({ path: "gone.txt", found: "nothing" }),
          new FileChanged({ path: "no/folder/gone.txt", found: "nothing" }),
          new FileChanged({ path: "there.txt", found: "another content" }),
          new FileChanged({ path: "gone.txt", found: "nothing" }),
          new FileChanged({ path: "no/folder/gone.txt", found: "nothing" })
        ])
        expect([namesIn(files), read(files, "there.txt")]).toStrictEqual([["there.txt"], "theirs"])
      }),
      platform
    )
  )

  it.live("of writers that expect the same bytes exactly one wins", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        files.write("shared.txt", "start")
        const writes = Array.from({ length: 8 }, (_, index) =>
          Effect.isSuccess(root.writeFile("shared.txt", bytes(`writer ${index}`), { hash: hash("start") }))
        )
        const won = yield* Effect.all(writes, { concurrency: "unbounded" })
        expect(won.filter(Boolean).length).toBe(1)
        expect([namesIn(files), read(files, "shared.txt")]).toStrictEqual([
          ["shared.txt"],
          `writer ${won.indexOf(true)}`
        ])
      }),
      platform
    )
  )

  it.live.each([...refused, ...noFile])("changes nothing through %s", ([, name, rule]) =>
    within(
      Effect.fnUntraced(function* (root, files) {
        traps(files)
        const before = pictureOf(files.base)
        const denied = new PathDenied({ path: name, rule })
        const attempts: ReadonlyArray<Attempt> = [
          root.writeFile(name, bytes("mine"), "any"),
          root.writeFile(name, bytes("mine"), "absent"),
          root.deleteFile(name, "any"),
          root.move(name, "new.txt", "any"),
          root.move("source.txt", name, "any")
        ]
        expect(yield* Effect.forEach(attempts, Effect.flip)).toStrictEqual(attempts.map(() => denied))
        expect(pictureOf(files.base)).toBe(before)
      }),
      platform
    )
  )

  it.live.each(refused)("makes no folder and sweeps nothing through %s", ([, name, rule]) =>
    within(
      Effect.fnUntraced(function* (root, files) {
        traps(files)
        const before = pictureOf(files.base)
        const attempts: ReadonlyArray<Attempt> = [root.makeDirectory(name), root.sweepTemporaries(name)]
        const denied = new PathDenied({ path: name, rule })
        expect(yield* Effect.forEach(attempts, Effect.flip)).toStrictEqual([denied, denied])
        expect(pictureOf(files.base)).toBe(before)
      }),
      platform
    )
  )

  it.live("makes no folder where something else has the name", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        traps(files)
        const before = pictureOf(files.base)
        const names = ["folder/x.txt", "pipe", "alias", "to-nothing", "out"]
        expect(yield* Effect.forEach(names, (name) => Effect.flip(root.makeDirectory(name)))).toStrictEqual(
          names.map((path) => new PathDenied({ path, rule: "moving" }))
        )
        expect(pictureOf(files.base)).toBe(before)
      }),
      platform
    )
  )

  it.live("writes through no hard link", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        fs.linkSync(path.join(files.outside, "secret.txt"), path.join(files.root, "hard.txt"))
        const before = fs.readFileSync(path.join(files.outside, "secret.txt"), "utf8")
        yield* root.writeFile("hard.txt", bytes("mine"), "any")
        expect([
          read(files, "hard.txt"),
          fs.readFileSync(path.join(files.outside, "secret.txt"), "utf8")
        ]).toStrictEqual(["mine", before])
      }),
      platform
    )
  )

  it.live("knows where a write would land without reading what else the folder holds", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        files.write("large/one.txt", "1")
        const reading = yield* watchedReading
        const place = yield* root.target("large/new.txt")
        expect([place.exists, reading()]).toStrictEqual([false, 0])
        // What is asked for and not there is another matter: the error names what is spelled alike.
        const missing = yield* Effect.flip(root.readFile("large/ono.txt", { maxBytes: 1 }))
        expect([missing.hint, reading()]).toStrictEqual(["Did you mean large/one.txt?", 1])
      }),
      platform
    )
  )

  it.live("knows where a write would land, through links, and be it there or not", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        files.write("real/file.txt", "x")
        files.link("real", "alias")
        files.link("real/later.txt", "dangling.txt")
        files.link(files.outside, "out")
        const paths = ["alias/file.txt", "alias/new/deep.txt", "./real//new.txt", "dangling.txt", "real", "."]
        expect(yield* Effect.forEach(paths, root.target)).toStrictEqual([
          { path: "real/file.txt", exists: true, kind: "file" },
          { path: "real/new/deep.txt", exists: false, kind: null },
          { path: "real/new.txt", exists: false, kind: null },
          // The portable door does not follow a link that leads nowhere; writing in its place is refused.
          { path: platform === "linux" ? "real/later.txt" : "dangling.txt", exists: false, kind: null },
          { path: "real", exists: true, kind: "directory" },
          { path: ".", exists: true, kind: "directory" }
        ])
        const far = `new/${"deep/".repeat(200)}file.txt`
        const named = `new/${"n".repeat(256)}`
        const elsewhere = ["out/new.txt", "../new.txt", "/etc/new.txt", far, named, "none/../new.txt"]
        const refusals = yield* Effect.forEach(elsewhere, (name) => Effect.flip(root.target(name)))
        expect(refusals.map((error) => (error._tag === "PathDenied" ? error.rule : error._tag))).toStrictEqual([
          "outside",
          "outside",
          "outside",
          "too-long",
          "too-long",
          "PathNotFound"
        ])
      }),
      platform
    )
  )

  it.live("moves where nothing stands, removes, and makes folders", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        files.write("a.txt", "a")
        files.write("b.txt", "b")
        expect(yield* Effect.flip(root.move("a.txt", "b.txt", "any"))).toStrictEqual(
          new FileChanged({ path: "b.txt", found: "a file" })
        )
        expect(yield* root.move("a.txt", "new/c.txt", { hash: hash("a") })).toStrictEqual([
          { path: "a.txt", before: hash("a"), after: null },
          { path: "new/c.txt", before: null, after: hash("a") }
        ])
        expect(yield* root.deleteFile("b.txt", { hash: hash("b") })).toStrictEqual({
          path: "b.txt",
          before: hash("b"),
          after: null
        })
        expect(
          yield* Effect.forEach(["b.txt", "no/folder/b.txt"], (name) => root.deleteFile(name, "any"))
        ).toStrictEqual([
          { path: "b.txt", before: null, after: null },
          { path: "no/folder/b.txt", before: null, after: null }
        ])
        yield* root.makeDirectory("x/y/z")
        yield* root.makeDirectory("x/y")
        expect([namesIn(files), read(files, "new/c.txt")]).toStrictEqual([
          ["new", "new/c.txt", "x", "x/y", "x/y/z"],
          "a"
        ])
      }),
      platform
    )
  )

  const names = Schema.Literals(["..", ".", "", "a", "b", "out", "alias", "to-file", "made", "x.txt", "\0", "~"])
  it.effect.prop("changes nothing outside, whatever the path", [Schema.Array(names)], ([path]) =>
    within(
      Effect.fnUntraced(function* (root, files) {
        traps(files)
        const beside = () => [fs.readdirSync(files.base), pictureOf(files.outside)]
        const before = beside()
        const name = path.join("/")
        yield* Effect.exit(root.makeDirectory(name))
        yield* Effect.exit(root.writeFile(name, bytes("mine"), "any"))
        yield* Effect.exit(Effect.flatMap(root.target(name), (place) => root.writeFile(place.path, bytes(""), "any")))
        yield* Effect.exit(root.move("source.txt", name, "any"))
        yield* Effect.exit(root.deleteFile(name, "any"))
        expect(beside()).toStrictEqual(before)
      }),
      platform
    )
  )
})

describe("writing", () => {
  it.live("leaves a whole file or none, and nothing else, when it is interrupted", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        const before = openDescriptors()
        const large = new Uint8Array(4 << 20)
        const fibers = yield* Effect.forEach(["a", "b", "c"], (name) =>
          Effect.forkChild(root.writeFile(`new/${name}.bin`, large, "absent"), { startImmediately: true })
        )
        yield* Effect.forEach(fibers, Fiber.interrupt, { concurrency: "unbounded" })
        const sizes = namesIn(files).map((name) => fs.statSync(path.join(files.root, String(name))).size)
        expect(namesIn(files)).toStrictEqual(["new", "new/a.bin", "new/b.bin", "new/c.bin"])
        expect(sizes.slice(1)).toStrictEqual([large.length, large.length, large.length])
        expect(openDescriptors()).toBe(before)
      })
    )
  )

  it.live("holds as many descriptors after refusals as before", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        traps(files)
        const before = openDescriptors()
        for (const [, name] of [...refused, ...noFile]) {
          yield* Effect.exit(root.writeFile(name, bytes("mine"), "absent"))
          yield* Effect.exit(root.deleteFile(name, { hash: hash("old") }))
          yield* Effect.exit(root.move("source.txt", name, "any"))
          yield* Effect.exit(root.makeDirectory(name))
        }
        expect(openDescriptors()).toBe(before)
      })
    )
  )

  it.live("sweeps what a killed process left, and nothing else", () =>
    within(
      Effect.fnUntraced(function* (root, files) {
        const old = (name: string) => fs.lutimesSync(path.join(files.root, "d", name), 1, 1)
        const others = [".deputize-mine.tmp", ".deputize-0123456789abcdef.tmp.bak", "notes.tmp"]
        for (const name of [".deputize-0123456789abcdef.tmp", ...others]) {
          files.write(`d/${name}`, "x")
          old(name)
        }
        files.write("d/.deputize-fedcba9876543210.tmp", "being written")
        files.link("notes.tmp", "d/.deputize-00000000000000aa.tmp")
        old(".deputize-00000000000000aa.tmp")
        expect([yield* root.sweepTemporaries("d"), yield* root.sweepTemporaries("none")]).toStrictEqual([1, 0])
        expect(fs.readdirSync(path.join(files.root, "d")).toSorted()).toStrictEqual(
          [".deputize-00000000000000aa.tmp", ".deputize-fedcba9876543210.tmp", ...others].toSorted()
        )
      })
    )
  )

  it.live("leaves old bytes or new ones after kill -9 at any moment, and the rest to the sweep", () =>
    Effect.gen(function* () {
      const { left, swept, torn } = yield* killWriters(8)
      expect({ torn, swept }).toStrictEqual({ torn: [], swept: left })
    })
  )
})
