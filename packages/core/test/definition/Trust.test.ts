import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { AgentDefinition, grantOf } from "../../src/definition/AgentDefinition.ts"
import { heldBy } from "../../src/definition/Trust.ts"
import { Action } from "../../src/domain/Action.ts"
import { decide } from "../../src/policy/Policy.ts"

const powerful = new AgentDefinition({
  name: "a",
  instructions: "i",
  tools: ["read_file", "git__log"],
  permissions: { write: ["**"], exec: ["*"], net: ["https://*"], mcp: ["files"], spawn: ["*"] },
  artifacts: ["out/report.md"]
})
const origin = { source: ".codex/agents/a.yaml", isOfRepository: true }

const mayDo = (definition: AgentDefinition, isTrusted: boolean) => {
  const policy = [grantOf(definition), ...heldBy(origin, definition, isTrusted).ceiling]
  const actions: ReadonlyArray<Action> = [
    { _tag: "Read", path: "src/a.ts" },
    { _tag: "Write", path: "out/report.md" },
    { _tag: "Write", path: "src/a.ts" },
    { _tag: "Exec", argv: ["ls"] },
    { _tag: "Net", url: "https://example.org/" },
    { _tag: "Mcp", server: "files", tool: "read" },
    { _tag: "Mcp", server: "git", tool: "log" },
    { _tag: "Spawn", agent: "b" }
  ]
  return actions.map((action) => decide(policy, action)._tag === "Allow")
}

describe("a definition of the repository", () => {
  it("reads and writes its artifacts until it is trusted, and then does what it says", () => {
    expect(mayDo(powerful, false)).toStrictEqual([true, true, false, false, false, false, false, true])
    expect(mayDo(powerful, true)).toStrictEqual([true, true, true, true, true, true, true, true])
  })

  it("says what it goes without", () => {
    const said = (permissions: Partial<AgentDefinition["permissions"]>) =>
      heldBy(origin, new AgentDefinition({ name: "a", instructions: "i", permissions }), false).warnings
    expect([said({}), said({ spawn: ["*"] }), said({ exec: ["ls"] })]).toStrictEqual([
      [],
      [],
      [
        ".codex/agents/a.yaml comes with the repository, so it goes without running commands; --trust grants what it asks for"
      ]
    ])
    expect(heldBy(origin, powerful, false).warnings).toStrictEqual([
      ".codex/agents/a.yaml comes with the repository, so it goes without writing more than its artifacts, running commands, the network and MCP servers; --trust grants what it asks for"
    ])
  })

  const heldOf = (more: Partial<AgentDefinition>) => {
    const definition = new AgentDefinition({ name: "a", instructions: "i", permissions: { read: ["**"] }, ...more })
    const { ceiling, warnings } = heldBy(origin, definition, false)
    const may = (action: Action) => decide([grantOf(definition), ...ceiling], action)._tag === "Allow"
    return { may, went: warnings.map((warning) => /goes without (.*);/.exec(warning)?.[1]) }
  }

  it("reads no credentials, be they named by a path, in braces or in another case", () => {
    for (const read of [
      ["**", ".env"],
      ["{src,./config/.ENV}", "src/a/../../.env"],
      [".env", ".env.example"]
    ]) {
      const { may, went } = heldOf({ permissions: { read, write: [], net: [], exec: [], mcp: [], spawn: [] } })
      expect(went).toStrictEqual(["reading credentials"])
      expect([".env", "config/.ENV"].map((path) => may({ _tag: "Read", path }))).toStrictEqual([false, false])
    }
    const { may, went } = heldOf({
      permissions: { read: ["src", "**/*.pem", ".env.example"], write: [], net: [], exec: [], mcp: [], spawn: [] }
    })
    expect(went).toStrictEqual([])
    expect(["src/a", "lib/a", ".env.example"].map((path) => may({ _tag: "Read", path }))).toStrictEqual([
      true,
      false,
      true
    ])
  })

  it.each(["**", ".", "*.md", "**/*.ts", "{docs/a.md,*/b}", "./*/x"])(
    "does not write %s, which is a file of any folder, though it calls it an artifact",
    (artifact) => {
      const { may, went } = heldOf({ artifacts: ["docs/out.md", artifact] })
      expect(went).toStrictEqual(["artifacts that are anywhere"])
      expect(["docs/out.md", "README.md", "src/b", "x/x"].map((path) => may({ _tag: "Write", path }))).toStrictEqual([
        true,
        false,
        false,
        false
      ])
    }
  )

  it("writes the artifacts of its own copy", () => {
    const [ceiling] = heldBy(origin, powerful, false, ["out/report-2.md"]).ceiling
    expect(ceiling?.write).toStrictEqual(["out/report-2.md"])
  })

  it("of the user's own is held to nothing", () => {
    const nothing = { ceiling: [], warnings: [] }
    expect(heldBy({ ...origin, isOfRepository: false }, powerful, false)).toStrictEqual(nothing)
    expect(heldBy(origin, powerful, true)).toStrictEqual(nothing)
  })

  const rules = Schema.Array(
    Schema.Literals(["**", "src", "out/report.md", "*", "git *", "https://*", "files", "a__b"])
  )
  const permissions = Schema.Struct({ read: rules, write: rules, net: rules, exec: rules, mcp: rules, spawn: rules })

  it.prop("may do nothing untrusted that it may not do trusted", [permissions, Action], ([given, action]) => {
    const definition = new AgentDefinition({ name: "a", instructions: "i", permissions: given })
    const grant = grantOf(definition)
    const untrusted = decide([grant, ...heldBy(origin, definition, false).ceiling], action)._tag === "Allow"
    expect(!untrusted || decide([grant], action)._tag === "Allow").toBe(true)
    expect(untrusted && ["Write", "Exec", "Net", "Mcp"].includes(action._tag)).toBe(false)
  })
})
