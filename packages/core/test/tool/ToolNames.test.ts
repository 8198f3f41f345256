import { canonicalName, needOf } from "@deputize/core/tool/ToolNames"
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

it("knows by which kind of rule a tool is granted, by any of its names", () => {
  const names = ["Read", "codex_edit", "Bash", "WebFetch", "Task", "TodoWrite", "ast_analyzer"]
  expect(names.map(needOf)).toStrictEqual(["read", "write", "exec", "net", "spawn", null, undefined])
})
