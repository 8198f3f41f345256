/**
 * What trees are given beside what is committed, and checks of merged work.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { builtInRole } from "@deputize/core/definition/roles/Roles"
import { heldDefinition } from "@deputize/core/definition/Trust"
import type { JournalError } from "@deputize/core/journal/Journal"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import type { Merges } from "@deputize/core/worktree/MergeReport"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import {
  asked,
  begin,
  idle,
  placesOf,
  type Rig,
  recorded,
  requestOf,
  rig,
  services,
  wholeRun,
  work,
  write,
  writer
} from "./fixture.ts"

const environment = { PATH: process.env.PATH ?? "" }

const prepare = (rig: Rig) => {
  rig.write("a.txt", "a\n")
  rig.write("tracked/config.json", "committed\n")
  rig.write("packages/app/index.js", "app\n")
  rig.write(".gitignore", "node_modules/\n.env*\n")
  rig.commit("first")
  rig.write(".env", "KEY=1\n")
  fs.chmodSync(path.join(rig.root, ".env"), 0o600)
  rig.write("packages/app/.env.local", "KEY=2\n")
  rig.write("notes.txt", "not tracked, not ignored\n")
  rig.write("tracked/config.json", "changed\n")
  rig.write("tracked/local.json", "local\n")
  rig.write("node_modules/lib/index.js", "lib\n")
  rig.write("node_modules/lib/tool", "#!/bin/sh\n")
  fs.chmodSync(path.join(rig.root, "node_modules/lib/tool"), 0o755)
  rig.write("node_modules/lib/.git/config", "x\n")
  rig.link("../lib/tool", "node_modules/.bin/tool")
  rig.link("../../packages/app", "node_modules/@own/app")
  rig.link(rig.outside, "node_modules/absolute")
  rig.link("../../outside", "node_modules/climbing")
  rig.link("lib/../../../outside", "node_modules/winding")
  rig.fifo("node_modules/pipe")
}

const pictured = (root: string): ReadonlyArray<string> =>
  fs
    .readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && entry.name !== ".git" && !entry.parentPath.includes("/.git"))
    .map((entry) => {
      const file = path.join(entry.parentPath, entry.name)
      const stats = fs.lstatSync(file)
      const held = entry.isSymbolicLink()
        ? `-> ${fs.readlinkSync(file)}`
        : `${stats.nlink} ${(stats.mode & 0o777).toString(8)} ${fs.readFileSync(file, "utf8").trim()}`
      return `${path.relative(root, file)} ${held}`
    })
    .sort()

describe("what is copied into a tree", () => {
  it.live("is what git does not know and the patterns name, as it is, and never the same file twice", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const copy = [".env*", "node_modules", "notes.txt", "tracked/*.json", "missing"]
      const facts = yield* wholeRun(requestOf(files.root, ["one"], { worktree: { copy, setup: [] } }), {
        one: ({ root }: Ground) =>
          Effect.sync(() => {
            expect(pictured(root.root)).toStrictEqual([
              ".env 1 600 KEY=1",
              ".gitignore 1 644 node_modules/\n.env*",
              "a.txt 1 644 a",
              "node_modules/.bin/tool -> ../lib/tool",
              "node_modules/@own/app -> ../../packages/app",
              // What the link leads to, in this tree.
              "node_modules/@own/app/.env.local 1 644 KEY=2",
              "node_modules/@own/app/index.js 1 644 app",
              "node_modules/lib/index.js 1 644 lib",
              "node_modules/lib/tool 1 755 #!/bin/sh",
              "notes.txt 1 644 not tracked, not ignored",
              "packages/app/.env.local 1 644 KEY=2",
              "packages/app/index.js 1 644 app",
              "tracked/config.json 1 644 committed",
              "tracked/local.json 1 644 local"
            ])
            fs.writeFileSync(path.join(root.root, "node_modules/lib/index.js"), "changed\n")
            fs.writeFileSync(path.join(root.root, ".env"), "changed\n")
            fs.writeFileSync(path.join(root.root, "notes.txt"), "changed\n")
          })
      }).pipe(Effect.andThen(recorded), Effect.provide(services(files)))
      expect(facts.flatMap(({ fact }) => (fact._tag === "Made" ? fact.copied : []))).toStrictEqual([
        ".env",
        "node_modules",
        "notes.txt",
        "packages/app/.env.local",
        "tracked/local.json"
      ])
      // Nothing of it is the agent's work.
      expect(facts.flatMap(({ fact }) => (fact._tag === "Committed" ? [fact.files] : []))).toStrictEqual([[]])
      expect([files.read("node_modules/lib/index.js"), files.read(".env"), files.read("notes.txt")]).toStrictEqual([
        "lib\n",
        "KEY=1\n",
        "not tracked, not ignored\n"
      ])
    })
  )

  it.live("is left out of a commit also where the repository says that nothing is to be ignored", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write(".gitignore", "!*\n!odd [name] #1!\n")
        rig.commit("first")
        rig.write("odd [name] #1!", "x\n")
        rig.write("folder/x", "x\n")
      })
      const worktree = { copy: ["odd*", "folder"], setup: [] }
      const { merges } = yield* wholeRun(requestOf(files.root, ["one"], { worktree }), {
        one: write({ "made.txt": "x\n" })
      }).pipe(Effect.provide(services(files)))
      expect(merges?.merges[0]?.files).toStrictEqual(["made.txt"])
    })
  )

  it.live.each(["../up", "/etc/passwd", "a/../../b", ".git/config", "!x", ""])(
    "is nothing by the pattern %s",
    (pattern) =>
      Effect.gen(function* () {
        const files = yield* rig(prepare)
        const request = requestOf(files.root, ["one"], { worktree: { copy: [pattern], setup: [] } })
        const { reason } = yield* wholeRun(request, idle).pipe(
          Effect.provide(services(files)),
          Effect.catchTag("JournalError", Effect.die),
          Effect.flip
        )
        expect(reason).toMatchObject({ _tag: "Copy", pattern })
      })
  )
})

describe("setup commands", () => {
  it.live("run in each new tree, those of the user first, and what they make is not the agent's work", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const setup = ['printf "%s" "$VALUE" > from-env', "cp from-env made-by-setup", "mkdir node_modules"]
      const own = writer("one", { worktree: { copy: [], setup: ["cat made-by-setup > by-definition"] } })
      const request = {
        ...requestOf(files.root, []),
        agents: [asked(own)],
        worktree: { copy: [], setup },
        checks: { commands: [], environment: { ...environment, VALUE: "of the user" } }
      }
      const { merges } = yield* wholeRun(request, {
        one: (ground) => {
          const read = (file: string) => fs.readFileSync(path.join(ground.root.root, file), "utf8")
          expect([read("made-by-setup"), read("by-definition")]).toStrictEqual(["of the user", "of the user"])
          return write({ "a.txt": "A\n" })(ground)
        }
      }).pipe(Effect.provide(services(files)))
      expect(merges?.merges[0]?.files).toStrictEqual(["a.txt"])
      expect(fs.existsSync(path.join(files.root, "made-by-setup"))).toBe(false)
    })
  )

  it.live("that fail say so with their last words, and leave no tree behind", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one"], {
        worktree: { copy: [], setup: ["echo first; echo no such thing >&2; exit 3"] },
        checks: { commands: [], environment }
      })
      const error = yield* wholeRun(request, idle).pipe(Effect.provide(services(files)), Effect.flip)
      expect(error.message).toBe(
        "the agent's own tree failed: the setup command `echo first; echo no such thing >&2; exit 3` failed: it ended with 3: no such thing"
      )
    })
  )

  it("are taken from a definition of the repository only if the user trusts it", () => {
    const definition = writer("one", { isolation: "worktree", worktree: { copy: [".env"], setup: ["npm ci"] } })
    expect(heldDefinition(true, definition, false).worktree).toStrictEqual({ copy: [".env"], setup: [] })
    expect(heldDefinition(true, definition, true)).toBe(definition)
    expect(heldDefinition(false, definition, false)).toBe(definition)
    const built = builtInRole("code-reviewer")
    if (built === undefined) throw new Error("no such role")
    expect(heldDefinition(true, built, false)).toBe(built)
  })
})

describe("checks of merged work", () => {
  const both = "test ! -e one.txt || test ! -e two.txt"

  it.live("keep out what does not pass together with what was merged before it", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const request = requestOf(files.root, ["one", "two", "three"], {
        worktree: { copy: [".env"], setup: ["touch ready"] },
        checks: {
          commands: ["test -e .env && test -e ready", `${both} || { echo both are there; exit 1; }`],
          environment
        }
      })
      const { merges } = yield* wholeRun(request, {
        one: write({ "one.txt": "1\n" }),
        two: write({ "two.txt": "2\n" }),
        three: write({ "three.txt": "3\n" })
      }).pipe(Effect.provide(services(files)))
      expect(merges?.merges.map(({ branch, status, why }) => [status, branch?.slice(-3) ?? null, why])).toStrictEqual([
        ["merged", null, ""],
        [
          "check_failed",
          "two",
          `the check \`${both} || { echo both are there; exit 1; }\` ended with 1 on the merged tree: both are there`
        ],
        ["merged", null, ""]
      ])
      expect(merges?.brought).toStrictEqual(["one.txt", "three.txt"])
      expect(fs.readdirSync(files.trees)).toStrictEqual([])
    })
  )

  it.live("are not run again on what an agent has passed by itself", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const count = path.join(files.base, "count")
      const request = requestOf(files.root, ["one", "two"], {
        checks: { commands: [`echo x >> ${count}`], environment }
      })
      const acts = { one: write({ "one.txt": "1\n" }), two: write({ "two.txt": "2\n" }) }
      const { merges } = yield* wholeRun(request, acts, { one: { verified: true }, two: { verified: true } }).pipe(
        Effect.provide(services(files))
      )
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged", "merged"])
      expect(fs.readFileSync(count, "utf8")).toBe("x\n")
    })
  )

  it.live("are ended with the run, which merges nothing that was not checked", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const begun = path.join(files.base, "begun")
      const request = requestOf(files.root, ["one"], {
        checks: { commands: [`touch ${begun}; sleep 600`], environment }
      })
      const [place] = placesOf(request)
      if (place === undefined) throw new Error("no place")
      const merges = yield* Effect.gen(function* () {
        const ground = yield* begin(request)
        const result = yield* work(ground.of, place, write({ "one.txt": "1\n" }))
        const done = yield* Deferred.make<Merges | null, JournalError>()
        const finishing = ground.finish([result], { isCut: false })
        const fiber = yield* Effect.forkChild(
          Effect.uninterruptible(Effect.flatMap(Effect.exit(finishing), (exit) => Deferred.done(done, exit))),
          { startImmediately: true }
        )
        while (!fs.existsSync(begun)) yield* Effect.yieldNow
        fiber.interruptUnsafe()
        return yield* Deferred.await(done)
      }).pipe(Effect.scoped, Effect.provide(services(files)))
      expect(merges?.merges.map(({ status, why }) => [status, why])).toStrictEqual([
        ["kept", "the run was cancelled before it was merged"]
      ])
      expect(fs.existsSync(path.join(files.root, "one.txt"))).toBe(false)
    })
  )
})
