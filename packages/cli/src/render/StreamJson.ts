/**
 * A run as lines of JSON while it happens: `--output-format stream-json`. Pure. Stable in the same way as the result's
 * JSON; the package publishes the JSON Schema of `StreamLine`.
 *
 * Every line names the run, the agent's path, its parent, the number of the journal event that it is made of, and that
 * event's time; an event may make more than one line. The last line is the result, as --json prints it. A `message` with
 * `partial` is text that came since the one before it; a whole message of the same turn repeats it, an `error` of the
 * same turn makes it void.
 */
import { AgentStatus } from "@deputize/core/agent/AgentResult"
import { Failure } from "@deputize/core/domain/Failure"
import { parsed } from "@deputize/core/history/Body"
import type { Recorded } from "@deputize/core/history/Fact"
import { ResultJson } from "@deputize/core/runtime/ResultJson"
import { PlanStep } from "@deputize/core/tool/Plan"
import { MergeStatus } from "@deputize/core/worktree/MergeReport"
import * as Schema from "effect/Schema"
import { agentAt, type RunView } from "./Progress.ts"

const line = <const Type extends string, Fields extends Schema.Struct.Fields>(type: Type, fields: Fields) =>
  Schema.Struct({
    type: Schema.Literal(type),
    run: Schema.String,
    path: Schema.String,
    parent: Schema.NullOr(Schema.String),
    seq: Schema.Int,
    /** Milliseconds since 1970. */
    time: Schema.Finite,
    ...fields
  })

const Limit = Schema.NullOr(Schema.Finite)
const Units = Schema.Struct({ used: Schema.Finite, limit: Limit })

export const StreamLine = Schema.Union([
  line("init", {
    schema_version: Schema.Literal(1),
    workspace: Schema.String,
    provider: Schema.String,
    mode: Schema.String,
    budget: Schema.Struct({ tokens: Limit, usd: Limit, deadline_ms: Limit }),
    agents: Schema.Array(Schema.Struct({ path: Schema.String, agent: Schema.String, goal: Schema.String }))
  }),
  /** The run goes on from its record, with these limits. */
  line("resumed", { budget: Schema.Struct({ tokens: Limit, usd: Limit, deadline_ms: Limit }) }),
  /** Said to an agent by the user; `agent_message` tells when it reads it. */
  line("user_message", { id: Schema.String, to: Schema.String, text: Schema.String }),
  /** The agent goes on from its record: with the run, or because it had crashed. */
  line("agent_continued", { cause: Schema.Literals(["resume", "restart"]), restart: Schema.Int }),
  /** It was started by its parent and waits for its turn: others are at work. */
  line("agent_queued", {
    agent: Schema.String,
    goal: Schema.String,
    /** From 1: where it stood among those that waited; null in records that do not say. */
    position: Limit,
    of: Limit
  }),
  /** From here on so many agents may be at work: more of them wait, or the provider has complained. */
  line("parallelism", { to: Schema.Int, why: Schema.Literals(["waiting", "complaint"]) }),
  line("agent_start", {
    agent: Schema.String,
    goal: Schema.String,
    scope: Schema.Array(Schema.String),
    model: Schema.String,
    tools: Schema.Array(Schema.String),
    /** What the definition grants and this version cannot do. */
    unavailable: Schema.Array(Schema.String),
    budget: Schema.Struct({ tokens: Limit, usd: Limit })
  }),
  line("message", {
    turn: Schema.Int,
    partial: Schema.Boolean,
    text: Schema.String,
    /** Of a whole message: why the model stopped. */
    finish: Schema.NullOr(Schema.String)
  }),
  /** The steps that the agent has set itself, all of them each time. */
  line("plan", { steps: Schema.Array(PlanStep) }),
  /** Between agents: `sent` stands at the sender's path, `heard` at the receiver's, which reads it with its next turn. */
  line("agent_message", {
    id: Schema.String,
    event: Schema.Literals(["sent", "heard"]),
    from: Schema.String,
    to: Schema.String,
    text: Schema.String
  }),
  /** The agent waits for those that it started; `agent_resumed` ends that. */
  line("agent_waiting", { paths: Schema.Array(Schema.String) }),
  line("agent_resumed", { waited_ms: Schema.Finite }),
  /** Of the conversation: what stands for the messages left out, null where only long results were. */
  line("compaction", { summary: Schema.NullOr(Schema.String) }),
  line("tool_use", { id: Schema.String, name: Schema.String, input: Schema.Unknown }),
  line("tool_result", {
    id: Schema.String,
    ok: Schema.Boolean,
    text: Schema.String,
    duration_ms: Schema.Finite,
    /** Of a call that had been cut: whether it had taken effect; null for one that ran to its end. */
    settled: Schema.NullOr(Schema.Literals(["made", "unknown"]))
  }),
  line("permission", {
    id: Schema.String,
    action: Schema.Unknown,
    allowed: Schema.Boolean,
    rule: Schema.String,
    reason: Schema.NullOr(Schema.String)
  }),
  line("budget", {
    tokens: Units,
    /** `used` is null while the model's price is not known. */
    usd: Schema.Struct({ used: Limit, limit: Limit })
  }),
  line("error", {
    turn: Schema.Int,
    attempt: Schema.Int,
    error: Failure,
    /** Milliseconds until the next attempt; null when there is none. */
    retry_in_ms: Schema.NullOr(Schema.Finite)
  }),
  /** What an agent left in a tree of its own was merged, or not; as in the result's `merges`. */
  line("merge", {
    status: MergeStatus,
    ref: Schema.NullOr(Schema.String),
    branch: Schema.NullOr(Schema.String),
    files: Schema.Array(Schema.String),
    conflicts: Schema.Array(Schema.String),
    why: Schema.String
  }),
  line("agent_end", { status: AgentStatus, answer: Schema.String, error: Schema.NullOr(Failure) }),
  line("result", { result: ResultJson })
])
export type StreamLine = typeof StreamLine.Type

/** The lines of an event, in order. `view` has the event in it already. */
export const linesOf = (view: RunView, event: Recorded): ReadonlyArray<StreamLine> => {
  const { fact } = event
  const head = headOf(event)
  switch (fact._tag) {
    case "run.Started": {
      const { agents, deadlineMs, mode, provider, workspace } = fact
      const budget = { ...limitsOf(fact), deadline_ms: deadlineMs }
      const asked = agents.map(({ agent, goal, path }) => ({ path, agent, goal }))
      return [{ type: "init", ...head, schema_version: 1, workspace, provider, mode, budget, agents: asked }]
    }
    case "run.Resumed":
      return [{ type: "resumed", ...head, budget: { ...limitsOf(fact), deadline_ms: fact.deadlineMs } }]
    case "run.Said":
      return [{ type: "user_message", ...head, id: fact.id, to: fact.to, text: fact.text }]
    case "agent.Continued":
      return [{ type: "agent_continued", ...head, cause: fact.isRestart ? "restart" : "resume", restart: fact.restart }]
    case "agent.Queued":
      return [
        { type: "agent_queued", ...head, agent: fact.agent, goal: fact.goal, position: fact.position, of: fact.of }
      ]
    case "run.Parallelism":
      return [{ type: "parallelism", ...head, to: fact.to, why: fact.isComplaint ? "complaint" : "waiting" }]
    case "agent.Started": {
      const { agent, goal, model, scope, tools, unavailable } = fact
      return [{ type: "agent_start", ...head, agent, goal, scope, model, tools, unavailable, budget: limitsOf(fact) }]
    }
    case "agent.TurnProgress":
      return isSummingUp(view, event)
        ? []
        : [{ type: "message", ...head, turn: fact.turn, partial: true, text: fact.text, finish: null }]
    case "agent.TurnCompleted": {
      const { finish, isSummary, text, turn } = fact
      const said = text !== "" && !isSummary
      return [
        ...(said ? [{ type: "message" as const, ...head, turn, partial: false, text, finish }] : []),
        ...budgetLines(view, event)
      ]
    }
    case "agent.TurnFailed": {
      const { attempt, error, retryInMs, turn } = fact
      return [{ type: "error", ...head, turn, attempt, error, retry_in_ms: retryInMs }, ...budgetLines(view, event)]
    }
    case "agent.Sent":
      return [
        { type: "agent_message", ...head, id: fact.id, event: "sent", from: event.path, to: fact.to, text: fact.text }
      ]
    case "agent.Heard":
      return [
        {
          type: "agent_message",
          ...head,
          id: fact.id,
          event: "heard",
          from: fact.from,
          to: event.path,
          text: fact.text
        }
      ]
    case "agent.Waiting":
      return [{ type: "agent_waiting", ...head, paths: fact.paths }]
    case "agent.Resumed":
      return [{ type: "agent_resumed", ...head, waited_ms: fact.ms }]
    case "agent.Compacted":
      return [{ type: "compaction", ...head, summary: fact.summary }]
    case "tool.Decided": {
      const { action, allowed, callId: id, reason, rule } = fact
      return [{ type: "permission", ...head, id, action, allowed, rule, reason }]
    }
    case "tool.Intent": {
      const { args, id, name } = fact.call
      return [{ type: "tool_use", ...head, id, name, input: parsed(args) ?? args }]
    }
    case "tool.Done": {
      const { callId: id, ms, ok, settled, text } = fact
      const plan = agentAt(view, event.path)?.plan
      return [
        { type: "tool_result", ...head, id, ok, text, duration_ms: ms, settled },
        ...(plan?.seq === event.seq ? [{ type: "plan" as const, ...head, steps: plan.steps }] : [])
      ]
    }
    case "worktree.Merged": {
      const { branch, conflicts, files, ref, status, why } = fact
      return [{ type: "merge", ...head, status, ref, branch, files, conflicts, why }]
    }
    case "agent.Ended": {
      const { answer, error, status } = fact.result
      return [{ type: "agent_end", ...head, status, answer, error }]
    }
    default:
      return []
  }
}

/** The last line: the result, at the place of the run's last event. */
export const resultLine = (last: Recorded, result: ResultJson): StreamLine => ({
  type: "result",
  ...headOf(last),
  result
})

// internal

const headOf = ({ parent, path, run, seq, time }: Recorded) => ({ run, path, parent, seq, time })

const dollars = (nanos: number | null): number | null => (nanos === null ? null : nanos / 1e9)

const limitsOf = ({ nanoUsd, tokens }: { readonly nanoUsd: number | null; readonly tokens: number | null }) => ({
  tokens,
  usd: dollars(nanoUsd)
})

/** Its text is for the agent itself: `compaction` has it. */
const isSummingUp = (view: RunView, { path }: Recorded): boolean => {
  const state = agentAt(view, path)?.state
  return state?._tag === "Running" && state.activity._tag === "SummingUp"
}

const budgetLines = (view: RunView, event: Recorded): ReadonlyArray<StreamLine> => {
  const agent = agentAt(view, event.path)
  if (agent === undefined) return []
  const { limit, nanoUsd, nanoUsdLimit, used } = agent
  const usd = { used: dollars(nanoUsd), limit: dollars(nanoUsdLimit) }
  return [{ type: "budget", ...headOf(event), tokens: { used, limit }, usd }]
}
