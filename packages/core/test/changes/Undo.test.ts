import { createHash } from "node:crypto"
import * as fs from "node:fs"
import * as path from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { runChanges } from "../../src/changes/RunChanges.ts"
import { OtherWorkspace } from "../../src/changes/Undo.ts"
import { rootPath } from "../../src/domain/Ids.ts"
import { Blobs } from "../../src/journal/Blobs.ts"
import { Journal } from "../../src/journal/Journal.ts"
import type { Fixture } from "../workspace/fixture.ts"
import {
  agentPath,
  announce,
  blobsOf,
  bytes,
  change,
  laterRun,
  picture,
  preview,
  run,
  undo,
  within
} from "./fixture.ts"

const hash = (content: string) => createHash("sha256").update(content).digest("hex")
const place = (files: Fixture, file: string) => path.join(files.root, file)
const read = (files: Fixture, file: string) => fs.readFileSync(place(files, file), "utf8")
const nothing = () => undefined
const withA = (files: Fixture) => files.write("a.txt", "one\n")

describe("an undo", () => {
  it.effect("puts back changed, created and removed files byte for byte, with their rights and folders", () =>
    within(
      (files) => {
        files.write("a.txt", "one\r\ntwo")
        files.write("src/old.sh", "#!/bin/sh\n")
        fs.chmodSync(place(files, "src/old.sh"), 0o750)
        files.write("empty", "")
        files.write("bom.txt", "\ufeffx\n")
        files.write("logo.bin", new Uint8Array([0, 255, 1, 128]))
        fs.mkdirSync(place(files, "kept"))
      },
      Effect.fnUntraced(function* (files) {
        const before = picture(files)
        yield* change("x", { "a.txt": "changed", "new/deep/ä 漢字.txt": "", "src/old.sh": null, empty: "now\n" })
        yield* change("x", { "logo.bin": null, "new/other": "b", "bom.txt": "x\n", "kept/new": "" })
        const after = picture(files)
        const outcome = yield* undo()
        expect({ ...outcome, made: outcome.made.length }).toStrictEqual({
          undo: 1,
          made: 8,
          left: [],
          folders: ["new/deep", "new"]
        })
        expect(picture(files)).toStrictEqual(before)
        yield* undo({ redo: true })
        expect(picture(files)).toStrictEqual(after)
      })
    )
  )

  it.effect("gives a file that was removed and made anew the rights that it had first", () =>
    within(
      (files) => {
        files.write("run.sh", "one")
        fs.chmodSync(place(files, "run.sh"), 0o755)
      },
      Effect.fnUntraced(function* (files) {
        const before = picture(files)
        yield* change("x", { "run.sh": null })
        yield* change("x", { "run.sh": "two" })
        const after = picture(files)
        yield* undo()
        expect(picture(files)).toStrictEqual(before)
        yield* undo({ redo: true })
        expect(picture(files)).toStrictEqual(after)
      })
    )
  )

  it.effect("keeps the rights that somebody has given a changed file since", () =>
    within(
      withA,
      Effect.fnUntraced(function* (files) {
        yield* change("x", { "a.txt": "two\n" })
        fs.chmodSync(place(files, "a.txt"), 0o600)
        yield* undo()
        expect(picture(files)).toStrictEqual({ "a.txt": "600 one\n" })
      })
    )
  )

  it.effect("leaves what was changed, removed or made since, and puts the rest back", () =>
    within(
      (files) => {
        files.write("changed", "1")
        files.write("gone", "1")
        files.write("made", "1")
        files.write("back", "1")
      },
      Effect.fnUntraced(function* (files) {
        yield* change("x", { changed: "2", gone: "2", made: null, "made-dir/new": "2", back: "2" })
        files.write("changed", "theirs")
        fs.rmSync(place(files, "gone"))
        files.write("made", "theirs")
        const { left, made } = yield* undo()
        expect(left).toStrictEqual([
          { path: "changed", why: { _tag: "Changed", by: null } },
          { path: "gone", why: { _tag: "Gone", by: null } },
          { path: "made", why: { _tag: "Made", by: null } }
        ])
        expect(made.map(({ path }) => path)).toStrictEqual(["made-dir/new", "back"])
        expect(picture(files)).toStrictEqual({ changed: "644 theirs", made: "644 theirs", back: "644 1" })
      })
    )
  )

  it.effect("touches no folder, link or other thing that stands where a file stood", () =>
    within(
      (files) => {
        for (const name of ["folder", "link", "dangling", "pipe", "above/x", "through/x"]) files.write(name, "1")
      },
      Effect.fnUntraced(function* (files) {
        const names = ["folder", "link", "dangling", "pipe", "above/x", "through/x"]
        yield* change("x", Object.fromEntries(names.map((name) => [name, "2"])))
        for (const name of ["folder", "link", "dangling", "pipe", "above", "through"]) {
          fs.rmSync(place(files, name), { recursive: true })
        }
        fs.mkdirSync(place(files, "folder"))
        files.write("elsewhere/x", "2")
        files.link("elsewhere/x", "link")
        files.link("nothing", "dangling")
        files.link("elsewhere", "through")
        files.fifo("pipe")
        files.write("above", "2")
        const names2 = fs.readdirSync(files.root).sort()
        const { left, made } = yield* undo()
        expect({ made, left: left.map(({ path, why }) => [path, why._tag]) }).toStrictEqual({
          made: [],
          left: [
            ["above/x", "Blocked"],
            ["dangling", "Link"],
            ["folder", "Folder"],
            ["link", "Link"],
            ["pipe", "Refused"],
            ["through/x", "Link"]
          ]
        })
        expect([read(files, "elsewhere/x"), fs.readdirSync(files.root).sort()]).toStrictEqual(["2", names2])
      })
    )
  )

  it.effect("names the later run that changed a file", () =>
    within(
      (files) => {
        files.write("a.txt", "one")
        files.write("b.txt", "one")
      },
      Effect.fnUntraced(function* (files) {
        yield* change("x", { "a.txt": "two", "b.txt": "two" })
        yield* Effect.flatMap(Journal, (journal) => journal.open(laterRun))
        yield* change("y", { "a.txt": "three" }, laterRun)
        const { left } = yield* undo()
        expect(left).toStrictEqual([{ path: "a.txt", why: { _tag: "Changed", by: laterRun } }])
        expect([read(files, "a.txt"), read(files, "b.txt")]).toStrictEqual(["three", "one"])
        yield* undo({ of: laterRun })
        yield* undo()
        expect(read(files, "a.txt")).toBe("one")
      })
    )
  )

  it.effect(
    "of one agent leaves what another one changed after it, and goes back as far as its own changes reach",
    () =>
      within(
        (files) => {
          files.write("a", "0")
          files.write("b", "0")
          files.write("c", "0")
        },
        Effect.fnUntraced(function* (files) {
          yield* change("x", { a: "x1", b: "x1", c: "x1" })
          yield* change("x/child", { c: "x2" })
          yield* change("y", { a: "y1", b: "y1" })
          yield* change("x", { b: "x2" })
          yield* change("xy", { "by-another": "" })
          const { left } = yield* undo({ agent: "x" })
          expect(left).toStrictEqual([
            { path: "a", why: { _tag: "ChangedByAgent", agent: "/root/y" } },
            { path: "b", why: { _tag: "ChangedByAgent", agent: "/root/y" } }
          ])
          expect(picture(files)).toStrictEqual({ a: "644 y1", b: "644 y1", c: "644 0", "by-another": "644 " })
          yield* undo({ agent: "y" })
          expect(picture(files)).toStrictEqual({ a: "644 x1", b: "644 x1", c: "644 0", "by-another": "644 " })
          yield* undo()
          expect(picture(files)).toStrictEqual({ a: "644 0", b: "644 0", c: "644 0" })
        })
      )
  )

  it.effect("does not take away what somebody wrote between two changes", () =>
    within(
      withA,
      Effect.fnUntraced(function* (files) {
        yield* change("x", { "a.txt": "two" })
        files.write("a.txt", "theirs")
        yield* change("x", { "a.txt": "three" })
        expect((yield* undo()).left).toStrictEqual([{ path: "a.txt", why: { _tag: "ChangedBetween" } }])
        expect(read(files, "a.txt")).toBe("theirs")
      })
    )
  )

  it.effect("lets files and folders take each other's places", () =>
    within(
      (files) => files.write("place", "a file"),
      Effect.fnUntraced(function* (files) {
        const before = picture(files)
        yield* change("x", { place: null })
        yield* change("x", { "place/inside/new": "1" })
        const after = picture(files)
        expect((yield* undo()).left).toStrictEqual([])
        expect(picture(files)).toStrictEqual(before)
        expect((yield* undo({ redo: true })).left).toStrictEqual([])
        expect(picture(files)).toStrictEqual(after)
      })
    )
  )

  it.effect("keeps a folder that holds something else by now, and one that was there before", () =>
    within(
      (files) => fs.mkdirSync(place(files, "old")),
      Effect.fnUntraced(function* (files) {
        yield* change("x", { "new/a": "1", "old/b": "1", "gone/c": "1" })
        yield* change("x", { "gone/c": null })
        files.write("new/theirs", "2")
        const { folders } = yield* undo()
        expect({ folders, now: picture(files) }).toStrictEqual({
          folders: ["gone"],
          now: { "new/": "", "new/theirs": "644 2", "old/": "" }
        })
      })
    )
  )

  it.effect("does nothing the second time, and says so of what is in its way", () =>
    within(
      withA,
      Effect.fnUntraced(function* (files) {
        yield* change("x", { "a.txt": "two", b: "new" })
        yield* undo()
        expect(yield* undo()).toStrictEqual({ undo: null, made: [], left: [], folders: [] })
        files.write("a.txt", "theirs")
        expect(yield* undo()).toStrictEqual({ undo: null, made: [], left: [], folders: [] })
        const { left } = yield* undo({ redo: true })
        expect({ left, now: picture(files) }).toStrictEqual({
          left: [{ path: "a.txt", why: { _tag: "Changed", by: null } }],
          now: { "a.txt": "644 theirs", b: "644 new" }
        })
      })
    )
  )

  it.effect("is taken back, and made again, as often as one likes, the last one first", () =>
    within(
      withA,
      Effect.fnUntraced(function* (files) {
        yield* change("x", { "a.txt": "x" })
        yield* change("y", { b: "y" })
        const both = picture(files)
        yield* undo({ agent: "y" })
        const onlyX = picture(files)
        yield* undo()
        const none = picture(files)
        const seen = [none]
        for (const redo of [true, true, true, false, true]) {
          yield* undo({ redo })
          seen.push(picture(files))
        }
        expect(seen).toStrictEqual([none, onlyX, both, both, none, both])
      })
    )
  )

  it.effect("finds out whether a change that was cut was made", () =>
    within(
      (files) => {
        for (const name of ["made", "not-made", "unknown", "again"]) files.write(name, "1")
      },
      Effect.fnUntraced(function* (files) {
        yield* Effect.flatMap(Blobs, (blobs) => blobs.put(bytes("1")))
        for (const name of ["made", "not-made", "unknown", "again"]) {
          yield* announce("x", { path: name, before: hash("1"), after: hash("2") })
        }
        files.write("made", "2")
        files.write("unknown", "3")
        yield* change("x", { again: "2" })
        const { left } = yield* undo()
        expect(left).toStrictEqual([{ path: "unknown", why: { _tag: "Changed", by: null } }])
        expect(picture(files)).toStrictEqual({
          made: "644 1",
          "not-made": "644 1",
          unknown: "644 3",
          again: "644 1"
        })
      })
    )
  )

  it.effect("leaves a file whose bytes are gone or damaged, and names it", () =>
    within(
      (files) => {
        for (const name of ["gone", "damaged", "fine"]) files.write(name, name)
      },
      Effect.fnUntraced(function* (files) {
        yield* change("x", { gone: "2", damaged: "2", fine: "2" })
        const blob = (content: string) => path.join(blobsOf(files), hash(content).slice(0, 2), hash(content).slice(2))
        fs.rmSync(blob("gone"))
        fs.writeFileSync(blob("damaged"), "other bytes")
        const expected = [
          { path: "damaged", why: { _tag: "Lost" } },
          { path: "gone", why: { _tag: "Lost" } }
        ]
        expect((yield* preview()).plan.left).toStrictEqual(expected)
        expect((yield* undo()).left).toStrictEqual(expected)
        expect(picture(files)).toStrictEqual({ gone: "644 2", damaged: "644 2", fine: "644 fine" })
      })
    )
  )

  it.effect("leaves a file that somebody writes while it runs", () =>
    within(
      (files) => {
        files.write("a", "1")
        files.write("b", "1")
      },
      Effect.fnUntraced(function* (files) {
        yield* change("x", { a: "2", b: "2", c: "2" })
        const blobs = yield* Blobs
        // The bytes that go have been kept: the file is about to be replaced.
        const meddling = Blobs.of({
          ...blobs,
          put: (kept) =>
            Effect.tap(blobs.put(kept), () =>
              Effect.sync(() => {
                files.write("a", "theirs")
                fs.rmSync(place(files, "c"), { force: true })
              })
            )
        })
        const { left } = yield* Effect.provideService(undo(), Blobs, meddling)
        expect(left).toStrictEqual([
          { path: "a", why: { _tag: "Changed", by: null } },
          { path: "c", why: { _tag: "Gone", by: null } }
        ])
        expect(picture(files)).toStrictEqual({ a: "644 theirs", b: "644 1" })
      })
    )
  )

  it.effect("leaves a file that may not be written, in the system's words", () =>
    within(
      withA,
      Effect.fnUntraced(function* (files) {
        yield* change("x", { "a.txt": "two" })
        fs.chmodSync(place(files, "a.txt"), 0o444)
        const { left } = yield* undo()
        expect(left).toStrictEqual([
          {
            path: "a.txt",
            why: {
              _tag: "Refused",
              message: "a.txt cannot be written: it or its folder is read-only for this user (EACCES)"
            }
          }
        ])
        expect(read(files, "a.txt")).toBe("two")
      })
    )
  )

  it.effect("puts back many files at a time, in one folder or in many", () =>
    within(
      (files) => {
        for (let index = 0; index < 300; index++) files.write(`old/${index}`, `${index}`)
      },
      Effect.fnUntraced(function* (files) {
        const before = picture(files)
        const contents = (index: number) => [
          [`old/${index}`, index % 3 === 0 ? null : "changed"],
          [`new/${index % 7}/${index}`, "made"]
        ]
        yield* change("x", Object.fromEntries(Array.from({ length: 300 }, (_, index) => contents(index)).flat()))
        const { folders, left, made } = yield* undo()
        expect({ made: made.length, left, folders: folders.length }).toStrictEqual({ made: 600, left: [], folders: 8 })
        expect(picture(files)).toStrictEqual(before)
      }),
      () => Blobs.layerMemory
    )
  )

  it.effect("is refused while the run is held, and for a run of another folder", () =>
    within(
      withA,
      Effect.fnUntraced(function* (files) {
        yield* change("x", { "a.txt": "two" })
        const journal = yield* Journal
        const held = yield* Effect.scoped(Effect.andThen(journal.hold(run), Effect.flip(undo())))
        expect(held).toMatchObject({ _tag: "JournalError", reason: { _tag: "Held", run } })
        const entry = { namespace: "run", version: 1, path: rootPath, parent: null }
        const started = { _tag: "Started", workspace: "/somewhere/else" }
        yield* journal.append(run, [{ ...entry, body: started }])
        expect(yield* Effect.flip(undo())).toStrictEqual(
          new OtherWorkspace({ run, workspace: "/somewhere/else", here: files.root })
        )
        expect(read(files, "a.txt")).toBe("two")
      })
    )
  )

  it.effect("leaves a run that had ended closed, and its record sound", () =>
    within(
      withA,
      Effect.fnUntraced(function* () {
        yield* change("x", { "a.txt": "two" })
        const journal = yield* Journal
        const head = yield* journal.close(run)
        yield* undo()
        expect(yield* journal.standing(run)).toBe("closed")
        expect((yield* journal.verify(run, head)).events).toBe((yield* journal.read(run)).length)
      })
    )
  )
})

it.effect("refuses to guess what an event of another version says of files", () =>
  within(
    nothing,
    Effect.fnUntraced(function* () {
      const journal = yield* Journal
      const entry = { namespace: "tool", version: 99, path: agentPath("x"), parent: rootPath }
      yield* journal.append(run, [{ ...entry, body: { _tag: "Done" } }])
      expect(runChanges(run, yield* journal.read(run))).toMatchObject({
        _tag: "Failure",
        failure: { _tag: "RecordUnreadable", run, seq: 1 }
      })
    })
  )
)

/** Without the folders: one that is left empty is removed, and not made again. */
const filesOf = (pictured: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(pictured).filter(([name]) => !name.endsWith("/")))

/** What is done to three files, by two agents and by somebody else. */
const Happening = Schema.Struct({
  who: Schema.Literals(["x", "y", "user"]),
  file: Schema.Literals(["a", "b", "d/c"]),
  content: Schema.NullOr(Schema.Literals(["1", "2", "3"]))
})

it.effect.prop(
  "whatever happened, an undo takes nothing of others away, and taken back leaves every file as it was",
  [Schema.Array(Happening).check(Schema.isMaxLength(8))],
  ([happenings]) =>
    within(
      (files) => files.write("a", "0"),
      Effect.fnUntraced(function* (files) {
        /** Files of which somebody has made something else than an agent left there. */
        const theirs = new Map<string, string | null>()
        const byAgent = new Map<string, string | null>([["a", "0"]])
        const first = picture(files)
        for (const { content, file, who } of happenings) {
          const there = fs.existsSync(place(files, file)) ? read(files, file) : null
          // Who leaves the same bytes there has changed nothing.
          if (content === there) continue
          if (who !== "user") yield* change(who, { [file]: content })
          else if (content === null) fs.rmSync(place(files, file), { force: true })
          else files.write(file, content)
          if (who !== "user") byAgent.set(file, content)
          if (who === "user" && content !== (byAgent.get(file) ?? null)) theirs.set(file, content)
          else theirs.delete(file)
        }
        const before = filesOf(picture(files))
        const isAlone = happenings.every(({ who }) => who !== "user")
        yield* undo({ agent: "x" })
        yield* undo({ redo: true })
        expect(filesOf(picture(files))).toStrictEqual(before)
        const { left } = yield* undo()
        const now = picture(files)
        if (isAlone) expect({ left, now }).toStrictEqual({ left: [], now: first })
        for (const [file, content] of theirs) expect(now[file]?.slice("644 ".length) ?? null).toBe(content)
      }),
      () => Blobs.layerMemory
    ),
  { arbitrary: { runs: 40 } }
)
