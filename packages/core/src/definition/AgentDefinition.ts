/**
 * An agent as a named role: instruction, rights, limits, what it must produce. The one internal model; every format in
 * `formats/` is read into it.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Effort } from "../domain/Effort.ts"
import { Limits } from "../domain/Limits.ts"
import { Grant } from "../policy/Grant.ts"

/** Agents are addressed by these: lower case, digits, single hyphens. Letters of any script are letters. */
export const AgentName = Schema.String.pipe(
  Schema.check(
    Schema.isPattern(/^[\p{Ll}\p{Lo}\p{M}\p{N}]+(-[\p{Ll}\p{Lo}\p{M}\p{N}]+)*$/u, {
      expected: "a name such as code-reviewer"
    })
  )
)

/** What an agent gets that may read and whose definition names no tools to read with. */
export const readingTools: ReadonlyArray<string> = ["read_file", "list_dir", "glob", "grep"]

/** What an agent gets that may write and whose definition names no tools to write with. */
export const writingTools: ReadonlyArray<string> = ["write_file", "edit", "apply_patch", "delete_file"]

const Texts = Schema.Array(Schema.String)

const none = Texts.pipe(Schema.withConstructorDefault(Effect.succeed([])))

export class AgentDefinition extends Schema.Class<AgentDefinition>("@deputize/core/definition/AgentDefinition")({
  name: AgentName,
  /** The name as the file has it, where that is another: `Python Reviewer`. */
  title: Schema.optionalKey(Schema.String),
  /** One line for lists and for other agents. */
  description: Schema.String,
  /** What the agent is for, where the format tells that apart from how it works. */
  goal: Schema.optionalKey(Schema.String),
  /** The system text: how it works. */
  instructions: Schema.String,
  model: Schema.optionalKey(Schema.String),
  /** How much the model is to think; the run's when absent. */
  effort: Schema.optionalKey(Effort),
  /** Names as the definition has them; the toolbox knows what they mean. */
  tools: Texts,
  permissions: Schema.Struct({
    /** Globs relative to the workspace. */
    read: Texts,
    write: Texts,
    /** URL patterns. */
    net: Texts,
    /** Commands that may be run. */
    exec: Texts,
    /** MCP servers, or single tools of them as `server__tool`. */
    mcp: none,
    /** Names of agents that it may start; `*` is any. */
    spawn: none
  }),
  /** Skills that it is offered, by name; all of the workspace when absent. */
  skills: Schema.optionalKey(Texts),
  limits: Limits,
  isolation: Schema.Literals(["none", "worktree"]),
  retention: Schema.Literals(["job", "session", "permanent"]),
  redactSecrets: Schema.Boolean,
  /** For the model: what success means. */
  successCriteria: Texts,
  /** Commands that the runtime runs itself to verify the claim. */
  checks: Texts,
  /** Files or globs that the agent is to write; they may be written without a write permission. */
  artifacts: Texts,
  /** Keys of the file that mean nothing to us, passed to the model as context. */
  extra: Schema.Record(Schema.String, Schema.Unknown)
}) {
  /** The rights that this definition asks for. */
  get grant(): Grant {
    const { exec, mcp, net, read, spawn, write } = this.permissions
    return new Grant({
      label: this.name,
      read,
      write: [...write, ...this.artifacts],
      net,
      exec,
      mcp: [...mcp, ...this.tools.filter((tool) => tool.includes("__"))],
      spawn
    })
  }
}

/** The name by which `Python Reviewer` or `python_reviewer` is addressed: `python-reviewer`. */
export const agentName = (text: string): string =>
  text
    .normalize("NFC")
    .trim()
    .toLowerCase()
    .replace(/[\s_.-]+/g, "-")
    .replace(/^-+|-+$/g, "")
