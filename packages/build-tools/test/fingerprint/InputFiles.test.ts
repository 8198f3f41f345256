import { execFileSync } from "node:child_process"
import { mkdirSync, symlinkSync } from "node:fs"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { parseGlobs } from "../../src/fingerprint/Glob.ts"
import { ignoreRules } from "../../src/fingerprint/IgnoreRules.ts"
import { findFiles } from "../../src/fingerprint/InputFiles.ts"
import { openTree, type Tree } from "../../src/fingerprint/Tree.ts"
import { folder, write } from "./fixture.ts"

const inputs = (workspace: string, globs: ReadonlyArray<string> | null) =>
  findFiles(openTree(workspace), { globs, gitignore: true })

const sample = Effect.tap(folder, (root) =>
  Effect.sync(() => {
    write(root, {
      ".gitignore": "dist/\n*.log\n!keep.log\n/secret\n.env\n",
      ".env": "",
      ".hidden/x": "",
      "a.log": "",
      "dist/a.js": "",
      "dist/deep/b.js": "",
      "keep.log": "",
      "node_modules/dep/index.js": "",
      "packages/a/.gitignore": "!*.log\ngen\n",
      "packages/a/debug.log": "",
      "packages/a/gen/x.ts": "",
      "packages/a/secret": "",
      "packages/a/src/x.ts": "",
      "packages/a/node_modules/dep/index.js": "",
      "packages/b/dist/y.js": "",
      "packages/b/src/y.ts": "",
      ".git/config": "",
      ".nx/cache/z": "",
      secret: ""
    })
    mkdirSync(`${root}/empty`)
    symlinkSync("packages", `${root}/link`)
  })
)

const tracked = [
  ".gitignore",
  ".hidden/x",
  "keep.log",
  "link",
  "packages/a/.gitignore",
  "packages/a/debug.log",
  "packages/a/secret",
  "packages/a/src/x.ts",
  "packages/b/src/y.ts"
]

describe("input files", () => {
  it.effect("are all that are not ignored, where no globs are stated", () =>
    Effect.gen(function* () {
      const root = yield* sample
      expect(inputs(root, null)).toStrictEqual(tracked)
      expect(inputs(root, ["**"])).toStrictEqual(tracked)
      expect(inputs(root, ["**/*", "!packages/a/**", "!**/.*", "!.hidden"])).toStrictEqual([
        "keep.log",
        "link",
        "packages/b/src/y.ts"
      ])
    })
  )

  it.effect("are ignored ones too where a glob leads to them by plain names", () =>
    Effect.gen(function* () {
      const root = yield* sample
      expect(inputs(root, ["dist/**/*.js", ".env", "packages/a/gen"])).toStrictEqual([
        ".env",
        "dist/a.js",
        "dist/deep/b.js",
        "packages/a/gen/x.ts"
      ])
      expect(inputs(root, ["packages/*/dist/**", "packages/*/src"])).toStrictEqual([
        "packages/a/src/x.ts",
        "packages/b/src/y.ts"
      ])
      expect(inputs(root, ["node_modules/dep", "packages/a/**/index.js"])).toStrictEqual(["node_modules/dep/index.js"])
      expect(inputs(root, ["dist/**", "!dist/deep"])).toStrictEqual(["dist/a.js"])
    })
  )

  it.effect("may lie beside the workspace, or not be there", () =>
    Effect.gen(function* () {
      const root = yield* sample
      expect(inputs(`${root}/packages/a`, ["../b/src/*.ts", "none", "none/**", "src/x.ts/y"])).toStrictEqual([
        "../b/src/y.ts"
      ])
      expect(inputs(`${root}/packages/a`, [`${root}/packages/b/src`])).toStrictEqual([`${root}/packages/b/src/y.ts`])
    })
  )

  it.effect("of a folder in a repository follow the rules of the folders above, which outside one say nothing", () =>
    Effect.gen(function* () {
      const root = yield* sample
      write(root, { "packages/b/src/note.log": "", "packages/b/secret": "" })
      expect(inputs(`${root}/packages/b`, null)).toStrictEqual(["secret", "src/y.ts"])
      // A workspace inside of what the repository ignores is none of it, however deep.
      write(root, { "dist/work/.gitignore": "*.o\n", "dist/work/a.log": "", "dist/work/b.o": "" })
      expect(inputs(`${root}/dist/work`, null)).toStrictEqual([".gitignore", "a.log"])
      expect(inputs(`${root}/packages/a/gen`, null)).toStrictEqual(["x.ts"])
      const outside = yield* folder
      write(outside, { ".gitignore": "*", "work/a": "" })
      expect(inputs(`${outside}/work`, null)).toStrictEqual(["a"])
    })
  )

  it.effect("are those that git itself finds", () =>
    Effect.gen(function* () {
      const root = yield* folder
      const git = (...args: ReadonlyArray<string>) =>
        execFileSync("git", ["-C", root, "-c", "core.excludesFile=/dev/null", ...args], { encoding: "utf8" })
      git("init", "--quiet")
      write(root, {
        ".gitignore":
          "/build\nout/\n*.tmp\n!important.tmp\ndoc/*.txt\n**/gen\n\\#x\n  \n# comment\na?c\n[xy].o\n/top/**/z\n",
        build: "",
        "sub/build": "",
        "sub/out/x": "",
        "lib/out": "",
        "x.tmp": "",
        "deep/er/important.tmp": "",
        "doc/a.txt": "",
        "doc/deep/a.txt": "",
        "k/gen/x": "",
        "#x": "",
        abc: "",
        "abc.d/x": "",
        "k/adc/x": "",
        "x.o": "",
        "z.o": "",
        "top/z": "",
        "top/a/b/z": "",
        "sub/.gitignore": "!x.tmp\n/only\ndeep/only2\n*.md\n!README.md\n",
        "sub/x.tmp": "",
        "sub/only": "",
        "sub/k/only": "",
        "sub/deep/only2": "",
        "sub/k/deep/only2": "",
        "sub/README.md": "",
        "sub/k/README.md": "",
        "sub/k/other.md": "",
        "sub/k/.gitignore": "*\n!*.md\n",
        "sub/k/y": ""
      })
      const known = git("ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
      expect(inputs(root, null)).toStrictEqual(known.filter((path) => path !== "").sort())
    })
  )

  const Name = Schema.Literals(["a", "b", "dist", ".x", "c.ts"])
  const Path = Schema.NonEmptyArray(Name).pipe(Schema.check(Schema.isMaxLength(4)))
  const Segment = Schema.Literals(["a", "b", "dist", ".x", "c.ts", "*", "**", "*.ts", "?"])
  const Pattern = Schema.NonEmptyArray(Segment).pipe(Schema.check(Schema.isMaxLength(4)))

  it.effect.prop(
    "are found however the way to them leads: as if each path were held against each glob",
    [Schema.Array(Path), Schema.Array(Schema.Struct({ not: Schema.Boolean, pattern: Pattern }))],
    ([paths, patterns]) =>
      Effect.sync(() => {
        const tree = treeOf(paths.map((path) => path.join("/")))
        const globs = patterns.map(({ not, pattern }) => `${not ? "!" : ""}${pattern.join("/")}`)
        const { include, isExcluded } = parseGlobs(globs)
        const expected = tree.files.filter((path) => include.some((glob) => glob.matches(path)) && !isExcluded(path))
        expect(findFiles(tree, { globs, gitignore: true })).toStrictEqual(expected.sort())
      }),
    { arbitrary: { runs: 1000 } }
  )
})

/** A tree of these files; a path that would lie below a file is left out. */
const treeOf = (paths: ReadonlyArray<string>): Tree & { readonly files: ReadonlyArray<string> } => {
  const files = [...new Set(paths)].filter((path) => !paths.some((other) => path.startsWith(`${other}/`)))
  const rules = ignoreRules([])
  const isFolder = (path: string) => path === "" || files.some((file) => file.startsWith(`${path}/`))
  const names = (folder: string, deep: boolean) => {
    const prefix = folder === "" ? "" : `${folder}/`
    const below = files.filter((file) => file.startsWith(prefix)).map((file) => file.slice(prefix.length).split("/"))
    return [...new Set(below.filter((rest) => rest.length > 1 === deep).map(([name]) => name ?? ""))]
  }
  return {
    files,
    list: (folder) => ({ files: names(folder, false), folders: names(folder, true) }),
    rules: () => rules,
    kind: (path) => (files.includes(path) ? "file" : isFolder(path) ? "folder" : "none"),
    isPartial: () => false
  }
}
