import { describe, expect, it } from "@effect/vitest"
import { parseText } from "../../../src/definition/ReadDefinition.ts"
import { fixture, problems, reading, remarks, rightsOf } from "./Texts.ts"

const tools = (list: string, more = "") => `name: a\ngoal: g\ntools:\n${list}${more}`

describe("definitions that grant MCP servers", () => {
  it("get all tools of the servers that they name, and read the workspace", () => {
    const file = "deputize-mcp-researcher.yaml"
    const { definition, format, warnings } = parseText(file, fixture(file))
    expect({ format, warnings, name: definition.name, permissions: definition.permissions }).toStrictEqual({
      format: "server-grant",
      warnings: [],
      name: "deputize-mcp-researcher",
      permissions: { ...reading, mcp: ["deputize-agent"] }
    })
    expect(definition.limits.tokens).toBe(20_000)
    expect(definition.artifacts).toStrictEqual(["artifacts/repo-research.md"])
  })

  it.each([
    ["without a server", "  - type: mcp\n", "4:5 tools[0].server: missing; expected the name of an MCP server"],
    ["of another type", "  - {type: http, server: s}\n", '4:12 tools[0].type: expected one of mcp, found "http"']
  ])("are refused with a grant %s", (_, list, problem) => {
    expect(problems("x.yaml", tools(list))).toStrictEqual([problem])
  })
})

describe("definitions with a list of dotted grants", () => {
  it("get what the list says, and nothing that a policy denies", () => {
    const { definition, format, warnings } = parseText("sec-scan.yaml", fixture("sec-scan.yaml"))
    expect({ format, warnings, permissions: definition.permissions }).toStrictEqual({
      format: "dotted",
      warnings: [],
      permissions: { ...reading, write: ["./artifacts"], exec: ["git log *", "npm audit *"] }
    })
    expect({ retention: definition.retention, tokens: definition.limits.tokens }).toStrictEqual({
      retention: "job",
      tokens: 15_000
    })
  })

  it.each([
    [
      "a bare word grants all of its kind",
      "  - fs.write\n  - net.allow\n  - shell.exec\n",
      { write: ["**"], net: ["https://*"], exec: ["*"] }
    ],
    [
      "a list only what it names",
      "  - fs.read: [src]\n  - net.allow: [docs.rs]\n",
      { read: ["src"], net: ["docs.rs"] }
    ],
    ["an empty list or false nothing", "  - fs.read: []\n  - fs.write: false\n  - shell.exec: [none]\n", { read: [] }],
    ["two lists of a kind both", "  - fs.write: [a]\n  - fs.write: [b]\n", { write: ["a", "b"] }],
    [
      "a server beside the others",
      "  - fs.read\n  - {type: mcp, server: git}\n  - mcp: [files__read]\n",
      { mcp: ["git"] }
    ]
  ])("%s", (_, list, rights) => {
    expect(rightsOf("x.yaml", tools(list))).toStrictEqual({ ...reading, ...rights })
  })

  it("lose what a policy denies, whatever the list says", () => {
    const more = "policies: {shell: [none], net: [none]}\n"
    expect(rightsOf("x.yaml", tools("  - shell.exec\n  - net.allow\n", more))).toStrictEqual(reading)
  })

  it("with an unknown grant are read with a warning", () => {
    expect(remarks("x.yaml", tools("  - fs.red: [src]\n"))).toStrictEqual([
      "4:5 tools[0].fs.red: unknown key; known are mcp, fs.read, fs.write, net.allow, shell.exec"
    ])
  })
})
