import * as fs from "node:fs"
import * as path from "node:path"
import { InstallError } from "@deputize/build-tools/install/InstallError"
import { install, installed, rollback } from "@deputize/build-tools/install/Installer"
import { describe, expect, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import { environment, type Fixture, fixture, leftovers, ProgramFailed, picture, printed, toolOf } from "./fixture.ts"

/** Makes the tool say `session` and installs it under that name. */
const installSession = (files: Fixture, session: string, fields?: Parameters<Fixture["wanted"]>[0]) =>
  Effect.suspend(() => {
    files.write("dist/tool.sh", toolOf(session), 0o755)
    return install(files.wanted(fields), files.options(session))
  })

const tool = (files: Fixture) => printed(path.join(files.bin, "tool"))

describe("install", () => {
  it.live("puts a version into the prefix and its command into bin", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const result = yield* installSession(files, "v1")
      expect(result).toStrictEqual({
        prefix: files.prefix,
        version: "v1",
        previous: null,
        binaries: [{ path: path.join(files.bin, "tool"), size: Buffer.byteLength(toolOf("v1")) }],
        agents: [],
        keptAgents: [],
        onPath: false
      })
      expect(picture(files.prefix)).toStrictEqual([
        "bin/tool -> ../versions/tool/current/.deputize/bin/tool",
        "versions/.lock 600",
        "versions/tool/current -> v1",
        "versions/tool/v1/.deputize/bin/tool -> ../../lib/tool.sh",
        "versions/tool/v1/lib/tool.sh 755"
      ])
      expect(files.lines).toStrictEqual([`${files.bin} is not on PATH; add it there to call tool by name`])
      expect(yield* tool(files)).toBe("v1 v1")
      expect(leftovers(files.prefix)).toStrictEqual([])
    })
  )

  it.live("says nothing of PATH where the bin folder is on it", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      files.write("dist/tool.sh", toolOf("v1"), 0o755)
      const env = { ...environment, PATH: `${environment.PATH}:${files.bin}/` }
      const result = yield* install(files.wanted(), { ...files.options("v1"), env })
      expect([result.onPath, files.lines]).toStrictEqual([true, []])
    })
  )

  it.live("keeps as many previous versions as it should, and lists them", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      for (const session of ["v1", "v2", "v3", "v4"]) yield* installSession(files, session)
      expect(yield* installed(files.prefix)).toStrictEqual([{ name: "tool", version: "v4", previous: ["v3", "v2"] }])
      expect(fs.readdirSync(path.join(files.prefix, "versions/tool")).sort()).toStrictEqual([
        "current",
        "v2",
        "v3",
        "v4"
      ])
    })
  )

  it.live("removes no version where it cannot tell which one is in use", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      for (const session of ["v1", "v2"]) yield* installSession(files, session)
      const versions = path.join(files.prefix, "versions/tool")
      fs.rmSync(path.join(versions, "current"))
      fs.mkdirSync(path.join(versions, "current"))
      const error = yield* Effect.flip(installSession(files, "v3"))
      expect([error instanceof InstallError, error.message]).toStrictEqual([
        true,
        `${path.join(versions, "current")}: is not the link that the installer puts there`
      ])
      expect(fs.readdirSync(versions).sort()).toStrictEqual(["current", "v1", "v2"])
    })
  )

  it.live("leaves the version that it replaced to the programs that run from it, even where none is kept", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      for (const session of ["v1", "v2", "v3"]) yield* installSession(files, session, { keep: 0 })
      expect(yield* installed(files.prefix)).toStrictEqual([{ name: "tool", version: "v3", previous: ["v2"] }])
    })
  )

  it.live("gives a second install of one session a name of its own", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const first = yield* installSession(files, "v1")
      const second = yield* installSession(files, "v1")
      expect([first.version, second.version, second.previous]).toStrictEqual(["v1", "v1-2", "v1"])
    })
  )

  it.live("lists nothing where nothing was installed", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      expect(yield* installed(files.prefix)).toStrictEqual([])
    })
  )

  it.live("runs verify with the staged commands first on PATH, before the new version is in use", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installSession(files, "v1")
      const verify = { _tag: "Shell", line: `{ tool; ${files.bin}/tool; } >seen` } as const
      yield* installSession(files, "v2", { verify })
      expect(fs.readFileSync(path.join(files.workspace, "seen"), "utf8")).toBe("v2 v2\nv1 v1\n")
    })
  )

  it.live("stays with the version in use when verify fails, and leaves nothing of the other", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installSession(files, "v1")
      const before = picture(files.prefix)
      const verify = { _tag: "Shell", line: "echo broken; exit 3" } as const
      const error = yield* Effect.flip(installSession(files, "v2", { verify }))
      expect(error).toStrictEqual(new ProgramFailed({ label: "verify tool", code: 3, output: "broken\n" }))
      expect(picture(files.prefix)).toStrictEqual(before)
      expect(leftovers(files.prefix)).toStrictEqual([])
      expect(yield* tool(files)).toBe("v1 v1")
    })
  )

  it.live("leaves no folder of a name whose first install fails", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* Effect.flip(installSession(files, "v1", { verify: { _tag: "Argv", argv: ["false"] } }))
      expect(fs.readdirSync(files.prefix, { recursive: true })).toStrictEqual(["bin", "versions", "versions/.lock"])
    })
  )

  it.live("refuses a version that its own verify has changed", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const verify = { _tag: "Shell", line: `echo more >>"$(readlink -f "$(command -v tool)")"` } as const
      const error = yield* Effect.flip(installSession(files, "v1", { verify }))
      expect(error).toMatchObject({ reason: { _tag: "Damaged", what: "size" } })
      expect(yield* installed(files.prefix)).toStrictEqual([])
    })
  )

  it.live("does not overwrite a command that it did not install", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const other = path.join(files.bin, "tool")
      files.write(other, "#!/bin/sh\necho mine\n", 0o755)
      const error = yield* Effect.flip(installSession(files, "v1"))
      expect(error).toStrictEqual(new InstallError({ reason: { _tag: "Foreign", path: other, owner: null } }))
      expect(error.message).toBe(`${other} is there already and was not installed by deputize`)
      expect(yield* tool(files)).toBe("mine")
      expect(yield* installed(files.prefix)).toStrictEqual([])
    })
  )

  it.live("does not take a command from another name of the same prefix", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installSession(files, "v1")
      const error = yield* Effect.flip(installSession(files, "v2", { name: "other" }))
      const reason = { _tag: "Foreign", path: path.join(files.bin, "tool"), owner: "tool" } as const
      expect(error).toStrictEqual(new InstallError({ reason }))
      expect(yield* tool(files)).toBe("v1 v1")
    })
  )

  it.live("lets a command's file move, and commands come and go, with the version", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installSession(files, "v1", { bin: { tool: "lib/tool.sh", "old one": "lib/tool.sh" } })
      yield* installSession(files, "v2", {
        from: { _tag: "Files", files: [{ from: "dist/tool.sh", to: "deep/er/", mode: null }] },
        bin: { tool: "deep/er/tool.sh", wërkzeug: "deep/er/tool.sh" }
      })
      expect(fs.readdirSync(files.bin).sort()).toStrictEqual(["tool", "wërkzeug"])
      expect(yield* printed(path.join(files.bin, "wërkzeug"))).toBe("v2 v2")
      yield* rollback(files.prefix, "tool")
      expect(fs.readdirSync(files.bin).sort()).toStrictEqual(["old one", "tool"])
      expect(yield* printed(path.join(files.bin, "old one"))).toBe("v1 v1")
    })
  )

  it.live("refuses paths and names that would leave the version, the prefix or the workspace", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const source = (from: string, to: string) => ({ _tag: "Files", files: [{ from, to, mode: null }] }) as const
      const cases: ReadonlyArray<readonly [Parameters<Fixture["wanted"]>[0], string]> = [
        [{ name: "../tool" }, "name"],
        [{ name: ".tool" }, "name"],
        [{ bin: { "../tool": "lib/tool.sh" } }, "bin"],
        [{ bin: { tool: "../../tool.sh" } }, "bin.tool"],
        [{ bin: { tool: "/bin/sh" } }, "bin.tool"],
        [{ from: source("dist/tool.sh", "../tool.sh") }, "to"],
        [{ from: source("dist/tool.sh", "lib/../../tool.sh") }, "to"],
        [{ from: source("dist/tool.sh", "/tmp/tool.sh") }, "to"],
        [{ from: source("dist/tool.sh", ".deputize/manifest.json") }, "to"],
        [{ from: source("../secret", "lib/tool.sh") }, "from"],
        [{ from: source("/etc/passwd", "lib/tool.sh") }, "from"]
      ]
      const fields = yield* Effect.forEach(cases, ([wanted]) =>
        Effect.map(Effect.flip(installSession(files, "v1", wanted)), (error) =>
          error instanceof InstallError && error.reason._tag === "Outside" ? error.reason.field : error
        )
      )
      expect(fields).toStrictEqual(cases.map(([, field]) => field))
      expect(yield* installed(files.prefix)).toStrictEqual([])
    })
  )

  it.live("wants the file of a command to be there and executable", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      files.write("dist/plain", "text")
      const from = { _tag: "Files", files: [{ from: "dist/plain", to: "plain", mode: null }] } as const
      const missing = yield* Effect.flip(installSession(files, "v1", { from, bin: { tool: "lib/tool" } }))
      const plain = yield* Effect.flip(installSession(files, "v1", { from, bin: { tool: "plain" } }))
      expect([missing.message, plain.message]).toStrictEqual([
        "bin.tool: lib/tool is not in what was staged",
        "bin.tool: plain is not executable"
      ])
    })
  )

  it.live("may install into a prefix inside the workspace and never takes files from there", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const prefix = path.join(files.workspace, "out")
      const from = { _tag: "Files", files: [{ from: "**", to: "", mode: null }] } as const
      const fields = { prefix, from, bin: { tool: "dist/tool.sh" } }
      yield* installSession(files, "v1", fields)
      yield* installSession(files, "v2", fields)
      expect(picture(path.join(prefix, "versions/tool/v2"))).toStrictEqual([
        ".deputize/bin/tool -> ../../dist/tool.sh",
        "dist/tool.sh 755"
      ])
      const error = yield* Effect.flip(
        installSession(files, "v3", {
          ...fields,
          from: { _tag: "Files", files: [{ from: "out/**", to: "", mode: null }] }
        })
      )
      expect(error).toStrictEqual(new InstallError({ reason: { _tag: "NoMatch", from: "out/**" } }))
    })
  )

  it.live("removes what dead installers left, and nothing that is not theirs", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installSession(files, "v1", { agents: null })
      const versions = path.join(files.prefix, "versions/tool")
      const agents = path.join(files.prefix, "agents")
      for (const name of [".staging-0123456789ab", ".removing-0123456789ab"]) {
        files.write(path.join(versions, name, "lib/tool.sh"), "half")
      }
      fs.symlinkSync("v0", path.join(versions, ".current-0123456789ab"))
      fs.cpSync(path.join(versions, "v1"), path.join(versions, "v2"), { recursive: true, verbatimSymlinks: true })
      const manifest = path.join(versions, "v2/.deputize/manifest.json")
      fs.writeFileSync(manifest, fs.readFileSync(manifest, "utf8").replace('"version":"v1"', '"version":"v2"'))
      files.write(path.join(agents, "deep/.new-0123456789ab"), "half")
      files.write(path.join(agents, ".newer"), "mine")
      files.write(path.join(versions, "mine/file"), "mine")
      fs.symlinkSync("../versions/tool/current/.deputize/bin/gone", path.join(files.bin, "gone"))
      fs.symlinkSync("../versions/mine", path.join(files.bin, "mine"))
      yield* installSession(files, "v2")
      expect(leftovers(files.prefix)).toStrictEqual([])
      expect(fs.readdirSync(versions).sort()).toStrictEqual(["current", "mine", "v1", "v2"])
      expect(fs.readdirSync(files.bin).sort()).toStrictEqual(["mine", "tool"])
      expect(fs.readdirSync(agents).sort()).toStrictEqual([".newer", "deep"])
      expect(yield* tool(files)).toBe("v2 v2")
    })
  )

  it.live("goes on from a version that no longer says what it is", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      for (const session of ["v1", "v2"]) yield* installSession(files, session)
      fs.writeFileSync(path.join(files.prefix, "versions/tool/v2/.deputize/manifest.json"), "{")
      yield* Effect.flip(installSession(files, "v3", { verify: { _tag: "Argv", argv: ["false"] } }))
      expect(yield* tool(files)).toBe("v2 v2")
      expect(fs.readdirSync(path.join(files.prefix, "versions/tool")).sort()).toStrictEqual(["current", "v1", "v2"])
      yield* installSession(files, "v3")
      expect(yield* installed(files.prefix)).toStrictEqual([{ name: "tool", version: "v3", previous: [] }])
    })
  )

  it.live("stops and leaves nothing when it is interrupted", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installSession(files, "v1")
      const before = picture(files.prefix)
      const verify = { _tag: "Argv", argv: ["tool"] } as const
      const isVerifying = yield* Deferred.make<void>()
      const options = {
        ...files.options("v2"),
        run: () => Effect.andThen(Deferred.succeed(isVerifying, undefined), Effect.never)
      }
      yield* Effect.raceFirst(install(files.wanted({ verify }), options), Deferred.await(isVerifying))
      expect(picture(files.prefix)).toStrictEqual(before)
      expect(leftovers(files.prefix)).toStrictEqual([])
    })
  )
})

describe("rollback", () => {
  it.live("goes back version by version, until there is none before", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      for (const session of ["v1", "v2", "v3"]) yield* installSession(files, session)
      expect(yield* rollback(files.prefix, "tool")).toStrictEqual({ from: "v3", to: "v2", keptAgents: [] })
      expect(yield* tool(files)).toBe("v2 v2")
      expect(yield* rollback(files.prefix, "tool")).toStrictEqual({ from: "v2", to: "v1", keptAgents: [] })
      expect(yield* tool(files)).toBe("v1 v1")
      const error = yield* Effect.flip(rollback(files.prefix, "tool"))
      expect(error).toStrictEqual(new InstallError({ reason: { _tag: "NoPrevious", name: "tool", version: "v1" } }))
    })
  )

  it.live("is followed by an install that forgets what was rolled back from", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      for (const session of ["v1", "v2"]) yield* installSession(files, session)
      yield* rollback(files.prefix, "tool")
      yield* installSession(files, "v3")
      expect(yield* installed(files.prefix)).toStrictEqual([{ name: "tool", version: "v3", previous: ["v1"] }])
      expect(fs.existsSync(path.join(files.prefix, "versions/tool/v2"))).toBe(false)
    })
  )

  it.live("does not go to a version that is no longer whole", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      for (const session of ["v1", "v2"]) yield* installSession(files, session)
      const damaged = path.join(files.prefix, "versions/tool/v1/lib/tool.sh")
      fs.writeFileSync(damaged, toolOf("vX"))
      const error = yield* Effect.flip(rollback(files.prefix, "tool"))
      expect(error).toStrictEqual(new InstallError({ reason: { _tag: "Damaged", path: damaged, what: "content" } }))
      expect(yield* tool(files)).toBe("v2 v2")
    })
  )

  it.live("says that a name is not installed", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const errors = yield* Effect.forEach(["tool", "../x"], (name) => Effect.flip(rollback(files.prefix, name)))
      expect(errors.map((error) => error.message)).toStrictEqual([
        `tool is not installed in ${files.prefix}`,
        `../x is not installed in ${files.prefix}`
      ])
      expect(fs.existsSync(files.prefix)).toBe(false)
    })
  )
})
