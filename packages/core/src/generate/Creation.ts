/**
 * Creating an agent and running it, as two runs on the record: the author's, then the agent's with what is left. One
 * budget holds both, since the second run is given no more than the first did not use, and begins when that has ended.
 */
import * as Effect from "effect/Effect"
import { type AgentDefinition, grantOf } from "../definition/AgentDefinition.ts"
import { defaultAgentTokens, type LimitValues } from "../domain/Limits.ts"
import { authorGoal } from "../model/offline/Author.ts"
import { Grant } from "../policy/Grant.ts"
import type { Policy } from "../policy/Policy.ts"
import type { Forecast } from "../runtime/Forecast.ts"
import type { RunRequest } from "../runtime/RunRequest.ts"
import type { RunResult } from "../runtime/RunResult.ts"
import { ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import { rootsOf } from "./ArtifactRule.ts"
import { author, authorTokens } from "./AuthorRole.ts"
import { definitionFormat } from "./DefinitionFormat.ts"
import { readDraft } from "./Draft.ts"
import { type Allowed, narrow } from "./Narrow.ts"
import type { Taken } from "./Taken.ts"

export interface CreateRequest {
  /** The real path of the workspace. */
  readonly workspace: string
  /** What the agent is to do. */
  readonly prompt: string
  readonly allowed: Allowed
  /** What the caller allows besides; the agent gets the intersection. */
  readonly ceiling?: Policy
  /** By the provider's name for it; the run's model when absent. */
  readonly model?: string
  /** Of both runs together; tokens are 40,000 when absent. `wallMs` counts from the start of the first. */
  readonly limits: LimitValues
}

export interface Created {
  readonly definition: AgentDefinition
  /** What the definition asked for and did not get. */
  readonly taken: ReadonlyArray<Taken>
}

/** The limits of both runs. */
export const wholeLimits = ({ limits }: CreateRequest): LimitValues => ({ tokens: defaultAgentTokens, ...limits })

/** The run of the author. Its answer is the definition, as JSON. */
export const authorRun = (request: CreateRequest): RunRequest => {
  const whole = wholeLimits(request)
  const { toolCalls: _, turns: _turns, ...limits } = whole
  return {
    workspace: request.workspace,
    agents: [
      {
        definition: author,
        goal: authorGoal(request.prompt),
        scope: [],
        inputs: inputsOf(request.allowed, whole),
        ...modelOf(request)
      }
    ],
    limits: { ...limits, tokens: Math.min(authorTokens, whole.tokens ?? authorTokens) },
    format: definitionFormat
  }
}

/** The definition that the author's run has written, narrowed to what is allowed. */
export const createdBy = Effect.fn("createdBy")(function* (request: CreateRequest, result: RunResult) {
  const draft = yield* readDraft(result.agents[0]?.answer ?? "", request.prompt)
  const roots = new Set(draft.definition.artifacts.flatMap(rootsOf))
  const there = yield* Effect.forEach(roots, kindAt)
  const { definition, taken } = narrow(draft.definition, {
    allowed: request.allowed,
    ceiling: request.ceiling ?? [],
    limits: wholeLimits(request),
    there: new Map(there.flat())
  })
  return { definition, taken: [...draft.renamed, ...taken] } satisfies Created
})

/** What the author's run has left of the whole, `elapsedMs` after it began. Nothing is left of what is 0 or less. */
export const leftBy = (request: CreateRequest, result: RunResult, elapsedMs: number): LimitValues => {
  const { nanoUsd, tokens, wallMs, ...others } = wholeLimits(request)
  return {
    ...others,
    ...(tokens === undefined ? {} : { tokens: tokens - result.budget.tokens.used }),
    ...(nanoUsd === undefined ? {} : { nanoUsd: nanoUsd - (result.nanoUsd ?? 0) }),
    ...(wallMs === undefined ? {} : { wallMs: wallMs - elapsedMs })
  }
}

/** The forecast of the author's run with the ceiling of both: tokens of the agent cost no more than the dearest of its. */
export const wholeForecast = (forecast: Forecast, whole: LimitValues): Forecast => {
  const { nanoUsd, tokens } = forecast.ceiling
  const all = whole.tokens ?? null
  const priced = nanoUsd === null || tokens === null || all === null ? null : Math.ceil((nanoUsd / tokens) * all)
  const most = whole.nanoUsd ?? null
  return {
    ...forecast,
    ceiling: { tokens: all, nanoUsd: priced === null ? most : most === null ? priced : Math.min(priced, most) }
  }
}

/** What is used up of it; null where something is left of everything. */
export const spentOf = (
  left: LimitValues
): { readonly tag: string; readonly message: string; readonly hint: string } | null => {
  const [unit] = (["tokens", "nanoUsd", "wallMs"] as const).filter((each) => (left[each] ?? 1) <= 0)
  if (unit === undefined) return null
  const isTime = unit === "wallMs"
  return {
    tag: isTime ? "DeadlineExceeded" : "BudgetExceeded",
    message: `writing the definition used up the ${isTime ? "time" : "budget"}: nothing is left to run the agent with`,
    hint: isTime
      ? "Raise --deadline."
      : "Raise --budget, or keep the definition with --save and delegate to it by its name."
  }
}

/** The run of the agent, within `left`: its goal is what the user asked for, its instruction what the author wrote. */
export const agentRun = (request: CreateRequest, { definition }: Created, left: LimitValues): RunRequest => ({
  workspace: request.workspace,
  agents: [
    {
      definition,
      goal: request.prompt,
      scope: [],
      ceiling: [...(request.ceiling ?? []), ceilingOf(request.allowed, definition)],
      limits: { tokens: Math.min(definition.limits.tokens ?? defaultAgentTokens, left.tokens ?? defaultAgentTokens) },
      ...modelOf(request)
    }
  ],
  limits: left
})

// internal

const modelOf = ({ model }: CreateRequest) => (model === undefined ? {} : { model })

/** Whatever the narrowing may have overlooked, the flags alone decide while it runs. */
const ceilingOf = (allowed: Allowed, definition: AgentDefinition): Grant =>
  new Grant({
    ...grantOf(definition),
    label: "agent-create",
    net: allowed.net,
    exec: allowed.exec,
    write: [...allowed.write, ...definition.artifacts],
    mcp: [],
    spawn: []
  })

/** What the author is told of the user's flags. */
const inputsOf = (allowed: Allowed, whole: LimitValues): Readonly<Record<string, string>> => ({
  "tokens at most": String(whole.tokens ?? defaultAgentTokens),
  "allowed commands": allowed.exec.join(", ") || "none",
  "allowed addresses": allowed.net.join(", ") || "none",
  "may write besides artifacts": allowed.write.join(", ") || "nothing"
})

/** Rules compare names after NFC, so what is there in the other form is there, too. */
const kindAt = Effect.fnUntraced(function* (path: string) {
  const root = yield* ConfinedRoot
  const found = yield* Effect.forEach([path, path.normalize("NFD")], (form) =>
    Effect.orElseSucceed(root.target(form), () => unseen)
  )
  return found.flatMap(({ kind }) => (kind === null ? [] : [[path, kind] as const])).slice(0, 1)
})

/** What cannot even be looked at is taken for something that is there. */
const unseen = { kind: "directory" } as const
