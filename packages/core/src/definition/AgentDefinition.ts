/**
 * An agent as a named role: instruction, rights, limits, what it must produce. The one internal model; every format in
 * `formats/` is read into it. What a format leaves out is what the constructor puts in: an agent that reads the
 * workspace, writes nothing but its declared artifacts, and reaches neither a network nor a shell.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Effort } from "../domain/Effort.ts"
import { defaultAgentTokens, Limits } from "../domain/Limits.ts"
import { Grant } from "../policy/Grant.ts"
import { canonicalName } from "../tool/ToolNames.ts"
import { isAgentName } from "./AgentName.ts"
import { Supervision } from "./Supervision.ts"
import { readingTools } from "./UsualTools.ts"

export { agentName } from "./AgentName.ts"
export { readingTools, writingTools } from "./UsualTools.ts"

/** Agents are addressed by these. */
export const AgentName = Schema.String.pipe(
  Schema.check(Schema.makeFilter(isAgentName, { expected: "a name such as code-reviewer" }))
)

const Texts = Schema.Array(Schema.String)

const none = Texts.pipe(Schema.withConstructorDefault(Effect.succeed([])))

export const Permissions = Schema.Struct({
  /** Globs relative to the workspace. */
  read: Texts.pipe(Schema.withConstructorDefault(Effect.succeed(["**"]))),
  write: none,
  /** URL patterns. */
  net: none,
  /** Commands that may be run, as in `policy/CommandRule`. */
  exec: none,
  /** MCP servers, or single tools of them as `server__tool`. */
  mcp: none,
  /** Names of agents that it may start; `*` is any. */
  spawn: none
})
export type Permissions = typeof Permissions.Type

export const WorktreeNeeds = Schema.Struct({
  /** Globs of files that git does not know, relative to the repository's top; they are copied. */
  copy: none,
  /** Commands that make the tree ready. */
  setup: none
})
export type WorktreeNeeds = typeof WorktreeNeeds.Type

export class AgentDefinition extends Schema.Class<AgentDefinition>("@deputize/core/definition/AgentDefinition")({
  name: AgentName,
  /** The name as the file has it, where that is another: `Python Reviewer`. */
  title: Schema.optionalKey(Schema.String),
  /** One line for lists and for other agents. */
  description: Schema.String.pipe(Schema.withConstructorDefault(Effect.succeed(""))),
  /** What the agent is for, where the format tells that apart from how it works. */
  goal: Schema.optionalKey(Schema.String),
  /** The system text: how it works. */
  instructions: Schema.String,
  model: Schema.optionalKey(Schema.String),
  /** How much the model is to think; the run's when absent. */
  effort: Schema.optionalKey(Effort),
  /** Names as the definition has them; the toolbox knows what they mean. */
  tools: Texts.pipe(Schema.withConstructorDefault(Effect.succeed(readingTools))),
  permissions: Permissions.pipe(Schema.withConstructorDefault(Effect.succeed({}))),
  /** Skills that it is offered, by name; all of the workspace when absent. */
  skills: Schema.optionalKey(Texts),
  limits: Limits.pipe(Schema.withConstructorDefault(Effect.sync(() => new Limits({ tokens: defaultAgentTokens })))),
  /** Whether the agent is started again, and how long it may be silent; as usual when absent. */
  supervision: Schema.optionalKey(Supervision),
  isolation: Schema.Literals(["none", "worktree"]).pipe(Schema.withConstructorDefault(Effect.succeed("none"))),
  /** What a tree of its own needs beside what is committed; nothing when absent. */
  worktree: Schema.optionalKey(WorktreeNeeds),
  retention: Schema.Literals(["job", "session", "permanent"]).pipe(
    Schema.withConstructorDefault(Effect.succeed("session"))
  ),
  redactSecrets: Schema.Boolean.pipe(Schema.withConstructorDefault(Effect.succeed(true))),
  /** For the model: what success means. */
  successCriteria: none,
  /** Commands that the runtime runs itself to verify the claim. */
  checks: none,
  /** Files or globs that the agent is to write; they may be written without a write permission. */
  artifacts: none,
  /** Keys of the file that mean nothing to us, passed to the model as context. */
  extra: Schema.Record(Schema.String, Schema.Unknown).pipe(Schema.withConstructorDefault(Effect.succeed({})))
}) {}

/** The rights that a definition asks for, with writing `artifacts`: those of a copy have names of their own. */
export const grantOf = (
  { artifacts: declared, name, permissions, tools }: AgentDefinition,
  artifacts: ReadonlyArray<string> = declared
): Grant =>
  new Grant({
    label: name,
    ...permissions,
    write: [...new Set([...permissions.write, ...artifacts])],
    mcp: [...new Set([...permissions.mcp, ...tools.filter((tool) => tool.includes("__"))])]
  })

/** The files that a copy of an agent declares: `report.md` of the second one is `report-2.md`. */
export const artifactsOf = ({ artifacts }: AgentDefinition, copy: number): ReadonlyArray<string> =>
  copy === 1 ? artifacts : artifacts.map((path) => path.replace(/(\.[^./]*)?$/, (ending) => `-${copy}${ending}`))

/** It can start other agents. */
export const isSpawner = ({ tools }: AgentDefinition): boolean =>
  tools.some((name) => canonicalName(name) === "spawn_agent")
