import * as fs from "node:fs"
import * as path from "node:path"
import { InstallError } from "@deputize/build-tools/install/InstallError"
import { install } from "@deputize/build-tools/install/Installer"
import { insidePath } from "@deputize/build-tools/install/Place"
import type { InstallSource } from "@deputize/build-tools/pipeline/Pipeline"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { environment, type Fixture, fixture, picture, printed, runProgram } from "./fixture.ts"

/** `FROM` or `FROM => TO`; `=> TO 644` sets the mode. */
const sources = (...lines: ReadonlyArray<string>): InstallSource => ({
  _tag: "Files",
  files: lines.map((line) => {
    const [, from = "", to = "", mode] = /^(.*?)(?: => (.*?))?(?: (\d{3}))?$/.exec(line) ?? []
    return { from, to, mode: mode === undefined ? null : Number.parseInt(mode, 8) }
  })
})

/** What a version of these files consists of. */
const installed = Effect.fn("installed")(function* (files: Fixture, from: InstallSource) {
  const { version } = yield* install(files.wanted({ from, bin: {} }), files.options("v"))
  return picture(path.join(files.prefix, "versions/tool", version))
})

const reasonOf = (files: Fixture, from: InstallSource) =>
  Effect.map(Effect.flip(installed(files, from)), (error) => (error instanceof InstallError ? error.reason : error))

describe("files to install", () => {
  it.live("are named by paths, folders and globs, and keep their rights unless others are given", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      files.write("out/a", "a", 0o755)
      files.write("out/read only", "", 0o444)
      files.write("out/deep/ü/.hidden", "h")
      files.write("out/deep/b.js", "b")
      files.write("out/deep/b.js.map", "m")
      files.write("out/[id].html", "i")
      const from = sources(
        "out/a => bin/",
        "out/a => renamed",
        "out/a => shared 640",
        "out/deep => tree",
        "out/**/*.js => js",
        "out/{a,read*} => some",
        "./out/[id].html => pages/id.html",
        "out/[id].html"
      )
      expect(yield* installed(files, from)).toStrictEqual([
        "[id].html 644",
        "bin/a 755",
        "js/deep/b.js 644",
        "pages/id.html 644",
        "renamed 755",
        "shared 640",
        "some/a 755",
        "some/read only 444",
        "tree/b.js 644",
        "tree/b.js.map 644",
        "tree/ü/.hidden 644"
      ])
    })
  )

  it.live("are an error where a path or a glob matches nothing", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      files.write("out/a", "a")
      const globs = ["out/*.js", "out/b", "other/**", "out/a/*"]
      const reasons = yield* Effect.forEach(globs, (glob) => reasonOf(files, sources("out/a", glob)))
      expect(reasons).toStrictEqual(globs.map((from) => ({ _tag: "NoMatch", from })))
    })
  )

  it.live("keep links that lead to what is installed with them, and refuse all others", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const link = (target: string, name: string) => fs.symlinkSync(target, path.join(files.workspace, name))
      files.write("out/lib.so.1", "1")
      files.write("out/sub/x", "x")
      link("lib.so.1", "out/lib.so")
      link("sub", "out/also sub")
      expect(yield* installed(files, sources("out"))).toStrictEqual([
        "also sub -> sub",
        "lib.so -> lib.so.1",
        "lib.so.1 644",
        "sub/x 644"
      ])
      for (const target of ["/etc/passwd", "../../../../etc/passwd", "../out/lib.so.1", "gone", "loop"]) {
        fs.rmSync(path.join(files.workspace, "out/loop"), { force: true })
        link(target, "out/loop")
        expect(yield* reasonOf(files, sources("out"))).toMatchObject({ _tag: "LinkAstray", target })
      }
      expect(yield* reasonOf(files, sources("out/lib.so"))).toMatchObject({ _tag: "LinkAstray", target: "lib.so.1" })
    })
  )

  it.live("have one place each", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      for (const name of ["out/a", "out/b", "out/c/d"]) files.write(name, name)
      const at = (name: string) => path.join(files.workspace, name)
      expect([
        yield* reasonOf(files, sources("out/a => x", "out/b => x")),
        yield* reasonOf(files, sources("out/a => x", "out/c => x")),
        yield* installed(files, sources("out/a => x", "out/{a,z} => ", "out/* => "))
      ]).toStrictEqual([
        { _tag: "SamePlace", to: "x", first: at("out/a"), second: at("out/b") },
        { _tag: "SamePlace", to: "x", first: at("out/a"), second: at("out/c/d") },
        ["a 644", "b 644", "x 644"]
      ])
    })
  )

  it.live("are files, folders and links", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      fs.mkdirSync(path.join(files.workspace, "out"))
      const pipe = path.join(files.workspace, "out/pipe")
      yield* runProgram("mkfifo", { _tag: "Argv", argv: ["mkfifo", pipe] }, { cwd: "/", env: environment })
      expect(yield* reasonOf(files, sources("out"))).toStrictEqual({ _tag: "NotAFile", path: pipe })
    })
  )

  it.effect.prop("never get a place outside their version", [Schema.String], ([text]) =>
    Effect.sync(() => {
      for (const wanted of [text, `../${text}`, `a/../../${text}`, `/${text}`, text.replaceAll(/./g, "$&../")]) {
        const place = insidePath(wanted)
        if (place !== undefined) expect(path.resolve("/version", place)).toMatch(/^\/version($|\/(?!\.deputize($|\/)))/)
      }
    })
  )
})

/** A library and a program that needs it; neither is in any registry. */
const npmPackages = (files: Fixture) => {
  const json = (name: string, value: object) => files.write(`${name}/package.json`, JSON.stringify(value))
  json("library", { name: "@x/library", version: "1.0.0", files: ["index.js", "tief ü"] })
  files.write("library/index.js", "module.exports = 'library'")
  files.write(`library/tief ü/${"long ".repeat(30)}.txt`, "text")
  files.write("library/left out.js", "")
  json("program", {
    name: "program",
    version: "2.0.0",
    bin: { "x-program": "main.js" },
    dependencies: { "@x/library": "1.0.0" }
  })
  files.write("program/main.js", "#!/usr/bin/env node\r\nprocess.stdout.write('runs with ' + require('@x/library'))\n")
  const wanted = files.wanted({
    from: { _tag: "Npm", packages: ["library", "program"].map((name) => path.join(files.workspace, name)) },
    bin: {},
    verify: { _tag: "Argv", argv: ["x-program"] }
  })
  const env = { ...environment, npm_config_offline: "true", npm_config_cache: path.join(files.base, "cache") }
  return { wanted, options: { ...files.options("v1"), env } }
}

describe("an npm package to install", () => {
  it.live("is packed, and installed from its archive with its commands and its siblings", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const { options, wanted } = npmPackages(files)
      const result = yield* install(wanted, options)
      const command = path.join(files.bin, "x-program")
      expect(result.binaries).toStrictEqual([{ path: command, size: fs.statSync(command).size }])
      expect(yield* printed("/usr/bin/env", command)).toBe("runs with library")
      expect(picture(path.join(files.prefix, "versions/tool/v1"))).toStrictEqual([
        ".deputize/bin/x-program -> ../../bin/x-program",
        "bin/x-program -> ../lib/node_modules/program/main.js",
        "lib/node_modules/@x/library/index.js 644",
        "lib/node_modules/@x/library/package.json 644",
        `lib/node_modules/@x/library/tief ü/${"long ".repeat(30)}.txt 644`,
        "lib/node_modules/program/main.js 755",
        "lib/node_modules/program/package.json 644"
      ])
    })
  )

  it.live("brings the packages of its workspace that it needs along", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const { options, wanted } = npmPackages(files)
      files.write("package.json", JSON.stringify({ private: true, workspaces: ["prog*", "lib*"] }))
      const alone = { ...wanted, from: { _tag: "Npm", packages: [path.join(files.workspace, "program")] } } as const
      yield* install(alone, options)
      expect(yield* printed("/usr/bin/env", path.join(files.bin, "x-program"))).toBe("runs with library")
    })
  )

  it.live("is refused where a file is not as in the archive", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const { options, wanted } = npmPackages(files)
      const damaged = `lib/node_modules/@x/library/tief ü/${"long ".repeat(30)}.txt`
      const run: typeof options.run = (label, command, where) =>
        Effect.tap(options.run(label, command, where), () =>
          Effect.sync(() => {
            if (label !== "npm install" || command._tag === "Shell") return
            const folder = command.argv[command.argv.indexOf("--prefix") + 1] ?? ""
            fs.writeFileSync(path.join(folder, damaged), "tex")
          })
        )
      const error = yield* Effect.flip(install(wanted, { ...options, run }))
      expect(error).toMatchObject({ reason: { _tag: "Damaged", what: "size" } })
      expect(fs.existsSync(path.join(files.prefix, "versions/tool"))).toBe(false)
    })
  )
})

const hasCargo = fs.existsSync(path.join(environment.HOME, ".cargo/bin/cargo"))

describe.skipIf(!hasCargo)("a Cargo crate to install", () => {
  it.live("is built into the version, with its programs as commands", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      files.write("crate/Cargo.toml", '[package]\nname = "greet"\nversion = "0.1.0"\nedition = "2021"\n')
      files.write("crate/src/main.rs", 'fn main() { println!("hello"); }\n')
      const wanted = files.wanted({
        from: { _tag: "Cargo", path: path.join(files.workspace, "crate"), args: ["--offline", "--debug", "--quiet"] },
        bin: {},
        verify: { _tag: "Argv", argv: ["greet"] }
      })
      const result = yield* install(wanted, files.options("v1"))
      const command = path.join(files.bin, "greet")
      expect(result.binaries).toStrictEqual([{ path: command, size: fs.statSync(command).size }])
      expect(yield* printed(command)).toBe("hello")
    })
  )
})
