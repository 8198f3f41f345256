import { canonicalName, specs, toolbox } from "@deputize/core/tool/Toolbox"
import { expect, it } from "@effect/vitest"

it.each([
  ["read_file", "codex_read_file Read read_file"],
  ["grep", "codex_grep grep_files Grep"],
  ["codebase_search", "codex_codebase_search codebase_search"],
  ["apply_patch", "codex_apply_patch"],
  ["shell", "codex_shell run_terminal_cmd exec Bash"],
  ["glob", "glob_file_search Glob"],
  ["write_file", "write Write"],
  ["edit", "search_replace Edit"],
  ["fetch", "http_request WebFetch"],
  ["web_search", "WebSearch"],
  ["spawn_agent", "Task"],
  ["constructor", "constructor"],
  ["ast_analyzer", "ast_analyzer"]
])("calls %s what other formats call %s", (name, others) => {
  expect(others.split(" ").map(canonicalName)).toStrictEqual(others.split(" ").map(() => name))
})

it("gives each tool once, and names what it does not have", () => {
  const box = toolbox(["Read", "codex_read_file", "ast_analyzer", "Grep", "Bash"])
  expect([box.tools.map((tool) => tool.name), box.missing]).toStrictEqual([
    ["read_file", "grep"],
    ["ast_analyzer", "Bash"]
  ])
})

it("describes arguments to the model as a closed JSON Schema", () => {
  const [spec] = specs(toolbox(["glob"]).tools)
  expect(spec).toStrictEqual({
    name: "glob",
    description: "Finds files of the workspace by a pattern of their path. Ignored files are left out.",
    parameters: {
      type: "object",
      properties: {
        pattern: { type: "string", description: "Such as `**/*.test.ts`; without `/` it counts at any depth" },
        path: { type: "string", description: "Folder to search; the workspace if left out" }
      },
      required: ["pattern"],
      additionalProperties: false
    }
  })
})
