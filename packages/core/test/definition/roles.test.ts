import { describe, expect, it } from "@effect/vitest"
import { builtInRole, builtInRoles } from "../../src/definition/roles/Roles.ts"

describe("the built-in roles", () => {
  it("are these, in this order, and found by their names", () => {
    const names = builtInRoles.map((role) => role.name)
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
    expect(names.map((name) => builtInRole(name)?.name)).toStrictEqual(names)
    expect(builtInRole("nobody")).toBe(undefined)
  })

  it.each(builtInRoles.map((role) => [role.name, role] as const))(
    "%s reads, writes only where files are its goal, and reaches neither network nor shell",
    (name, definition) => {
      const writes = ["test-gen", "docs-gen", "refactorer", "debugger"].includes(name)
      const reading = ["read_file", "list_dir", "glob", "grep"]
      expect({ ...definition.permissions }).toStrictEqual({
        read: ["**"],
        write: writes ? ["**"] : [],
        net: [],
        exec: [],
        mcp: [],
        spawn: []
      })
      expect(definition.tools).toStrictEqual(
        writes ? [...reading, "write_file", "edit", "apply_patch", "delete_file"] : reading
      )
      expect(definition.limits.tokens).toBe(40_000)
      expect(definition.artifacts).toStrictEqual([])
    }
  )

  it.each(builtInRoles.map((role) => [role.name, role] as const))(
    "%s has instructions of a readable length",
    (_, role) => {
      const words = role.instructions.split(/\s+/).length
      expect(words).toBeGreaterThanOrEqual(60)
      expect(words).toBeLessThanOrEqual(150)
    }
  )
})
