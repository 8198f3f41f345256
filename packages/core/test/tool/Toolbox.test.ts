import { specs, toolbox } from "@deputize/core/tool/Toolbox"
import { isProvided, providedNames } from "@deputize/core/tool/ToolNames"
import { expect, it } from "@effect/vitest"

it("gives each tool once, and names what it does not have", () => {
  const box = toolbox(["Read", "codex_read_file", "ast_analyzer", "Grep", "Bash"])
  expect([box.tools.map((tool) => tool.name), box.missing]).toStrictEqual([
    ["read_file", "grep"],
    ["ast_analyzer", "Bash"]
  ])
})

it("has a tool for every name that definitions are told is there, and no other", () => {
  const box = toolbox(providedNames())
  expect([box.tools.map((tool) => tool.name), box.missing]).toStrictEqual([providedNames(), []])
  expect(["shell", "ast_analyzer"].map(isProvided)).toStrictEqual([false, false])
})

it("describes arguments to the model by a JSON Schema that says no more than it has to", () => {
  const [spec] = specs(toolbox(["read_file"]).tools)
  expect(spec).toStrictEqual({
    name: "read_file",
    description: "Reads a text file as numbered lines. Paths are relative to the workspace.",
    parameters: {
      type: "object",
      properties: {
        path: { type: "string" },
        offset: { type: "integer", description: "first line, from 1" },
        limit: { type: "integer", description: "most lines, 2000 if left out" }
      },
      required: ["path"]
    }
  })
})
