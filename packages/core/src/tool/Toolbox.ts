/**
 * The tools that there are, by the names that definitions of any format call them.
 */
import * as Schema from "effect/Schema"
import type { ToolSpec } from "../model/Model.ts"
import type { AnyTool } from "./Tool.ts"
import { applyPatch } from "./tools/applyPatch.ts"
import { deleteFile } from "./tools/deleteFile.ts"
import { edit } from "./tools/edit.ts"
import { glob } from "./tools/glob.ts"
import { grep } from "./tools/grep.ts"
import { listDir } from "./tools/listDir.ts"
import { readFile } from "./tools/readFile.ts"
import { writeFile } from "./tools/writeFile.ts"

export interface Toolbox {
  readonly tools: ReadonlyArray<AnyTool>
  /** Names that nothing here answers to, as they were given. */
  readonly missing: ReadonlyArray<string>
}

/** Our name for a tool that other formats name otherwise; a name that is in no table stays as it is. */
export const canonicalName = (name: string): string => {
  const plain = name.trim()
  return aliases.get(plain) ?? plain
}

/** Each tool once, in the order of `names`. */
export const toolbox = (names: ReadonlyArray<string>): Toolbox => {
  const tools = new Set<AnyTool>()
  const missing = new Set<string>()
  for (const name of names) {
    const tool = provided.find((each) => each.name === canonicalName(name))
    if (tool === undefined) missing.add(name)
    else tools.add(tool)
  }
  return { tools: [...tools], missing: [...missing] }
}

/** What the model is told of the tools. */
export const specs = (tools: ReadonlyArray<AnyTool>): ReadonlyArray<ToolSpec> => tools.map(specOf)

// internal

/** Made once for each tool: a run of a thousand agents tells all of them the same. */
const specOf = (tool: AnyTool): ToolSpec => {
  const known = knownSpecs.get(tool)
  if (known !== undefined) return known
  const spec: ToolSpec = {
    name: tool.name,
    description: tool.description,
    parameters: Schema.toJsonSchemaDocument(tool.parameters, { onExcessProperty: "error" }).schema
  }
  knownSpecs.set(tool, spec)
  return spec
}

const knownSpecs = new WeakMap<AnyTool, ToolSpec>()

const provided: ReadonlyArray<AnyTool> = [readFile, listDir, glob, grep, writeFile, edit, applyPatch, deleteFile]

const aliases: ReadonlyMap<string, string> = new Map(
  Object.entries({
    read_file: ["codex_read_file", "Read", "read"],
    list_dir: ["codex_list_dir", "list_directory", "LS", "ls"],
    glob: ["codex_glob", "glob_file_search", "Glob"],
    grep: ["codex_grep", "grep_files", "Grep"],
    codebase_search: ["codex_codebase_search"],
    write_file: ["codex_write_file", "write", "Write"],
    edit: ["codex_edit", "search_replace", "Edit"],
    apply_patch: ["codex_apply_patch"],
    delete_file: ["codex_delete_file"],
    shell: ["codex_shell", "run_terminal_cmd", "exec", "Bash"],
    fetch: ["codex_fetch", "http_request", "WebFetch"],
    web_search: ["codex_web_search", "WebSearch"],
    update_plan: ["codex_update_plan", "TodoWrite"],
    spawn_agent: ["Task"]
  }).flatMap(([name, others]) => others.map((other) => [other, name] as const))
)
