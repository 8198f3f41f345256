/**
 * Repositories, and agents with a shell, that try to have a program run by what lies in `.git`, in files that git reads,
 * and in the tree itself.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import type { Ground } from "@deputize/core/runtime/ground/Ground"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { faults, idle, type Rig, requestOf, rig, services, wholeRun } from "./fixture.ts"

const programs = [
  ["core", ["fsmonitor", "pager", "editor", "sshCommand", "askPass", "alternateRefsCommand", "gitProxy"]],
  ['diff "evil"', ["command", "textconv"]],
  ["diff", ["external"]],
  ['filter "evil"', ["clean", "smudge", "process"]],
  ['merge "evil"', ["driver"]],
  ["merge", ["tool", "default"]],
  ["gpg", ["program"]],
  ['gpg "ssh"', ["program", "defaultKeyCommand"]],
  ["sequence", ["editor"]],
  ["credential", ["helper"]],
  ["gc", ["recentObjectsHook"]],
  ["uploadpack", ["packObjectsHook"]]
] as const

/** Marks of what was run. */
const ranIn = ({ base }: Rig): string => {
  const file = path.join(base, "ran")
  return fs.existsSync(file) ? fs.readFileSync(file, "utf8") : ""
}

const evil = (rig: Rig): { readonly config: string; readonly hooks: (folder: string) => void } => {
  const program = path.join(rig.base, "program")
  const mark = path.join(rig.base, "ran")
  fs.writeFileSync(program, `#!/bin/sh\necho "$0 $*" >> ${mark}\ncat 2>/dev/null\nexit 0\n`, { mode: 0o755 })
  const sections = programs
    .map(([section, keys]) => `[${section}]\n${keys.map((key) => `\t${key} = ${program}\n`).join("")}`)
    .join("")
  fs.writeFileSync(path.join(rig.base, "included"), sections)
  fs.writeFileSync(path.join(rig.base, "attributes"), "* filter=evil merge=evil\n")
  return {
    config: [
      sections,
      `[core]\n\thooksPath = ${rig.base}/hooks\n\tworktree = ${rig.outside}\n\tattributesFile = ${rig.base}/attributes\n`,
      `[alias]\n\tadd = !${program}\n\tread-tree = !${program}\n\tmerge-tree = !${program}\n`,
      `[filter "evil"]\n\trequired = true\n`,
      `[commit]\n\tgpgSign = true\n[tag]\n\tgpgSign = true\n[user]\n\tsigningKey = x\n`,
      `[include]\n\tpath = ${rig.base}/included\n[includeIf "gitdir:**"]\n\tpath = ${rig.base}/included\n`,
      `[extensions]\n\tworktreeConfig = true\n`
    ].join(""),
    hooks: (folder) => {
      fs.mkdirSync(folder, { recursive: true })
      for (const hook of [
        "post-index-change",
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "pre-merge-commit",
        "post-merge",
        "post-checkout",
        "post-rewrite",
        "fsmonitor-watchman",
        "reference-transaction"
      ]) {
        fs.copyFileSync(program, path.join(folder, hook))
      }
    }
  }
}

const prepare = (rig: Rig) => {
  rig.write("a.ts", "one\ntwo\nthree\nfour\nfive\n")
  rig.write(".gitattributes", "*.ts filter=evil diff=evil merge=evil\n")
  rig.commit("first")
  const { config, hooks } = evil(rig)
  fs.appendFileSync(path.join(rig.root, ".git/config"), config)
  fs.writeFileSync(path.join(rig.root, ".git/config.worktree"), config)
  fs.writeFileSync(path.join(rig.root, ".git/info/attributes"), "* filter=evil merge=evil\n")
  hooks(path.join(rig.root, ".git/hooks"))
  hooks(path.join(rig.base, "hooks"))
}

const edit = (from: string, to: string) => (at: (file: string) => string) =>
  fs.writeFileSync(at("a.ts"), fs.readFileSync(at("a.ts"), "utf8").replace(from, to))

const acting =
  (act: (at: (file: string) => string) => void) =>
  ({ root }: Ground) =>
    Effect.sync(() => act((file) => path.join(root.root, file)))

describe("git of agents' own trees", () => {
  it.live("has something to withstand: plain git runs the programs of such a repository", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const plain = (...args: ReadonlyArray<string>) =>
        spawnSync("git", args, { cwd: files.root, env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null" } })
      plain("worktree", "add", "--detach", path.join(files.base, "plain"))
      plain("-c", "core.worktree=.", "status")
      expect(ranIn(files)).toMatch(/\/hooks\/|\/program /)
    })
  )

  it.live("runs no program that a repository names, be it for a checkout, a commit or a merge", () =>
    Effect.gen(function* () {
      const files = yield* rig(prepare)
      const { merges } = yield* wholeRun(requestOf(files.root, ["one", "two", "three"]), {
        one: acting(edit("one", "ONE")),
        two: acting(edit("five", "FIVE")),
        three: acting(edit("one", "Eins"))
      }).pipe(Effect.provide(services(files)))
      expect(merges?.merges.map(({ status }) => status)).toStrictEqual(["merged", "merged", "conflict"])
      expect(files.read("a.ts")).toBe("ONE\ntwo\nthree\nfour\nFIVE\n")
      expect(ranIn(files)).toBe("")
    })
  )

  it.live("runs nothing that an agent leaves in its tree, and follows no link that it makes", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.ts", "one\n")
        rig.commit("first")
      })
      const { config, hooks } = evil(files)
      const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), {
        one: acting((at) => {
          fs.rmSync(at(".git"))
          fs.mkdirSync(at(".git/objects"), { recursive: true })
          fs.mkdirSync(at(".git/refs"))
          fs.writeFileSync(at(".git/HEAD"), "ref: refs/heads/main\n")
          fs.writeFileSync(at(".git/config"), config)
          hooks(at(".git/hooks"))
          fs.writeFileSync(at(".gitattributes"), "* filter=evil diff=evil merge=evil\n")
          fs.writeFileSync(at(".gitmodules"), '[submodule "x"]\n\tpath = x\n\turl = ext::evil\n\tupdate = !evil\n')
          fs.symlinkSync(files.outside, at("out"))
          fs.writeFileSync(at("a.ts"), "two\n")
        })
      }).pipe(Effect.provide(services(files)))
      expect(merges?.brought).toStrictEqual(["a.ts"])
      expect(merges?.left.map(({ path }) => path)).toStrictEqual([".gitattributes", ".gitmodules", "out"])
      expect(files.git("ls-tree", merges?.ref ?? "", "out")).toMatch(/^120000 /)
      expect([files.read("a.ts"), ranIn(files)]).toStrictEqual(["two\n", ""])
      expect(fs.readdirSync(files.outside).sort()).toStrictEqual(["OUTSIDE-CANARY.txt", "secret.txt"])
    })
  )

  it.live("keeps repositories within a tree out of the commit, and the tree for them", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.ts", "one\n")
        rig.commit("first")
      })
      const { config } = evil(files)
      const { merges, trees } = yield* wholeRun(requestOf(files.root, ["one"]), {
        one: acting((at) => {
          fs.cpSync(path.join(files.root, ".git"), at("nested/.git"), { recursive: true })
          fs.appendFileSync(at("nested/.git/config"), config)
          fs.writeFileSync(at("nested/file"), "only here\n")
          fs.writeFileSync(at("b.ts"), "b\n")
        })
      }).pipe(
        Effect.map(({ merges }) => ({ merges, trees: fs.readdirSync(files.trees, { recursive: true }).map(String) })),
        Effect.provide(services(files))
      )
      expect(merges?.merges[0]?.files).toStrictEqual(["b.ts"])
      expect(trees.filter((name) => name.endsWith("nested/file"))).toHaveLength(1)
      expect([files.git("ls-tree", "-r", "--name-only", merges?.ref ?? ""), ranIn(files)]).toStrictEqual([
        "a.ts\nb.ts\n",
        ""
      ])
    })
  )

  it.live("writes no ref through a link that the repository has in place of a folder", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.ts", "one\n")
        rig.commit("first")
        fs.symlinkSync(rig.outside, path.join(rig.root, ".git/refs/deputize"))
      })
      const { message } = yield* wholeRun(requestOf(files.root, ["one"]), idle).pipe(
        Effect.provide(services(files)),
        Effect.flip
      )
      expect(message).toBe(
        "agents cannot have trees of their own here: the repository is made of links to another place"
      )
      expect(fs.readdirSync(files.outside).sort()).toStrictEqual(["OUTSIDE-CANARY.txt", "secret.txt"])
    })
  )

  it.live("takes no program of git, and no setting, from the environment of whoever runs it", () =>
    Effect.gen(function* () {
      const files = yield* rig((rig) => {
        rig.write("a.ts", "one\n")
        rig.commit("first")
      })
      const { config } = evil(files)
      const evilGit = path.join(files.base, "bin/git")
      fs.mkdirSync(path.dirname(evilGit))
      fs.writeFileSync(evilGit, `#!/bin/sh\necho git >> ${path.join(files.base, "ran")}\n`, { mode: 0o755 })
      fs.writeFileSync(path.join(files.base, "global"), config)
      const before = { ...process.env }
      const set = {
        PATH: `${path.dirname(evilGit)}:${process.env.PATH}`,
        GIT_CONFIG_GLOBAL: path.join(files.base, "global"),
        GIT_DIR: files.outside,
        GIT_EXTERNAL_DIFF: evilGit,
        GIT_EXEC_PATH: path.dirname(evilGit)
      }
      Object.assign(process.env, set)
      try {
        const { merges } = yield* wholeRun(requestOf(files.root, ["one"]), {
          one: acting((at) => fs.writeFileSync(at("a.ts"), "two\n"))
        }).pipe(Effect.provide(services(files)))
        expect(merges?.brought).toStrictEqual(["a.ts"])
      } finally {
        for (const name of Object.keys(set)) delete process.env[name]
        Object.assign(process.env, before)
      }
      expect([ranIn(files), faults(files.root)]).toStrictEqual(["", ""])
    })
  )
})
