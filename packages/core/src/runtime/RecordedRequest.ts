/**
 * What a run was asked for, as it stands in its first event: all that is needed to go on with it in another process,
 * without the environment of its checks, which may hold secrets. Definitions stand there once each, however many agents
 * are made of them.
 */
import * as Schema from "effect/Schema"
import { AgentDefinition, WorktreeNeeds } from "../definition/AgentDefinition.ts"
import { Supervision } from "../definition/Supervision.ts"
import { Limits } from "../domain/Limits.ts"
import { Priority } from "../domain/Priority.ts"
import { Grant } from "../policy/Grant.ts"
import type { AgentRequest, RunRequest } from "./RunRequest.ts"

const LimitAmounts = Schema.Struct(Limits.fields)

const RecordedAgent = Schema.Struct({
  /** Which of the definitions it is made of. */
  definition: Schema.Int,
  goal: Schema.String,
  scope: Schema.Array(Schema.String),
  model: Schema.optionalKey(Schema.String),
  ceiling: Schema.optionalKey(Schema.Array(Grant)),
  limits: Schema.optionalKey(LimitAmounts),
  inputs: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  priority: Schema.optionalKey(Priority)
})

export const RecordedRequest = Schema.Struct({
  definitions: Schema.Array(AgentDefinition),
  agents: Schema.Array(RecordedAgent),
  limits: Schema.optionalKey(LimitAmounts),
  maxParallel: Schema.optionalKey(Schema.Union([Schema.Int, Schema.Literal("auto")])),
  maxSpawnedAtOnce: Schema.optionalKey(Schema.Int),
  trusted: Schema.optionalKey(Schema.Boolean),
  oneModel: Schema.optionalKey(Schema.Boolean),
  format: Schema.optionalKey(
    Schema.Struct({ name: Schema.String, schema: Schema.Record(Schema.String, Schema.Unknown) })
  ),
  /** Commands that verify what agents claim. */
  checks: Schema.optionalKey(Schema.Array(Schema.String)),
  supervision: Schema.optionalKey(Supervision),
  isolation: Schema.optionalKey(Schema.Literals(["none", "worktree"])),
  worktree: Schema.optionalKey(WorktreeNeeds)
})
export type RecordedRequest = typeof RecordedRequest.Type

export const recordedRequest = ({ agents, checks, workspace, ...rest }: RunRequest): RecordedRequest => {
  const definitions = [...new Set(agents.map(({ definition }) => definition))]
  const numbers = new Map(definitions.map((definition, index) => [definition, index]))
  return {
    ...rest,
    definitions,
    agents: agents.map(({ definition, ...agent }) => ({ ...agent, definition: numbers.get(definition) ?? 0 })),
    ...(checks === undefined ? {} : { checks: checks.commands })
  }
}

/** The request again; its checks run in `environment`. */
export const requestOf = (
  { agents, checks, definitions, ...rest }: RecordedRequest,
  workspace: string,
  environment: Readonly<Record<string, string>>
): RunRequest => ({
  ...rest,
  workspace,
  agents: agents.flatMap(({ definition: number, ...agent }): ReadonlyArray<AgentRequest> => {
    const definition = definitions[number]
    return definition === undefined ? [] : [{ ...agent, definition }]
  }),
  ...(checks === undefined ? {} : { checks: { commands: checks, environment } })
})
