import { describe, expect, it } from "@effect/vitest"
import { fixture, plain, problems, reading, remarks, rightsOf } from "./Texts.ts"

describe("flat definitions", () => {
  it("are read with their limits, rights and constraints", () => {
    expect(plain("doc-writer.yaml", fixture("doc-writer.yaml"))).toStrictEqual({
      name: "doc-writer",
      description: "Write API documentation with examples",
      goal: "Write API documentation with examples",
      instructions: "Write API documentation with examples\n\nConstraints:\n- Do not change code",
      tools: ["read_file", "grep", "write_file", "list_dir", "glob", "edit", "apply_patch", "delete_file"],
      permissions: { ...reading, read: ["src/**"], write: ["docs/**"] },
      limits: { tokens: 18_000, wallMs: 600_000 },
      isolation: "none",
      retention: "session",
      redactSecrets: true,
      successCriteria: [],
      checks: [],
      artifacts: ["docs/api.md"],
      extra: { languages: ["typescript"] }
    })
    expect(remarks("doc-writer.yaml", fixture("doc-writer.yaml"))).toStrictEqual([])
  })

  it("grant any command and any public address, or none", () => {
    const rights = (shell: boolean, network: boolean) =>
      rightsOf("x.yaml", `name: a\ngoal: g\npermissions: {shell: ${shell}, network: ${network}}\n`)
    expect(rights(true, true)).toStrictEqual({ ...reading, exec: ["*"], net: ["https://*"] })
    expect(rights(false, false)).toStrictEqual(reading)
  })

  it("grant nothing by the names of their tools", () => {
    expect(rightsOf("x.yaml", "name: a\ngoal: g\ntools: [Bash, Write, WebFetch]\n")).toStrictEqual(reading)
  })

  it("may take a part of a second", () => {
    expect(plain("x.yaml", "name: a\ntimeout_seconds: 1.5\n").limits).toStrictEqual({ tokens: 40_000, wallMs: 1_500 })
  })

  it.each([
    [
      "a shell that is neither true nor false",
      "permissions: {shell: cargo}",
      '2:22 permissions.shell: expected true or false, found "cargo"'
    ],
    ["a time below zero", "timeout_seconds: -1", "2:18 timeout_seconds: expected a number above 0, found -1"]
  ])("are refused with %s", (_, line, problem) => {
    expect(problems("x.yaml", `name: a\n${line}\n`)).toStrictEqual([problem])
  })

  it("with keys that mean nothing are read with a warning, and pass them to the model", () => {
    const text = "name: a\nmax_tokens: 5\ncolour: red\n"
    expect(remarks("x.yaml", text).map((each) => each.split(";")[0])).toStrictEqual(["3:1 colour: unknown key"])
    expect(plain("x.yaml", text).extra).toStrictEqual({ colour: "red" })
  })
})
