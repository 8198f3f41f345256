import { execFileSync } from "node:child_process"
import { describe, expect, it } from "@effect/vitest"
import { rgPath } from "@vscode/ripgrep"
import * as Glob from "effect/Glob"
import { builtInRole, builtInRoles, probesOf } from "../../src/definition/roles/Roles.ts"
import type { Probe } from "../../src/domain/Probe.ts"

const probes: ReadonlyArray<Probe> = [...new Set(builtInRoles.flatMap((role) => role.probes))]

describe("the built-in roles", () => {
  it("are these, in this order, and found by their names", () => {
    const names = builtInRoles.map((role) => role.definition.name)
    expect(names).toStrictEqual([
      "code-reviewer",
      "test-gen",
      "sec-audit",
      "researcher",
      "docs-gen",
      "refactorer",
      "debugger",
      "explorer",
      "clarification-path",
      "oral-explanation",
      "memory-anchor"
    ])
    expect(names.map((name) => builtInRole(name)?.definition.name)).toStrictEqual(names)
    expect(builtInRole("nobody")).toBe(undefined)
  })

  it("lend their probes to every agent, behind its own", () => {
    const own = builtInRole("explorer")?.probes ?? []
    expect(probesOf("explorer").slice(0, own.length)).toStrictEqual(own)
    const lent = probesOf("explorer").slice(own.length)
    expect(lent.every((probe) => probe.borrowed === true)).toBe(true)
    expect(probesOf("nobody").map((probe) => probe.id)).toStrictEqual([
      ...new Set(probesOf("code-reviewer").map((probe) => probe.id))
    ])
    expect(lent.map((probe) => probe.id)).not.toContain("note-steps")
  })

  it.each(builtInRoles.map((role) => [role.definition.name, role] as const))(
    "%s reads, writes only where files are its goal, and reaches neither network nor shell",
    (name, { definition }) => {
      const writes = ["test-gen", "docs-gen", "refactorer", "debugger"].includes(name)
      const reading = ["read_file", "list_dir", "glob", "grep"]
      expect({ ...definition.permissions }).toStrictEqual({
        read: ["**"],
        write: writes ? ["**"] : [],
        net: [],
        exec: []
      })
      expect(definition.tools).toStrictEqual(
        writes ? [...reading, "write_file", "edit", "apply_patch", "delete_file"] : reading
      )
      expect(definition.limits.tokens).toBe(40_000)
      expect(definition.artifacts).toStrictEqual([])
    }
  )

  it.each(builtInRoles.map((role) => [role.definition.name, role] as const))(
    "%s has instructions of a readable length and four to ten probes with their own ids",
    (_, role) => {
      const words = role.definition.instructions.split(/\s+/).length
      expect(words).toBeGreaterThanOrEqual(60)
      expect(words).toBeLessThanOrEqual(150)
      expect(role.probes.length).toBeGreaterThanOrEqual(4)
      expect(role.probes.length).toBeLessThanOrEqual(10)
      expect(new Set(role.probes.map((probe) => probe.id)).size).toBe(role.probes.length)
    }
  )
})

describe("a probe", () => {
  it.each(probes.map((probe) => [probe.id, probe] as const))(
    "%s has titles and words in four languages",
    (id, { title, words }) => {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(Object.values(title).every((text) => text.length > 0)).toBe(true)
      expect(words.some((word) => /[\p{Script=Han}\p{Script=Katakana}]/u.test(word)) || id === "test-cases").toBe(true)
      expect(words.filter((word) => /\s{2}|^\s|\s$/.test(word))).toStrictEqual([])
    }
  )

  it("has a pattern that ripgrep and JavaScript accept, and a glob that names files", () => {
    for (const { id, look } of probes) {
      if (look._tag !== "LinePattern") continue
      expect(() => new RegExp(look.pattern), id).not.toThrow()
      expect(exitCode(look.pattern), id).not.toBe(2)
    }
    const globs = probes.flatMap(({ look }) =>
      look._tag === "UntestedFiles" || look.glob === undefined ? [] : [look.glob]
    )
    expect(globs.filter((glob) => Glob.match(Glob.make(glob, { dot: true }), "no/such file"))).toStrictEqual([])
  })

  it("is no hit of itself in the table of patterns that it stands in", () => {
    const processes = probesOf("code-reviewer").find((probe) => probe.id === "child-process")
    const pattern = processes?.look._tag === "LinePattern" ? processes.look.pattern : ""
    expect(new RegExp(pattern).test(JSON.stringify(pattern))).toBe(false)
  })
})

/** 0: found, 1: not found, 2: the pattern is none. */
const exitCode = (pattern: string): number => {
  try {
    execFileSync(rgPath, ["--no-config", "-q", `--regexp=${pattern}`, "-"], {
      input: "text\n",
      stdio: ["pipe", "ignore", "ignore"]
    })
    return 0
  } catch (error) {
    return error instanceof Error && "status" in error && typeof error.status === "number" ? error.status : 2
  }
}
