import { execFileSync } from "node:child_process"
import { describe, expect, it } from "@effect/vitest"
import { rgPath } from "@vscode/ripgrep"
import * as Glob from "effect/Glob"
import { builtInRoles } from "../../../src/definition/roles/Roles.ts"
import type { Probe } from "../../../src/model/offline/Probe.ts"
import { byRole, probesOf } from "../../../src/model/offline/probes/Probes.ts"

const probes: ReadonlyArray<Probe> = [...new Set([...byRole.values()].flat())]

describe("the probes of the built-in roles", () => {
  it.each(builtInRoles.map((role) => role.name))("%s: four to ten, each with its own id", (name) => {
    const ids = (byRole.get(name) ?? []).map((probe) => probe.id)
    expect(ids.length).toBeGreaterThanOrEqual(4)
    expect(ids.length).toBeLessThanOrEqual(10)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it("belong to roles that there are", () => {
    expect([...byRole.keys()]).toStrictEqual(builtInRoles.map((role) => role.name))
  })

  it("are lent to every agent, behind its own", () => {
    const own = byRole.get("explorer") ?? []
    expect(probesOf("explorer").slice(0, own.length)).toStrictEqual(own)
    const lent = probesOf("explorer").slice(own.length)
    expect(lent.every((probe) => probe.borrowed === true)).toBe(true)
    expect(probesOf("nobody").map((probe) => probe.id)).toStrictEqual([
      ...new Set(probesOf("code-reviewer").map((probe) => probe.id))
    ])
    expect(lent.map((probe) => probe.id)).not.toContain("note-steps")
  })
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
