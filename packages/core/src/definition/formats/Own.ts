/**
 * Markdown with front matter, and the same keys as YAML, JSON or TOML with `instructions` for the body. Tool names carry
 * rights; where `permissions` stands, it says all of them and the names carry none.
 */
import type { Fields } from "../../document/Fields.ts"
import { defaultAgentTokens } from "../../domain/Limits.ts"
import type { DefinitionFacts } from "../DefinitionFacts.ts"
import { effortOf } from "./CodexToml.ts"
import { namesOf, pathProblem, refuseForeign, section } from "./Common.ts"
import type { Format, Sheet } from "./Format.ts"
import { isolationOf } from "./IsolationKey.ts"
import { kinds, listed, permissionsOf, wordsOf } from "./OwnRights.ts"
import { supervisionOf } from "./SupervisionKey.ts"
import { toolNames } from "./ToolRights.ts"

/** Keys of the front matter; also those that end a description of several lines. */
export const ownKeys = [
  "name",
  "description",
  "goal",
  "instructions",
  "tools",
  "disallowedTools",
  "permissionMode",
  "permissions",
  "mcpServers",
  "skills",
  "model",
  "effort",
  "maxTurns",
  "limits",
  "supervision",
  "isolation",
  "retention",
  "redact_secrets",
  "success_criteria",
  "checks",
  "artifacts",
  "extra",
  "color"
]

export const markdown: Format = {
  name: "markdown",
  shape: "Markdown with front matter",
  languages: ["markdown"],
  recognises: () => true,
  parse: (sheet) => parse(sheet)
}

export const own: Format = {
  name: "deputize",
  shape: "name, instructions, tools, permissions and limits",
  languages: ["yaml", "json", "toml"],
  recognises: (fields) => {
    if (fields.has("policies") || fields.isMapping("tools")) return false
    if (fields.isMapping("permissions")) {
      return fields.mapping("permissions")?.keys.some((key) => kinds.some((kind) => kind === key)) === true
    }
    const isFlat = ["max_tokens", "timeout_seconds", "constraints"].some((key) => fields.has(key))
    return !isFlat && ["instructions", "limits"].some((key) => fields.has(key))
  },
  parse: (sheet) => parse(sheet)
}

// internal

const parse = ({ body, fields: root }: Sheet): DefinitionFacts => {
  const names = namesOf(root)
  refuseForeign(root, body === undefined ? "of our own" : "Markdown", ownKeys)
  root.warnUnknown(ownKeys)
  const words = wordsOf(root)
  const [goal, model, effort, skills] = [
    root.text("goal"),
    root.text("model"),
    effortOf(root, "effort"),
    skillsOf(root)
  ]
  const permissions = permissionsOf(root, words)
  const supervision = supervisionOf(root, permissions.spawn.length > 0)
  const isolation = isolationOf(root)
  const retention = root.oneOf("retention", ["job", "session", "permanent"])
  const redactSecrets = root.bool("redact_secrets")
  return {
    ...names,
    description: root.text("description") ?? goal ?? "",
    ...(goal === undefined ? {} : { goal }),
    instructions: instructionsOf(root, body),
    ...(model === undefined ? {} : { model }),
    ...(effort === undefined ? {} : { effort }),
    ...(words === undefined ? {} : { tools: toolNames(words) }),
    permissions,
    ...(skills === undefined ? {} : { skills }),
    limits: limitsOf(root),
    ...(supervision === undefined ? {} : { supervision }),
    ...isolation,
    ...(retention === undefined ? {} : { retention }),
    ...(redactSecrets === undefined ? {} : { redactSecrets }),
    successCriteria: root.texts("success_criteria") ?? [],
    checks: root.texts("checks") ?? [],
    artifacts: root.checked(root.items("artifacts") ?? [], pathProblem),
    extra: root.mapping("extra")?.others([]) ?? {}
  }
}

/** The body; a text that a body cannot hold to the letter stands in `instructions`. */
const instructionsOf = (root: Fields, body: Sheet["body"]): string => {
  const below = body?.text.trim() ?? ""
  const stated = root.text("instructions")
  if (below !== "" && stated !== undefined) {
    root.wrongAt("instructions", "stands in the file twice, here and below", "Keep one of the two.")
  }
  if (below === "" && (stated ?? "").trim() === "") {
    if (body === undefined) root.wrong("instructions", "what the agent is to do")
    else {
      const problem = "there is no instruction below the front matter"
      root.problem(body.place, "", problem, "Write what the agent is to do.")
    }
  }
  return below === "" ? (stated ?? "") : below
}

const skillsOf = (root: Fields): ReadonlyArray<string> | undefined => {
  const items = root.isList("skills") ? root.items("skills") : listed(root, "skills")
  return items?.map((item) => item.text)
}

const limitKeys = ["tokens", "usd", "wall_ms", "turns", "tool_calls", "children", "depth"]

const limitsOf = (root: Fields): NonNullable<DefinitionFacts["limits"]> => {
  const stated = section(root, "limits", limitKeys)
  const [tokens, usd, wallMs] = [stated?.count("tokens"), stated?.amount("usd"), stated?.count("wall_ms")]
  const [toolCalls, children, depth] = [stated?.count("tool_calls"), stated?.count("children"), stated?.count("depth")]
  const turns = stated?.count("turns") ?? root.count("maxTurns")
  if (stated?.has("turns") === true && root.has("maxTurns")) {
    root.wrongAt("maxTurns", "says again what limits.turns says", "Keep one of the two.")
  }
  return {
    tokens: tokens ?? defaultAgentTokens,
    ...(usd === undefined ? {} : { nanoUsd: nanoUsdOf(usd) }),
    ...(wallMs === undefined ? {} : { wallMs }),
    ...(turns === undefined ? {} : { turns }),
    ...(toolCalls === undefined ? {} : { toolCalls }),
    ...(children === undefined ? {} : { children }),
    ...(depth === undefined ? {} : { depth })
  }
}

const nanoUsdOf = (usd: number): number => Math.max(1, Math.min(Math.round(usd * 1e9), Number.MAX_SAFE_INTEGER))
