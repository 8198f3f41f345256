/**
 * Repositories that try to have a program run, or another repository shown, by what lies in `.git`.
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { toolbox } from "@deputize/core/tool/Toolbox"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { canary, type Fixture, pictureOf } from "../workspace/fixture.ts"
import { call, within } from "./fixture.ts"
import { type Repository, repository } from "./gitFixture.ts"

const { tools } = toolbox(["git"])

const git = (args: ReadonlyArray<string>) => call("git", { args }, { tools })

/** Every program that git may be told to run, as one that leaves a mark beside the workspace. */
const hostile = (files: Fixture): Repository => {
  const made = repository(files)
  const mark = path.join(files.base, "ran")
  const program = path.join(files.base, "program")
  fs.writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${mark}\ncat 2>/dev/null\nexit 0\n`, { mode: 0o755 })
  files.write("a.ts", "one\n")
  files.write(".gitattributes", "*.ts filter=evil diff=evil merge=evil\n")
  files.write(".mailmap", "Eve <eve@example.org> <ada@example.org>\n")
  made.commit("first")
  files.write("a.ts", "one\ntwo\n")
  made.commit("second")
  made.git("tag", "-a", "-m", "a tag", "v1")
  files.write("a.ts", "one\nthree\n")
  const values = [
    ["core", ["fsmonitor", "pager", "editor", "sshCommand", "askPass", "alternateRefsCommand", "gitProxy"]],
    ['diff "evil"', ["command", "textconv"]],
    ["diff", ["external"]],
    ['filter "evil"', ["clean", "smudge", "process"]],
    ['merge "evil"', ["driver"]],
    ["gpg", ["program"]],
    ['gpg "ssh"', ["program", "defaultKeyCommand"]],
    ["pager", ["status", "diff", "log", "show", "blame", "branch", "tag", "shortlog"]],
    ["sequence", ["editor"]],
    ["interactive", ["diffFilter"]],
    ["uploadpack", ["packObjectsHook"]],
    ["credential", ["helper"]]
  ] as const
  const sections = values.map(
    ([section, keys]) => `[${section}]\n${keys.map((key) => `\t${key} = ${program}\n`).join("")}`
  )
  const config = [
    ...sections,
    `[core]\n\thooksPath = ${files.base}/hooks\n\tworktree = ${files.outside}\n\tattributesFile = ${files.base}/attributes\n`,
    `[alias]\n\tstatus = !${program}\n\tst = !${program}\n`,
    `[filter "evil"]\n\trequired = true\n`,
    `[log]\n\tshowSignature = true\n`,
    `[diff]\n\tautoRefreshIndex = true\n`,
    `[status]\n\tsubmoduleSummary = true\n`,
    `[remote "origin"]\n\turl = ext::${program}\n\tpromisor = true\n\tuploadpack = ${program}\n\tvcs = evil\n`,
    `[extensions]\n\tpartialClone = origin\n\tworktreeConfig = true\n`,
    `[include]\n\tpath = ${files.base}/included\n`,
    `[includeIf "gitdir:**"]\n\tpath = ${files.base}/included\n`
  ].join("")
  fs.appendFileSync(path.join(files.root, ".git/config"), config)
  fs.writeFileSync(path.join(files.root, ".git/config.worktree"), sections.join(""))
  fs.writeFileSync(path.join(files.base, "included"), sections.join(""))
  for (const folder of ["hooks", "repo/.git/hooks"]) {
    fs.mkdirSync(path.join(files.base, folder), { recursive: true })
    for (const hook of [
      "post-index-change",
      "pre-commit",
      "post-checkout",
      "fsmonitor-watchman",
      "reference-transaction"
    ]) {
      fs.copyFileSync(program, path.join(files.base, folder, hook))
    }
  }
  return made
}

const calls: ReadonlyArray<ReadonlyArray<string>> = [
  ["status"],
  ["diff"],
  ["diff", "--stat", "HEAD"],
  ["diff", "HEAD~1", "HEAD"],
  ["log", "-p"],
  ["log", "--stat", "--all"],
  ["log", "-S", "two"],
  ["show", "v1"],
  ["show", "HEAD:a.ts"],
  ["blame", "a.ts"],
  ["blame", "HEAD", "--", "a.ts"],
  ["ls-files", "-m"],
  ["ls-tree", "HEAD"],
  ["branch", "-a"],
  ["tag"],
  ["describe"],
  ["shortlog", "-s"]
]

describe("a hostile repository", () => {
  it.live("runs programs when plain git looks at it, so that what follows means something", () =>
    within(
      hostile,
      Effect.fnUntraced(function* ({ base, root }) {
        const env = {
          GIT_CONFIG_NOSYSTEM: "1",
          GIT_CONFIG_GLOBAL: "/dev/null",
          PATH: process.env.PATH,
          GIT_WORK_TREE: root
        }
        for (const args of [["diff"], ["diff", "--cached", "HEAD~1"], ["status"]]) {
          yield* Effect.ignore(Effect.try(() => execFileSync("git", args, { cwd: root, env, stdio: "ignore" })))
        }
        expect(fs.existsSync(path.join(base, "ran"))).toBe(true)
      })
    )
  )

  it.live("runs no program, has nothing changed and shows only itself", () =>
    within(
      hostile,
      Effect.fnUntraced(function* ({ base, outside, root }) {
        const before = pictureOf(root)
        const texts = yield* Effect.forEach(calls, git)
        expect(texts.filter((text) => text.startsWith("!"))).toStrictEqual([])
        expect(texts.join("\n")).not.toContain(canary)
        expect(fs.existsSync(path.join(base, "ran"))).toBe(false)
        expect(pictureOf(root)).toBe(before)
        expect(fs.readdirSync(outside).length).toBe(2)
      })
    )
  )

  it.live("with a repository of its own inside is not asked what that one says", () =>
    within(
      (files) => {
        const outer = repository(files)
        files.write("a.ts", "one\n")
        const inner = { ...files, root: path.join(files.root, "inner"), write: files.write }
        fs.mkdirSync(inner.root)
        hostile({ ...inner, write: (file, content) => files.write(path.join("inner", file), content) })
        outer.commit("with a nested repository")
        files.write("inner/a.ts", "changed\n")
        files.write("a.ts", "changed\n")
        fs.rmSync(path.join(files.base, "ran"), { force: true })
      },
      Effect.fnUntraced(function* ({ base }) {
        expect(yield* git(["status"])).toBe("## main\n M a.ts")
        expect(yield* git(["diff", "--name-only"])).toBe("a.ts")
        expect(fs.existsSync(path.join(base, "ran"))).toBe(false)
      })
    )
  )

  it.live("with a submodule that asks to be looked into runs none of its programs", () =>
    within(
      (files) => {
        const outer = repository(files)
        files.write("a.ts", "one\n")
        const inner = { ...files, root: path.join(files.root, "inner"), write: files.write }
        fs.mkdirSync(inner.root)
        hostile({ ...inner, write: (file, content) => files.write(path.join("inner", file), content) })
        files.write(".gitmodules", '[submodule "inner"]\n\tpath = inner\n\turl = ./inner\n\tignore = none\n')
        outer.commit("with a submodule")
        files.write("inner/a.ts", "changed\n")
        files.write("a.ts", "changed\n")
        fs.rmSync(path.join(files.base, "ran"), { force: true })
      },
      Effect.fnUntraced(function* ({ base }) {
        expect(yield* git(["status"])).toBe("## main\n M a.ts")
        for (const args of [["diff"], ["diff", "HEAD"], ["diff", "--merge-base", "main"]]) {
          expect(yield* git([...args, "--name-only"])).toBe("a.ts")
        }
        for (const args of [
          ["diff", "--cached"],
          ["ls-files", "-m", "-o"],
          ["log", "-p"],
          ["show"],
          ["blame", "a.ts"]
        ]) {
          expect(yield* git(args)).not.toMatch(/^!/)
        }
        expect(fs.existsSync(path.join(base, "ran"))).toBe(false)
      })
    )
  )

  const foreign =
    "! error: .git leads to a repository that does not know this workspace as its worktree. Work without git here."
  const elsewhere = (files: Fixture): string => {
    repository({ ...files, root: files.outside }).commit(canary)
    return path.join(files.outside, ".git")
  }
  it.live.each([
    [
      "a .git file that points to another repository",
      (files: Fixture) => files.write(".git", `gitdir: ${elsewhere(files)}\n`),
      foreign
    ],
    [
      "a .git link to another repository",
      (files: Fixture) => files.link(elsewhere(files), ".git"),
      "! error: .git is neither a folder nor a file. Work without git here."
    ],
    [
      "objects that are a link to those of another repository",
      (files: Fixture) => {
        repository(files)
        fs.rmSync(path.join(files.root, ".git/objects"), { recursive: true })
        files.link(path.join(elsewhere(files), "objects"), ".git/objects")
      },
      "! error: the repository is made of links to another place. Work without git here."
    ],
    [
      "objects that are borrowed from another repository",
      (files: Fixture) => {
        repository(files)
        files.write(".git/objects/info/alternates", `${path.join(elsewhere(files), "objects")}\n`)
      },
      "! error: the repository borrows its objects from another one (objects/info/alternates). Work without git here."
    ],
    [
      "a pack that is a link",
      (files: Fixture) => {
        repository(files)
        elsewhere(files)
        files.link("/dev/null", ".git/objects/pack/x.pack")
      },
      "! error: the repository's objects are links to another place. Work without git here."
    ],
    [
      "a HEAD that never ends",
      (files: Fixture) => {
        repository(files)
        fs.rmSync(path.join(files.root, ".git/HEAD"))
        files.fifo(".git/HEAD")
      },
      "! error: .git holds no repository. Work without git here."
    ],
    ["a .git file without an end", (files: Fixture) => files.write(".git", "x".repeat(100_000)), foreign]
  ] as const)("that is %s is not looked at", ([, prepare, expected]) =>
    within(
      (files) => void prepare(files),
      Effect.fnUntraced(function* () {
        for (const args of [["log"], ["status"], ["show"]]) expect(yield* git(args)).toBe(expected)
      })
    )
  )

  it.live("leaves nothing behind in the folder for temporary files", () =>
    within(
      hostile,
      Effect.fnUntraced(function* ({ base }) {
        const temporary = path.join(base, "tmp")
        fs.mkdirSync(temporary)
        const made = new Set<string>()
        const watcher = fs.watch(temporary, (_, name) => void made.add(String(name)))
        const { TMPDIR: before } = process.env
        process.env.TMPDIR = temporary
        yield* Effect.ensuring(
          Effect.forEach([["diff"], ["blame", "nothing"]], git),
          Effect.sync(() => {
            if (before === undefined) delete process.env.TMPDIR
            else process.env.TMPDIR = before
            watcher.close()
          })
        )
        expect(made.size).toBeGreaterThan(0)
        expect(fs.readdirSync(temporary)).toStrictEqual([])
      })
    )
  )
})
