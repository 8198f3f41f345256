/**
 * What was merged comes into the user's working tree, and what the user has there stays.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { sha256 } from "@deputize/core/domain/Sha256"
import { Journal } from "@deputize/core/journal/Journal"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { faults, type Rig, recorded, requestOf, rig, run, services, userState, wholeRun, write } from "./fixture.ts"

/** One agent that does something with the files of its tree, whatever its tools could do. */
const oneRun = (files: Rig, act: (at: (file: string) => string) => void) =>
  wholeRun(requestOf(files.root, ["one"]), {
    one: ({ root }: Ground) => Effect.sync(() => act((file) => path.join(root.root, file)))
  })

const withRun = (
  prepare: (rig: Rig) => void,
  meanwhile: (rig: Rig) => void,
  act: (at: (file: string) => string) => void
) =>
  Effect.gen(function* () {
    const files = yield* rig(prepare)
    meanwhile(files)
    const before = userState(files)
    const { merges } = yield* oneRun(files, act).pipe(Effect.provide(services(files)))
    expect(userState(files)).toStrictEqual(before)
    expect(faults(files.root)).toBe("")
    return { files, merges, at: (file: string) => path.join(files.root, file) }
  })

const isExecutable = (file: string): boolean => (fs.statSync(file).mode & 0o111) !== 0

describe("merged files in the working tree", () => {
  it.live("are on record, and the record on the disk, before any of them is touched", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.txt", "a\n")
        rig.commit("first")
      })
      const seen: Array<unknown> = []
      yield* Effect.gen(function* () {
        const journal = yield* Journal
        const barrier = Effect.gen(function* () {
          const events = yield* journal.read(run)
          seen.push([events.at(-1)?.type, files.read("a.txt")])
          yield* journal.barrier
        })
        yield* wholeRun(requestOf(files.root, ["one"]), { one: write({ "a.txt": "by one\n" }) }).pipe(
          Effect.provideService(Journal, Journal.of({ ...journal, barrier }))
        )
      }).pipe(Effect.provide(services(files)))
      expect([seen, files.read("a.txt")]).toStrictEqual([[["Bringing", "a\n"]], "by one\n"])
    })
  )

  it.live("are made, changed, removed, renamed and made executable, byte for byte", () =>
    Effect.gen(function* () {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256)
      const { at, files, merges } = yield* withRun(
        (rig) => {
          rig.write("old/name.txt", "a name\nthat\nchanges\n")
          rig.write("old/only/file.txt", "x\n")
          rig.write("run.sh", "#!/bin/sh\n")
          rig.write("data.bin", Uint8Array.from([0, 1, 2]))
          rig.write("folder/below.txt", "x\n")
          rig.write("file", "x\n")
          rig.commit("first")
        },
        () => {},
        (at) => {
          fs.mkdirSync(at("new"))
          fs.renameSync(at("old/name.txt"), at("new/name.txt"))
          fs.rmSync(at("old"), { recursive: true })
          fs.chmodSync(at("run.sh"), 0o755)
          fs.writeFileSync(at("data.bin"), bytes)
          fs.writeFileSync(at("tool"), "#!/bin/sh\n", { mode: 0o755 })
          fs.rmSync(at("folder"), { recursive: true })
          fs.writeFileSync(at("folder"), "a file now\n")
          fs.rmSync(at("file"))
          fs.mkdirSync(at("file"))
          fs.writeFileSync(at("file/below"), "a folder now\n")
          fs.writeFileSync(at("empty"), "")
        }
      )
      expect(merges?.left).toStrictEqual([])
      expect(fs.existsSync(at("old"))).toBe(false)
      expect(files.read("new/name.txt")).toBe("a name\nthat\nchanges\n")
      expect([isExecutable(at("run.sh")), isExecutable(at("tool"))]).toStrictEqual([true, true])
      expect(Buffer.compare(fs.readFileSync(at("data.bin")), bytes)).toBe(0)
      expect(files.read("folder")).toBe("a file now\n")
      expect(files.read("file/below")).toBe("a folder now\n")
      expect(files.read("empty")).toBe("")
    })
  )

  it.live("have any names, and any that git has", () =>
    Effect.gen(function* () {
      const names = [
        "with space ",
        'quo"te',
        "new\nline",
        "日本語/ファイル.txt",
        "e\u0301 and \u00e9",
        "-dash",
        "*glob[a]?",
        "back\\slash",
        "tab\there",
        ":(top)x",
        "!not",
        "#hash"
      ]
      const { files, merges } = yield* withRun(
        (rig) => {
          for (const name of names) rig.write(`before/${name}`, "before\n")
          rig.commit("first")
        },
        () => {},
        (at) => {
          for (const name of names) {
            fs.writeFileSync(at(`before/${name}`), "after\n")
            fs.mkdirSync(path.dirname(at(`made/${name}`)), { recursive: true })
            fs.writeFileSync(at(`made/${name}`), "made\n")
          }
        }
      )
      expect(merges?.left).toStrictEqual([])
      expect(new Set(merges?.merges[0]?.files)).toStrictEqual(
        new Set(names.flatMap((name) => [`before/${name}`, `made/${name}`]))
      )
      for (const name of names) {
        expect([files.read(`before/${name}`), files.read(`made/${name}`)]).toStrictEqual(["after\n", "made\n"])
      }
    })
  )

  it.live("leave what the user has changed, removed or made meanwhile, and name it", () =>
    Effect.gen(function* () {
      const { at, files, merges } = yield* withRun(
        (rig) => {
          for (const file of ["changed", "removed", "kept", "deleted", "rights"]) rig.write(file, "committed\n")
          rig.commit("first")
        },
        (rig) => {
          rig.write("changed", "the user's\n")
          fs.rmSync(path.join(rig.root, "removed"))
          rig.write("made", "the user's\n")
          rig.write("deleted", "the user's\n")
          fs.chmodSync(path.join(rig.root, "rights"), 0o755)
        },
        (at) => {
          for (const file of ["changed", "removed", "made", "kept", "rights"])
            fs.writeFileSync(at(file), "the agent's\n")
          fs.rmSync(at("deleted"))
        }
      )
      expect(merges?.brought).toStrictEqual(["kept"])
      expect(merges?.left).toStrictEqual([
        { path: "deleted", why: "it was changed here, and removed by an agent" },
        { path: "changed", why: "it was changed here" },
        { path: "made", why: "there is a file of this name already" },
        { path: "removed", why: "it was removed here" },
        { path: "rights", why: "it was changed here" }
      ])
      expect(["changed", "made", "deleted", "kept"].map(files.read)).toStrictEqual([
        "the user's\n",
        "the user's\n",
        "the user's\n",
        "the agent's\n"
      ])
      expect(fs.existsSync(at("removed"))).toBe(false)
      expect(files.git("show", `${merges?.ref}:changed`)).toBe("the agent's\n")
    })
  )

  it.live("take what the user has made the same for done", () =>
    Effect.gen(function* () {
      const { files, merges } = yield* withRun(
        (rig) => {
          rig.write("a", "committed\n")
          rig.write("b", "committed\n")
          rig.commit("first")
        },
        (rig) => {
          rig.write("a", "the same\n")
          fs.rmSync(path.join(rig.root, "b"))
        },
        (at) => {
          fs.writeFileSync(at("a"), "the same\n")
          fs.rmSync(at("b"))
        }
      )
      expect([merges?.brought, merges?.left, files.read("a")]).toStrictEqual([["a", "b"], [], "the same\n"])
    })
  )

  it.live("do not bring links, nor what no agent may write", () =>
    Effect.gen(function* () {
      const { at, merges } = yield* withRun(
        (rig) => {
          rig.write("a", "a\n")
          rig.link("a", "link")
          rig.commit("first")
        },
        () => {},
        (at) => {
          expect(fs.readlinkSync(at("link"))).toBe("a")
          fs.rmSync(at("link"))
          fs.symlinkSync("/etc/passwd", at("link"))
          fs.symlinkSync("a", at("another"))
          fs.mkdirSync(at(".github/workflows"), { recursive: true })
          fs.writeFileSync(at(".github/workflows/ci.yml"), "on: push\n")
          fs.writeFileSync(at(".gitattributes"), "* filter=x\n")
          fs.writeFileSync(at("b"), "b\n")
        }
      )
      expect(merges?.brought).toStrictEqual(["b"])
      expect(merges?.left).toStrictEqual([
        { path: ".gitattributes", why: "no agent may write it (protected .git{modules,attributes,config,hooks})" },
        { path: ".github/workflows/ci.yml", why: "no agent may write it (protected .github/{workflows,actions})" },
        { path: "another", why: "it is a symbolic link" },
        { path: "link", why: "it is a symbolic link" }
      ])
      expect([fs.readlinkSync(at("link")), fs.existsSync(at("another")), fs.existsSync(at(".github"))]).toStrictEqual([
        "a",
        false,
        false
      ])
    })
  )

  it.live("have the line ends that a checkout gives them", () =>
    Effect.gen(function* () {
      const { files, merges } = yield* withRun(
        (rig) => {
          rig.write(".gitattributes", "*.txt text eol=crlf\n")
          rig.write("a.txt", "one\r\ntwo\r\n")
          rig.write("untouched.txt", "one\r\n")
          rig.commit("first")
          expect(rig.git("show", "HEAD:a.txt")).toBe("one\ntwo\n")
        },
        () => {},
        (at) => {
          expect(fs.readFileSync(at("a.txt"), "utf8")).toBe("one\r\ntwo\r\n")
          fs.writeFileSync(at("a.txt"), "one\r\ntwo\r\nthree\r\n")
          fs.writeFileSync(at("b.txt"), "new\r\n")
        }
      )
      expect(merges?.merges[0]?.files).toStrictEqual(["a.txt", "b.txt"])
      expect([merges?.left, files.read("a.txt"), files.read("b.txt")]).toStrictEqual([
        [],
        "one\r\ntwo\r\nthree\r\n",
        "new\r\n"
      ])
      expect(files.git("show", `${merges?.ref}:b.txt`)).toBe("new\n")
    })
  )

  it.live("are on record with the bytes that they replaced before they are written", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a", "before\n")
        rig.commit("first")
      })
      const facts = yield* wholeRun(requestOf(files.root, ["one"]), { one: write({ a: "after\n", b: "new\n" }) }).pipe(
        Effect.andThen(recorded),
        Effect.provide(services(files))
      )
      expect(facts.flatMap(({ fact, path }) => (fact._tag === "Bringing" ? [{ path, ...fact }] : []))).toStrictEqual([
        {
          path: "/root",
          _tag: "Bringing",
          changes: [
            { change: { path: "a", before: sha256("before\n"), after: sha256("after\n") } },
            { change: { path: "b", before: null, after: sha256("new\n") }, folders: [] }
          ]
        }
      ])
    })
  )

  it.live("are written also where the disk calls every file a program, which git was told not to heed", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a", "before\n")
        rig.write("gone", "gone\n")
        rig.commit("first")
        rig.git("config", "core.filemode", "false")
      })
      for (const name of ["a", "gone"]) fs.chmodSync(path.join(files.root, name), 0o777)
      const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), {
        one: write({ a: "after\n", gone: null })
      }).pipe(Effect.provide(services(files)))
      expect([merges?.brought, merges?.left]).toStrictEqual([["a", "gone"], []])
      expect([files.read("a"), fs.statSync(path.join(files.root, "a")).mode & 0o777]).toStrictEqual(["after\n", 0o777])
    })
  )
})
