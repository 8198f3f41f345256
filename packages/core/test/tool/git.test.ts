import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { toolbox } from "@deputize/core/tool/Toolbox"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { divided } from "../../src/tool/git/GitNames.ts"
import { canary, type Fixture } from "../workspace/fixture.ts"
import { call, type Options, reading, recorded, within } from "./fixture.ts"
import { type Repository, repository } from "./gitFixture.ts"

const { tools } = toolbox(["git"])

const git = (args: ReadonlyArray<string>, options: Options = {}) => call("git", { args }, { tools, ...options })

/** Four commits; a key that was committed, changed and stands changed in the worktree. */
const project = (files: Fixture): Repository => {
  const made = repository(files)
  files.write("a.ts", "one\n")
  files.write("src/x.ts", "x\n")
  files.write("key.pem", "SECRET-1\n")
  made.commit("first")
  files.write("a.ts", "one\ntwo\n")
  made.commit("second")
  files.write("key.pem", "SECRET-2\n")
  made.commit("third")
  files.write("src/x.ts", "y\n")
  files.write("key.pem", "SECRET-3\n")
  made.commit("fourth")
  files.write("a.ts", "one\n2\n")
  files.write("key.pem", "SECRET-4\n")
  files.write("new.ts", "n\n")
  return made
}

const cases = (table: ReadonlyArray<readonly [string, ReadonlyArray<string>, string]>) =>
  it.live.each(table)("%s", ([, args, expected]) =>
    within(
      project,
      Effect.fnUntraced(function* () {
        const text = yield* git(args)
        expect(text.replace(/^(00000000) \d{4}-\d\d-\d\d/m, "$1 today")).toBe(expected)
      })
    )
  )

/** Whoever has it can try which text it is the hash of. */
const keyHash = "5fd80ba38fa08098eeebaa6b29fb929191e0ebe9"

const left = "(… 1 file left out that may not be read)"

describe("git shows what may be read of", () => {
  cases([
    ["the state", ["status"], `## main\n M a.ts\n?? new.ts\n${left}`],
    ["the state below a path", ["status", "--short", "src"], "## main\n(… no changes)"],
    [
      "what is changed",
      ["diff"],
      `diff --git a/a.ts b/a.ts\nindex 814f4a4..99b356d 100644\n--- a/a.ts\n+++ b/a.ts\n@@ -1,2 +1,2 @@\n one\n-two\n+2\n${left}`
    ],
    ["what is staged", ["diff", "--cached"], "(… no differences)"],
    ["a difference of commits", ["diff", "--name-status", "HEAD~1", "HEAD"], `M\tsrc/x.ts\n${left}`],
    ["a difference of which nothing may be read", ["diff", "HEAD~2..HEAD~1"], `(… no differences)\n${left}`],
    [
      "a difference below a path",
      ["diff", "--stat", "HEAD~3", "--", "src"],
      " src/x.ts | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)"
    ],
    ["the history", ["log", "--format=%s"], "fourth\nthird\nsecond\nfirst"],
    ["the history of a path", ["log", "--format=%s", "--", "src"], "fourth\nfirst"],
    ["the history of a path that is there", ["log", "--format=%s", "-1", "src/x.ts"], "fourth"],
    [
      "the files of the history",
      ["log", "--name-only", "--format=%s", "-3"],
      `fourth\n\nsrc/x.ts\nthird\nsecond\n\na.ts\n${left}`
    ],
    ["who searches it", ["log", "-S", "two", "--format=%s"], "second"],
    [
      "a commit",
      ["show", "--stat", "--format=%s"],
      `fourth\n\n src/x.ts | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n${left}`
    ],
    ["a commit of which nothing may be read", ["show", "--format=%s", "HEAD~1"], `third\n${left}`],
    [
      "the names of a commit of which nothing may be read",
      ["show", "--name-status", "--format=%s", "HEAD~1"],
      `third\n${left}`
    ],
    [
      "the history of commits of which nothing may be read",
      ["log", "--name-only", "-1", "--format=%s", "HEAD~1"],
      `third\n${left}`
    ],
    ["branches that hold a commit", ["branch", "--contains", "HEAD~2"], "* main"],
    ["a commit's message", ["show", "--no-patch", "--format=%s", "HEAD~1"], "third"],
    ["a file of a commit", ["show", "HEAD~3:a.ts"], "one\n"],
    ["a file of the index", ["show", ":a.ts"], "one\ntwo\n"],
    ["a folder of a commit", ["show", "HEAD:"], `a.ts\nsrc/\n${left}`],
    ["a file's lines", ["blame", "a.ts"], "58ca19ab 2024-01-02 Ada\t1\tone\n00000000 today Not Committed Yet\t2\t2"],
    ["a file's lines in a commit", ["blame", "-L2,2", "HEAD", "--", "a.ts"], "714f5025 2024-01-02 Ada\t2\ttwo"],
    ["tracked files", ["ls-files"], `a.ts\nsrc/x.ts\n${left}`],
    ["untracked files", ["ls-files", "--others", "--exclude-standard"], "new.ts"],
    ["a tree", ["ls-tree", "-r", "HEAD"], `a.ts\nsrc/x.ts\n${left}`],
    ["a folder of a tree", ["ls-tree", "HEAD", "src/"], "src/x.ts"],
    ["branches", ["branch", "--list"], "* main"],
    ["the branch", ["rev-parse", "--abbrev-ref", "HEAD"], "main"],
    ["tags", ["tag", "-l"], "(… none)"],
    ["authors", ["shortlog", "-sn"], "     4\tAda"]
  ])

  it.live("merges, empty commits and all that a number asks for, as git itself counts them", () =>
    within(
      (files) => {
        const made = repository(files)
        files.write("a.ts", "one\n")
        made.commit("first")
        made.git("checkout", "-q", "-b", "side")
        files.write("b.ts", "b\n")
        made.commit("side")
        made.git("checkout", "-q", "main")
        made.commit("empty")
        made.git("merge", "-q", "--no-edit", "side")
      },
      Effect.fnUntraced(function* () {
        const options = ["--format=%s", "--topo-order"]
        expect(yield* git(["log", ...options, "--numstat", "-3"])).toBe(
          "Merge branch 'side'\nside\n\n1\t0\tb.ts\nempty"
        )
        expect(yield* git(["log", ...options, "--first-parent", "--name-only"])).toBe(
          "Merge branch 'side'\n\nb.ts\nempty\nfirst\n\na.ts"
        )
        expect(yield* git(["show", "--stat", "--format=%s"])).toBe(
          "Merge branch 'side'\n\n b.ts | 1 +\n 1 file changed, 1 insertion(+)"
        )
      })
    )
  )

  it.live("a repository of other hashes, and one that has no commit", () =>
    within(
      (files) => {
        const made = repository(files, "--object-format=sha256")
        files.write("a.ts", "one\n")
        made.commit("first")
      },
      Effect.fnUntraced(function* ({ root }) {
        expect(yield* git(["rev-parse", "HEAD"])).toMatch(/^[0-9a-f]{64}$/)
        expect(yield* git(["diff", "HEAD"])).toBe("(… no differences)")
        fs.rmSync(path.join(root, ".git"), { recursive: true })
        expect(yield* git(["status"])).toMatch(/^! error: the workspace is not the top folder of a git repository/)
      })
    )
  )

  it.live("a linked worktree", () =>
    within(
      (files) => {
        const made = project(files)
        made.git("worktree", "add", "-q", "-b", "other", path.join(files.base, "tree"), "HEAD~1")
        fs.renameSync(files.root, path.join(files.base, "main"))
        fs.renameSync(path.join(files.base, "tree"), files.root)
        const own = path.join(files.base, "main/.git/worktrees/tree")
        fs.writeFileSync(path.join(files.root, ".git"), `gitdir: ${own}\n`)
        fs.writeFileSync(path.join(own, "gitdir"), `${path.join(files.root, ".git")}\n`)
        files.write("a.ts", "changed\n")
      },
      Effect.fnUntraced(function* () {
        expect(yield* git(["status"])).toBe("## other\n M a.ts")
        expect(yield* git(["log", "-1", "--format=%s"])).toBe("third")
        expect(yield* git(["diff", "--numstat"])).toBe("1\t2\ta.ts")
      })
    )
  )
})

describe("git is not made to take all that the machine has", () => {
  it.live("by a regular expression in the name of a commit", () =>
    within(
      project,
      Effect.fnUntraced(function* () {
        const costly = "HEAD^{/((a{1,99}){1,99}){1,99}}"
        for (const args of [
          ["show", costly],
          ["log", `HEAD..${costly}`],
          ["branch", "--contains", costly],
          ["tag", `--points-at=${costly}`],
          ["rev-parse", "--abbrev-ref", costly]
        ]) {
          expect(yield* git(args)).toMatch(/^! error: .* is neither a commit nor a file that is there/)
        }
      })
    )
  )

  it.live("by more commits than can be named at once", () =>
    within(
      (files) => {
        const commits = Array.from({ length: 20_000 }, (_, index) => {
          const file = index === 0 ? "M 100644 inline a\ndata 1\na\n" : ""
          return `commit refs/heads/main\ncommitter Ada <ada@example.org> ${index} +0000\ndata 1\nc\n${file}\n`
        })
        repository(files)
        execFileSync("git", ["fast-import", "--quiet"], { cwd: files.root, input: commits.join("") })
      },
      Effect.fnUntraced(function* () {
        expect(yield* git(["log", "--stat", "-n", "99999"])).toBe(
          "! error: it would show too much at once. Narrow it by a path or -n."
        )
        expect(
          yield* git(["log", "--numstat", "--format=", "-n", "99999", "--since=1970-01-01T00:00:00Z", "--", "a"])
        ).toBe("1\t0\ta")
      })
    )
  )
})

describe("git does not show what may not be read", () => {
  const asking: ReadonlyArray<ReadonlyArray<string>> = [
    ["status"],
    ["diff"],
    ["diff", "HEAD"],
    ["diff", "-S", "SECRET"],
    ["diff", "HEAD~3", "HEAD"],
    ["diff", "--word-diff", "HEAD~3...HEAD"],
    ["log", "-p"],
    ["log", "-p", "--all"],
    ["log", "--stat", "-M"],
    ["log", "--summary", "--name-status"],
    ["log", "-U100", "--first-parent"],
    ["log", "-S", "SECRET-2", "--format=%s"],
    ["log", "-G", "SECRET", "-p"],
    ["show"],
    ["show", "HEAD~3"],
    ["show", "-S", "SECRET-3", "--format=%s"],
    ["show", "--name-only", "HEAD", "HEAD~1"],
    ["show", "HEAD:key.pem"],
    ["show", "HEAD:./key.pem"],
    ["show", "HEAD:src/../key.pem"],
    ["show", "HEAD:key.pem^{blob}"],
    ["show", ":key.pem"],
    ["show", ":0:key.pem"],
    ["show", "HEAD:"],
    ["show", "3e4d61be"],
    ["blame", "key.pem"],
    ["blame", "HEAD", "--", "key.pem"],
    ["ls-files"],
    ["ls-files", "--modified"],
    ["ls-tree", "-r", "HEAD"],
    ["ls-tree", "HEAD", "key.pem"],
    ["ls-tree", "HEAD:"],
    ["log", "--", "key.pem"],
    ["log", "key.pem"],
    ["shortlog", "--", "key.pem"],
    ["rev-parse", "HEAD:key.pem"],
    ["branch", "--contains", "HEAD:key.pem"],
    ["branch", "--merged=HEAD:key.pem"],
    ["branch", "--no-merged", ":key.pem"],
    ["tag", "--contains", "HEAD:key.pem"],
    ["tag", "--points-at", "HEAD:key.pem"],
    ["describe", "HEAD:key.pem"]
  ]

  it.live.each(asking.map((args) => [args.join(" "), args] as const))("by %s", ([, args]) =>
    within(
      project,
      Effect.fnUntraced(function* () {
        const text = yield* git(args)
        expect(text).not.toMatch(/SECRET-[0-9]/)
        expect(text).not.toContain(keyHash)
        if (!args.some((arg) => arg.includes("key.pem"))) expect(text).not.toContain("key.pem")
      })
    )
  )

  it.live.each(
    [
      ["log", "-S", "SECRET-2", "--format=%s"],
      ["log", "-G", "SECRET", "--stat", "--format=%s"],
      ["show", "-S", "SECRET-2", "--format=%s", "HEAD~1"]
    ].map((args) => [args.join(" "), args] as const)
  )("nor tells by %s which commit holds a text that is searched for", ([, args]) =>
    within(
      project,
      Effect.fnUntraced(function* () {
        expect(yield* git(args)).not.toContain("third")
      })
    )
  )

  it.live.each([
    [["show", "HEAD:key.pem"], "key.pem", "credential *.{pem,key,p12,pfx,keystore,jks,ppk}"],
    [["diff", "--", "../x"], "../x", "path outside"],
    [["log", "--", "/etc/passwd"], "/etc/passwd", "path outside"],
    [["blame", ".git/config"], ".git/config", "path git-internals"],
    [["log"], ".", "read of test"],
    [["show", "--no-patch"], ".", "read of test"],
    [["shortlog"], ".", "read of test"]
  ] as const)("and has it in the record that %j was denied", ([args, place, rule]) =>
    within(
      project,
      Effect.fnUntraced(function* () {
        const policy = args.length === 1 || args[1] === "--no-patch" ? reading("src") : reading("**")
        expect(yield* git(args, { policy })).toMatch(/^! denied/)
        expect((yield* recorded)[0]).toMatchObject({
          _tag: "Decided",
          action: { _tag: "Read", path: place },
          decision: { _tag: "Deny", rule }
        })
      })
    )
  )

  it.live("to an agent that may read a folder, which sees what there is of it", () =>
    within(
      project,
      Effect.fnUntraced(function* () {
        const policy = reading("src")
        expect(yield* git(["status"], { policy })).toBe("## main\n(… 3 files left out that may not be read)")
        expect(yield* git(["diff", "--stat", "HEAD~3", "HEAD"], { policy })).toMatch(/^ src\/x\.ts \| 2 \+-\n/)
        expect(yield* git(["log", "--format=%s", "--", "src"], { policy })).toBe("fourth\nfirst")
        expect(yield* git(["log", "--follow", "--format=%s", "--", "src/x.ts"], { policy })).toBe(
          "! error: not all of the workspace may be read. Name paths that may be, behind --."
        )
        expect(yield* git(["show", "--stat", "--format=%s", "HEAD", "--", "src"], { policy })).toMatch(
          /^fourth\n\n src/
        )
        expect(yield* git(["show", "--format=%s", "HEAD~1", "--", "src"], { policy })).toBe(
          "(… nothing of these paths)"
        )
      })
    )
  )

  it.live("where a commit has the name of a path that may be read", () =>
    within(
      (files) => void project(files).git("branch", "src"),
      Effect.fnUntraced(function* () {
        expect(yield* git(["log", "src"], { policy: reading("src") })).toBe(
          "! error: not all of the workspace may be read. Name paths that may be, behind --."
        )
      })
    )
  )

  it.live("where it lies below what is a file in another commit", () =>
    within(
      (files) => {
        const made = repository(files)
        files.write("config", "plain\n")
        made.commit("a file")
        fs.rmSync(path.join(files.root, "config"))
        files.write("config/key.pem", "SECRET-1\n")
        files.write("config/b", "b\n")
        made.commit("a folder")
      },
      Effect.fnUntraced(function* () {
        const text = yield* git(["log", "-p", "--format=%s"])
        expect(text).toContain("+++ b/config/b")
        expect(text).not.toMatch(/SECRET|key\.pem/)
      })
    )
  )

  it.live("when a file is swapped for a link that leads out", () =>
    within(
      (files) => {
        project(files)
        fs.rmSync(path.join(files.root, "a.ts"))
        files.link("../outside/secret.txt", "a.ts")
        fs.rmSync(path.join(files.root, "src"), { recursive: true })
        files.link("../outside", "src")
      },
      Effect.fnUntraced(function* () {
        for (const args of [["diff"], ["diff", "HEAD"], ["blame", "a.ts"], ["status"], ["ls-files", "-o"]]) {
          expect(yield* git(args)).not.toContain(canary)
        }
      })
    )
  )

  const Name = Schema.Array(Schema.Literals(["a", "b", "c.pem"]))
  it.prop("by any path that stands for one of those that are hidden", [Schema.Array(Name)], ([names]) => {
    const all = new Set(names.map((name) => name.join("/")).filter((name) => name !== ""))
    const isHidden = (name: string) => name.endsWith(".pem")
    const found = divided(all, (name) => !isHidden(name))
    for (const hidden of [...all].filter(isHidden)) {
      expect(found.names.filter((name) => hidden === name || hidden.startsWith(`${name}/`))).toStrictEqual([])
    }
    expect(found.names.length + found.hidden).toBe(all.size)
  })
})
