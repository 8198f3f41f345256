import * as fs from "node:fs"
import * as path from "node:path"
import { InstallError } from "@deputize/build-tools/install/InstallError"
import { install, rollback } from "@deputize/build-tools/install/Installer"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { type Fixture, fixture, leftovers, toolOf } from "./fixture.ts"

/** Installs a version that brings these definitions. */
const installAgents = (files: Fixture, session: string, agents: Readonly<Record<string, string>>) =>
  Effect.suspend(() => {
    const folder = path.join(files.workspace, "roles")
    fs.rmSync(folder, { recursive: true, force: true })
    for (const [name, text] of Object.entries(agents)) files.write(`roles/${name}`, text)
    files.write("dist/tool.sh", toolOf(session), 0o755)
    return install(files.wanted({ agents: folder }), files.options(session))
  })

const agentsIn = (files: Fixture) => {
  const folder = path.join(files.prefix, "agents")
  const names = fs.readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()
  return Object.fromEntries(
    names
      .filter((name) => fs.statSync(path.join(folder, name)).isFile())
      .map((name) => [name, fs.readFileSync(path.join(folder, name), "utf8")])
  )
}

const edit = (files: Fixture, name: string, text: string) =>
  fs.writeFileSync(path.join(files.prefix, "agents", name), text)

describe("agent definitions of an install", () => {
  it.live("are put beside the user's own and brought up to date", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const first = yield* installAgents(files, "v1", { "a.md": "a1", "tief/ö b.md": "b1" })
      edit(files, "mine.md", "mine")
      const second = yield* installAgents(files, "v2", { "a.md": "a2", "tief/ö b.md": "b1", "c.md": "c2" })
      expect([first.agents, second.agents, second.keptAgents]).toStrictEqual([
        ["a.md", "tief/ö b.md"],
        ["a.md", "c.md", "tief/ö b.md"],
        []
      ])
      expect(agentsIn(files)).toStrictEqual({ "a.md": "a2", "c.md": "c2", "mine.md": "mine", "tief/ö b.md": "b1" })
      expect(leftovers(files.prefix)).toStrictEqual([])
    })
  )

  it.live("stay as they are where the user has edited them, and are named", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installAgents(files, "v1", { "a.md": "a1", "b.md": "b1" })
      edit(files, "a.md", "my a")
      const result = yield* installAgents(files, "v2", { "a.md": "a2", "b.md": "b2" })
      expect([result.agents, result.keptAgents]).toStrictEqual([["b.md"], ["a.md"]])
      expect(agentsIn(files)).toStrictEqual({ "a.md": "my a", "b.md": "b2" })
      expect(files.lines).toContain(`${path.join(files.prefix, "agents/a.md")} was edited and stays as it is`)
    })
  )

  it.live("are ours again once the user has put back what a version brought", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installAgents(files, "v1", { "a.md": "a1" })
      edit(files, "a.md", "my a")
      yield* installAgents(files, "v2", { "a.md": "a2" })
      edit(files, "a.md", "a1")
      yield* installAgents(files, "v3", { "a.md": "a3" })
      expect(agentsIn(files)).toStrictEqual({ "a.md": "a3" })
    })
  )

  it.live("go when a version no longer brings them, but not those that were edited", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installAgents(files, "v1", { "a.md": "a1", "b.md": "b1", "c.md": "c1" })
      edit(files, "b.md", "my b")
      const result = yield* installAgents(files, "v2", { "c.md": "c2" })
      expect([result.agents, result.keptAgents]).toStrictEqual([["c.md"], ["b.md"]])
      expect(agentsIn(files)).toStrictEqual({ "b.md": "my b", "c.md": "c2" })
    })
  )

  it.live("never replace a link or a folder of the user's", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const agents = path.join(files.prefix, "agents")
      files.write("dotfiles/a.md", "my a")
      fs.mkdirSync(path.join(agents, "b.md"), { recursive: true })
      fs.symlinkSync(path.join(files.workspace, "dotfiles/a.md"), path.join(agents, "a.md"))
      const result = yield* installAgents(files, "v1", { "a.md": "a1", "b.md": "b1" })
      expect([result.agents, result.keptAgents]).toStrictEqual([[], ["a.md", "b.md"]])
      expect(fs.readFileSync(path.join(files.workspace, "dotfiles/a.md"), "utf8")).toBe("my a")
    })
  )

  it.live("go back with a rollback", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installAgents(files, "v1", { "a.md": "a1", "b.md": "b1" })
      yield* installAgents(files, "v2", { "a.md": "a2", "c.md": "c2" })
      edit(files, "c.md", "my c")
      expect(yield* rollback(files.prefix, "tool")).toStrictEqual({ from: "v2", to: "v1", keptAgents: ["c.md"] })
      expect(agentsIn(files)).toStrictEqual({ "a.md": "a1", "b.md": "b1", "c.md": "my c" })
    })
  )

  it.live("are brought up to date after a rollback that was killed before it came to them", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      yield* installAgents(files, "v1", { "a.md": "a1" })
      yield* installAgents(files, "v2", { "a.md": "a2" })
      yield* rollback(files.prefix, "tool")
      edit(files, "a.md", "a2")
      const result = yield* installAgents(files, "v3", { "a.md": "a3" })
      expect(result.keptAgents).toStrictEqual([])
      expect(agentsIn(files)).toStrictEqual({ "a.md": "a3" })
    })
  )

  it.live("have to be there", () =>
    Effect.gen(function* () {
      const files = yield* fixture
      const error = yield* Effect.flip(installAgents(files, "v1", {}))
      const from = path.join(files.workspace, "roles")
      expect(error).toStrictEqual(new InstallError({ reason: { _tag: "NoMatch", from } }))
    })
  )
})
