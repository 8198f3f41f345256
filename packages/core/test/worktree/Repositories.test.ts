/**
 * What kinds of repositories agents can have trees of, and which are refused by name before anything starts.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { childPath, makeRunId, rootPath } from "@deputize/core/domain/Ids"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { Grounds } from "@deputize/core/runtime/ground/Ground"
import { messageOf } from "@deputize/core/worktree/RunMerges"
import { WorktreeError, type WorktreeReason } from "@deputize/core/worktree/WorktreeError"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { fixture, pictureOf } from "../workspace/fixture.ts"
import { faults, type Rig, recorded, requestOf, rig, run, services, wholeRun, write } from "./fixture.ts"

const env = { PATH: process.env.PATH, GIT_CONFIG_NOSYSTEM: "1", GIT_CONFIG_GLOBAL: "/dev/null" }
const gitIn = (cwd: string, ...args: ReadonlyArray<string>) =>
  execFileSync("git", ["-c", "protocol.file.allow=always", ...args], {
    cwd,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"]
  })

/** One agent writes `made.txt` in a workspace, and it comes there. */
const brings = (files: Rig, root: string, act = write({ "made.txt": "made\n" })) =>
  wholeRun(requestOf(root, ["one"]), { one: act }).pipe(
    Effect.map(({ merges }) => {
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged"])
      expect(merges?.left).toStrictEqual([])
      expect(fs.readFileSync(path.join(root, "made.txt"), "utf8")).toBe("made\n")
      return merges
    }),
    Effect.provide(services({ root, trees: files.trees }))
  )

/** What the request is refused with; nothing is left of it. */
const refusal = (files: Pick<Rig, "trees">, root: string) =>
  Effect.gen(function* () {
    const before = pictureOf(root)
    const { require } = yield* Grounds
    const error = yield* Effect.flip(require(run, requestOf(root, ["one"])))
    expect(pictureOf(root)).toBe(before)
    expect(fs.existsSync(files.trees) ? fs.readdirSync(files.trees) : []).toStrictEqual([])
    expect(error).toStrictEqual(new WorktreeError({ workspace: root, reason: error.reason }))
    return error.reason
  }).pipe(Effect.provide(services({ root, trees: files.trees })))

const filled = (rig: Rig) => {
  rig.write("a.txt", "a\n")
  rig.write("packages/app/b.txt", "b\n")
  rig.commit("first")
}

describe("agents have trees of their own", () => {
  it.live("where the workspace is a folder below the repository's top", () =>
    Effect.gen(function* () {
      const files = yield* rig(filled)
      const app = path.join(files.root, "packages/app")
      const merges = yield* brings(files, app, (ground) => {
        expect(fs.readdirSync(ground.root.root)).toStrictEqual(["b.txt"])
        return write({ "made.txt": "made\n", "b.txt": null })(ground)
      })
      expect(merges?.brought).toStrictEqual(["packages/app/b.txt", "packages/app/made.txt"])
      expect(fs.readdirSync(app)).toStrictEqual(["made.txt"])
    })
  )

  it.live("where what is outside of the workspace was changed too, which is left", () =>
    Effect.gen(function* () {
      const files = yield* rig(filled)
      const app = path.join(files.root, "packages/app")
      const act = ({ root }: Ground) =>
        Effect.sync(() => fs.writeFileSync(path.join(root.root, "../../a.txt"), "changed\n"))
      const { merges } = yield* wholeRun(requestOf(app, ["one"]), { one: act }).pipe(
        Effect.provide(services({ root: app, trees: files.trees }))
      )
      expect([merges?.brought, merges?.left]).toStrictEqual([
        [],
        [{ path: "a.txt", why: "it lies outside of the workspace" }]
      ])
      expect(files.read("a.txt")).toBe("a\n")
    })
  )

  it.live("where the workspace is a linked worktree itself", () =>
    Effect.gen(function* () {
      const files = yield* rig(filled)
      const linked = path.join(files.base, "linked")
      files.git("worktree", "add", "-q", "-b", "other", linked)
      fs.writeFileSync(path.join(linked, "only-here.txt"), "x\n")
      gitIn(linked, "add", "-A")
      gitIn(linked, "-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-q", "-m", "here")
      const merges = yield* brings(files, linked, (ground) => {
        expect(fs.existsSync(path.join(ground.root.root, "only-here.txt"))).toBe(true)
        return write({ "made.txt": "made\n" })(ground)
      })
      expect(merges?.base).toBe(gitIn(linked, "rev-parse", "HEAD").trim())
      expect(faults(files.root)).toBe("")
    })
  )

  it.live("of a HEAD that an agent of the same name has left in another run, which is not its work here", () =>
    Effect.gen(function* () {
      const one = childPath(rootPath, "one")
      const files = yield* rig((rig) => {
        filled(rig)
        const start = rig.git("rev-parse", "HEAD").trim()
        rig.write("old.txt", "old\n")
        rig.commit(messageOf(one, "Do your part", makeRunId(1_600_000_000_000, 0.25), start))
      })
      const request = requestOf(files.root, ["one"])
      const leaving = (act: (ground: Ground) => Effect.Effect<unknown, unknown>, status: "completed" | "paused") =>
        Effect.map(wholeRun(request, { one: act }, { one: { status } }), ({ merges }) =>
          merges?.merges.map(({ branch, files, status }) => [status, files, branch])
        ).pipe(Effect.provide(services(files)))
      expect(yield* leaving(() => Effect.void, "completed")).toStrictEqual([["unchanged", [], null]])
      expect(yield* leaving(() => Effect.void, "paused")).toStrictEqual([["unchanged", [], null]])
      expect(yield* leaving(write({ "new.txt": "new\n" }), "paused")).toStrictEqual([
        ["kept", ["new.txt"], `deputize/${run}/one`]
      ])
    })
  )

  it.live("of a detached HEAD", () =>
    Effect.gen(function* () {
      const files = yield* rig(filled)
      files.git("checkout", "-q", "--detach")
      yield* brings(files, files.root)
      expect(fs.readFileSync(path.join(files.root, ".git/HEAD"), "utf8")).toMatch(/^[0-9a-f]{40}\n$/)
    })
  )

  it.live("of a shallow clone", () =>
    Effect.gen(function* () {
      const files = yield* rig(filled)
      files.write("a.txt", "second\n")
      files.commit("second")
      const clone = path.join(files.base, "clone")
      gitIn(files.base, "clone", "-q", "--depth", "1", `file://${files.root}`, clone)
      expect(gitIn(clone, "rev-list", "--count", "HEAD").trim()).toBe("1")
      yield* brings(files, clone)
      expect(faults(clone)).toBe("")
    })
  )

  it.live("of a repository with SHA-256 hashes", () =>
    Effect.gen(function* () {
      const files = yield* rig(filled, "--object-format=sha256")
      const merges = yield* brings(files, files.root)
      expect(merges?.base).toMatch(/^[0-9a-f]{64}$/)
      expect(faults(files.root)).toBe("")
    })
  )

  it.live.each(["--cone", "--no-cone"])("of a sparse checkout (%s), with what that has", (kind) =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        filled(rig)
        rig.write("other/c.txt", "c\n")
        rig.commit("second")
        rig.git("sparse-checkout", "set", kind, "packages")
      })
      expect(fs.existsSync(path.join(files.root, "other"))).toBe(false)
      const merges = yield* brings(files, files.root, (ground) => {
        expect(fs.existsSync(path.join(ground.root.root, "other"))).toBe(false)
        expect(fs.existsSync(path.join(ground.root.root, "packages/app/b.txt"))).toBe(true)
        return write({ "made.txt": "made\n", "other/new.txt": "new\n", "packages/app/b.txt": "B\n" })(ground)
      })
      expect(merges?.merges[0]?.files).toStrictEqual(["made.txt", "other/new.txt", "packages/app/b.txt"])
      expect(files.read("other/new.txt")).toBe("new\n")
      expect(files.git("ls-tree", "-r", "--name-only", merges?.ref ?? "")).toBe(
        "a.txt\nmade.txt\nother/c.txt\nother/new.txt\npackages/app/b.txt\n"
      )
    })
  )

  it.live.skipIf(process.getuid?.() !== 0)(
    "of a repository that belongs to another user, whose settings are not in force",
    () =>
      Effect.gen(function* () {
        const files = yield* rig(filled)
        execFileSync("chown", ["-R", "65534", files.root])
        yield* brings(files, files.root)
      })
  )

  it.live("with files of a filter as git stores them, which is said", () =>
    Effect.gen(function* () {
      const pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 12\n"
      const files = yield* rig((rig) => {
        rig.write(".gitattributes", "*.bin filter=lfs diff=lfs merge=lfs -text\n")
        rig.write("a.txt", "a\n")
        rig.write("large.bin", pointer)
        rig.commit("first")
        rig.git("config", "filter.lfs.smudge", "false")
        rig.git("config", "filter.lfs.clean", "false")
        rig.git("config", "filter.lfs.required", "true")
      })
      const facts = yield* wholeRun(requestOf(files.root, ["one"]), {
        one: (ground) => {
          expect(fs.readFileSync(path.join(ground.root.root, "large.bin"), "utf8")).toBe(pointer)
          return write({ "a.txt": "A\n" })(ground)
        }
      }).pipe(Effect.andThen(recorded), Effect.provide(services(files)))
      expect(facts.flatMap(({ fact }) => (fact._tag === "Based" ? [fact.filters] : []))).toStrictEqual([["lfs"]])
      expect([files.read("a.txt"), files.read("large.bin")]).toStrictEqual(["A\n", pointer])
    })
  )

  it.live("and what is not committed is in none of them, which is said", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        filled(rig)
        rig.write("a.txt", "changed\n")
        rig.write("untracked/x", "x\n")
      })
      const facts = yield* wholeRun(requestOf(files.root, ["one"]), {
        one: (ground) =>
          Effect.sync(() => {
            expect(fs.readFileSync(path.join(ground.root.root, "a.txt"), "utf8")).toBe("a\n")
            expect(fs.existsSync(path.join(ground.root.root, "untracked"))).toBe(false)
          })
      }).pipe(Effect.andThen(recorded), Effect.provide(services(files)))
      expect(facts.flatMap(({ fact }) => (fact._tag === "Based" ? [fact.uncommitted] : []))).toStrictEqual([
        ["a.txt", "untracked/"]
      ])
    })
  )
})

describe("agents cannot have trees of their own", () => {
  const refused: ReadonlyArray<readonly [name: string, prepare: (rig: Rig) => void, reason: WorktreeReason]> = [
    ["of a repository without a commit", () => {}, { _tag: "NoCommit" }],
    [
      "of a repository with submodules",
      (rig) => {
        filled(rig)
        gitIn(rig.root, "clone", "-q", rig.root, path.join(rig.base, "sub"))
        gitIn(rig.root, "submodule", "--quiet", "add", path.join(rig.base, "sub"), "vendor/sub")
        rig.commit("with a submodule")
      },
      { _tag: "Submodules", paths: ["vendor/sub"] }
    ],
    [
      "where names differ in case only, on a disk that does not tell it apart",
      (rig) => {
        rig.write("src/Readme.md", "x\n")
        rig.write("SRC/other.md", "x\n")
        rig.write("readme", "x\n")
        rig.write("README", "x\n")
        rig.commit("first")
        rig.git("config", "core.ignoreCase", "true")
      },
      { _tag: "SameNames", paths: ["readme", "src"] }
    ],
    [
      "of a repository that borrows objects",
      (rig) => {
        filled(rig)
        fs.writeFileSync(path.join(rig.root, ".git/objects/info/alternates"), `${rig.outside}\n`)
      },
      {
        _tag: "NoRepository",
        why: "the repository borrows its objects from another one (objects/info/alternates)"
      }
    ],
    [
      "of a .git that leads elsewhere",
      (rig) => {
        filled(rig)
        fs.renameSync(path.join(rig.root, ".git"), path.join(rig.base, "elsewhere"))
        fs.writeFileSync(path.join(rig.root, ".git"), `gitdir: ${path.join(rig.base, "elsewhere")}\n`)
      },
      {
        _tag: "NoRepository",
        why: ".git leads to a repository that does not know this workspace as its worktree"
      }
    ]
  ]

  it.live.each(refused)("%s", ([_, prepare, reason]) =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      expect(yield* refusal(files, files.root)).toStrictEqual(reason)
    })
  )

  it.live("without a repository", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const reason = { _tag: "NoRepository", why: "the workspace is not in a git repository" }
      expect(yield* refusal({ trees: path.join(files.base, "trees") }, files.root)).toStrictEqual(reason)
    })
  )

  it.live("in a folder that was never committed", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        filled(rig)
        rig.write("new/x", "x\n")
      })
      const root = path.join(files.root, "new")
      expect(yield* refusal(files, root)).toStrictEqual({ _tag: "NotCommitted", folder: "new" })
    })
  )

  it.live("of a partial clone", () =>
    Effect.gen(function* () {
      const files = yield* rig(filled)
      files.git("config", "uploadpack.allowFilter", "true")
      const clone = path.join(files.base, "clone")
      gitIn(files.base, "clone", "-q", "--filter=blob:none", "--no-checkout", `file://${files.root}`, clone)
      expect(yield* refusal(files, clone)).toStrictEqual({ _tag: "PartialClone" })
    })
  )

  it.live("where the repository's entries of worktrees are a link to another place", () =>
    Effect.gen(function* () {
      const files = yield* rig(filled)
      fs.symlinkSync(files.outside, path.join(files.root, ".git/worktrees"))
      const before = fs.readdirSync(files.outside)
      const failed = wholeRun(requestOf(files.root, ["one"]), { one: write({ "made.txt": "x\n" }) }).pipe(
        Effect.provide(services(files)),
        Effect.flip
      )
      const { message } = yield* failed
      expect(message).toBe(
        "agents cannot have trees of their own here: the repository is made of links to another place"
      )
      expect(fs.readdirSync(files.outside)).toStrictEqual(before)
    })
  )
})
