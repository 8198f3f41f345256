/**
 * Codex TOML: `name, description, developer_instructions, model, model_reasoning_effort, nickname_candidates` and the
 * keys of its sandbox. A sandbox that lets commands write is read as leave to write: what commands may run is written
 * nowhere in it, so none may.
 */
import type { Fields } from "../../document/Fields.ts"
import type { Effort } from "../../domain/Effort.ts"
import type { Permissions } from "../AgentDefinition.ts"
import type { DefinitionFacts } from "../DefinitionFacts.ts"
import { readingTools } from "../UsualTools.ts"
import { namesOf, pathProblem, refuseForeign, section, toolsFor } from "./Common.ts"
import type { Format } from "./Format.ts"

const known = [
  "name",
  "description",
  "developer_instructions",
  "model",
  "model_reasoning_effort",
  "nickname_candidates",
  "sandbox_mode",
  "sandbox_workspace_write",
  "mcp_servers"
]

export const codexToml: Format = {
  name: "codex-toml",
  shape: "name, description, developer_instructions, model and sandbox_mode",
  languages: ["toml"],
  recognises: (fields) => !["instructions", "permissions", "limits"].some((key) => fields.has(key)),
  parse: ({ fields }) => parse(fields)
}

// internal

const parse = (root: Fields): DefinitionFacts => {
  const names = namesOf(root)
  refuseForeign(root, "Codex TOML", known)
  root.warnUnknown(known)
  const model = root.text("model")
  const effort = effortOf(root, "model_reasoning_effort")
  const instructions = root.text("developer_instructions")?.trim() ?? ""
  if (instructions === "") root.wrong("developer_instructions", "what the agent is to do")
  const permissions = permissionsOf(root)
  return {
    ...names,
    description: root.text("description") ?? "",
    instructions,
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    tools: toolsFor(readingTools, permissions, []),
    permissions,
    extra: root.others(known.filter((key) => key !== "nickname_candidates"))
  }
}

/** The words of other tools for how much a model is to think, as near as ours come to them. */
export const effortOf = (fields: Fields, key: string): Effort | undefined => {
  const word = fields.oneOf(key, ["none", "minimal", "low", "medium", "high", "xhigh", "max"])
  if (word === undefined || word === "low" || word === "medium" || word === "high") return word
  const effort = word === "none" || word === "minimal" ? "low" : "high"
  fields.warnAt(key, `${word} is taken as ${effort}`)
  return effort
}

const permissionsOf = (root: Fields): Permissions => {
  const mode = root.oneOf("sandbox_mode", ["read-only", "workspace-write", "danger-full-access"])
  if (mode === "danger-full-access") root.warnAt("sandbox_mode", "is taken as workspace-write")
  const writes = mode === "workspace-write" || mode === "danger-full-access"
  const sandbox = section(root, "sandbox_workspace_write", [
    "writable_roots",
    "network_access",
    "exclude_slash_tmp",
    "exclude_tmpdir_env_var"
  ])
  const roots = root.checked(sandbox?.items("writable_roots") ?? [], pathProblem)
  const servers = root.mapping("mcp_servers")
  if (servers !== undefined) {
    root.warnAt("mcp_servers", "grants these servers by name; what starts them is not read from a definition")
  }
  return {
    read: ["**"],
    write: writes ? ["**", ...roots] : [],
    net: writes && sandbox?.bool("network_access") === true ? ["https://*"] : [],
    exec: [],
    mcp: servers?.keys ?? [],
    spawn: []
  }
}
