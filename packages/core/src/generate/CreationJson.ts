/**
 * What became of an `agent-create` as other programs read it. Stable; a change that a reader could notice raises
 * `schema_version`.
 */
import * as Schema from "effect/Schema"
import type { LimitValues } from "../domain/Limits.ts"
import { ResultJson, resultJson } from "../runtime/ResultJson.ts"
import type { RunResult } from "../runtime/RunResult.ts"
import type { Created } from "./Creation.ts"
import { definitionYaml } from "./DefinitionYaml.ts"

export const CreatedJson = Schema.Struct({
  name: Schema.String,
  goal: Schema.String,
  tools: Schema.Array(Schema.String),
  permissions: Schema.Struct({
    read: Schema.Array(Schema.String),
    write: Schema.Array(Schema.String),
    net: Schema.Array(Schema.String),
    exec: Schema.Array(Schema.String)
  }),
  tokens: Schema.NullOr(Schema.Int),
  success_criteria: Schema.Array(Schema.String),
  artifacts: Schema.Array(Schema.String),
  /** The definition as the text of a file, which `agents list` reads. */
  yaml: Schema.String,
  /** What the definition asked for and did not get; `flag` would grant it, null where nothing does. */
  narrowed: Schema.Array(
    Schema.Struct({
      right: Schema.String,
      asked: Schema.String,
      kept: Schema.NullOr(Schema.String),
      why: Schema.String,
      flag: Schema.NullOr(Schema.String)
    })
  )
})

export const CreationJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  /** Null where no definition came about. */
  agent: Schema.NullOr(CreatedJson),
  /** The file that the definition was saved to, relative to the workspace. */
  saved: Schema.NullOr(Schema.String),
  /** Of both runs together. */
  budget: Schema.Struct({ tokens: Schema.Struct({ limit: Schema.NullOr(Schema.Int), used: Schema.Int }) }),
  /** The run in which the definition was written. */
  author: ResultJson,
  /** The run of the agent; null where it was not run. */
  result: Schema.NullOr(ResultJson),
  error: Schema.NullOr(Schema.Struct({ tag: Schema.String, message: Schema.String, hint: Schema.String }))
})
export type CreationJson = typeof CreationJson.Type

export interface Creation {
  readonly limits: LimitValues
  readonly author: RunResult
  readonly created: Created | null
  readonly note: string
  readonly saved: string | null
  readonly result: RunResult | null
  /** Why the agent was not run. */
  readonly error: { readonly tag: string; readonly message: string; readonly hint: string } | null
}

/** Tokens of both runs. */
export const usedTokens = ({ author, result }: Pick<Creation, "author" | "result">): number =>
  author.budget.tokens.used + (result?.budget.tokens.used ?? 0)

export const creationJson = (creation: Creation): CreationJson => {
  const { author, created, error, limits, note, result, saved } = creation
  return {
    schema_version: 1,
    agent: created === null ? null : createdJson(created, note),
    saved,
    budget: { tokens: { limit: limits.tokens ?? null, used: usedTokens(creation) } },
    author: resultJson(author),
    result: result === null ? null : resultJson(result),
    error
  }
}

// internal

const createdJson = ({ definition, taken }: Created, note: string): typeof CreatedJson.Type => {
  const { exec, net, read, write } = definition.permissions
  return {
    name: definition.name,
    goal: definition.goal ?? definition.instructions,
    tools: definition.tools,
    permissions: { read, write, net, exec },
    tokens: definition.limits.tokens ?? null,
    success_criteria: definition.successCriteria,
    artifacts: definition.artifacts,
    yaml: definitionYaml(definition, note),
    narrowed: taken.map(({ asked, flag, kept, right, why }) => ({ right, asked, kept, why, flag }))
  }
}
