import { describe, expect, it } from "@effect/vitest"
import { fixture, plain, problems, reading, remarks, rightsOf } from "./Texts.ts"

const toml = (lines: string) => `name = "a"\ndeveloper_instructions = "Do it."\n${lines}`

describe("Codex TOML", () => {
  it("is read with its instruction, model and effort", () => {
    expect(plain("reviewer.toml", fixture("reviewer.toml"))).toStrictEqual({
      name: "reviewer",
      description: "Reviews a change for correctness and risk",
      instructions: "Review the change. Name file and line for each finding. Say what you did not check.",
      model: "gpt-5.4",
      effort: "medium",
      tools: ["read_file", "list_dir", "glob", "grep"],
      permissions: reading,
      limits: { tokens: 40_000 },
      isolation: "none",
      retention: "session",
      redactSecrets: true,
      successCriteria: [],
      checks: [],
      artifacts: [],
      extra: {}
    })
    expect(remarks("reviewer.toml", fixture("reviewer.toml"))).toStrictEqual([])
  })

  it.each([
    ["nothing", "", reading],
    ["read-only", 'sandbox_mode = "read-only"', reading],
    ["workspace-write", 'sandbox_mode = "workspace-write"', { ...reading, write: ["**"] }],
    [
      "workspace-write with a network",
      'sandbox_mode = "workspace-write"\n[sandbox_workspace_write]\nnetwork_access = true',
      { ...reading, write: ["**"], net: ["https://*"] }
    ],
    ["a network that no sandbox has", "[sandbox_workspace_write]\nnetwork_access = true", reading],
    ["servers", '[mcp_servers.git]\ncommand = "x"', { ...reading, mcp: ["git"] }]
  ])("grants by its sandbox: %s", (_, lines, rights) => {
    expect(rightsOf("x.toml", toml(lines))).toStrictEqual(rights)
  })

  it("keeps the names that its agent may be called by for the model", () => {
    expect(plain("x.toml", toml('nickname_candidates = ["Ada", "Grace"]')).extra).toStrictEqual({
      nickname_candidates: ["Ada", "Grace"]
    })
  })

  it.each([
    [
      "an effort of other words",
      'model_reasoning_effort = "xhigh"',
      "3:1 model_reasoning_effort: xhigh is taken as high"
    ],
    ["all rights at once", 'sandbox_mode = "danger-full-access"', "3:1 sandbox_mode: is taken as workspace-write"],
    [
      "an unknown key",
      "personality = 'dry'",
      "3:1 personality: unknown key; known are name, description, developer_instructions, model, model_reasoning_effort, nickname_candidates, sandbox_mode, sandbox_workspace_write, mcp_servers"
    ]
  ])("with %s is read with a warning", (_, lines, remark) => {
    expect(remarks("x.toml", toml(lines))).toStrictEqual([remark])
  })

  it.each([
    ["no instruction", 'name = "a"\n', ["1:1 developer_instructions: missing; expected what the agent is to do"]],
    ["no TOML", 'name = "a"\nx = = 1\n', ["2:6 : Invalid value '='"]],
    [
      "a wrong type",
      toml('model = "m"\nsandbox_mode = 5'),
      ["4:16 sandbox_mode: expected one of read-only, workspace-write, danger-full-access, found 5"]
    ],
    ["two names", 'name = "a"\nname = "b"\n', ["2:11 : Cannot redefine existing key 'name'"]],
    [
      "a name that leads out",
      toml("").replace('"a"', '"../a"'),
      ['1:8 name: expected a name of letters, digits and hyphens, such as code-reviewer, found "../a"']
    ]
  ])("with %s is refused with line and column", (_, text, expected) => {
    expect(problems("x.toml", text)).toStrictEqual(expected)
  })
})
