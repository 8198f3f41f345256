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
import type { JournalEvent } from "@deputize/core/journal/Journal"
import { ResultJson } from "@deputize/core/runtime/ResultJson"
import * as Schema from "effect/Schema"
import { at, isTrueAt, listAt, numberAt, parsed, textAt, textsAt } from "./Body.ts"
import type { AgentView, RunView } from "./Progress.ts"

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
  line("tool_use", { id: Schema.String, name: Schema.String, input: Schema.Unknown }),
  line("tool_result", { id: Schema.String, ok: Schema.Boolean, text: Schema.String, duration_ms: Schema.Finite }),
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
  line("agent_end", { status: AgentStatus, answer: Schema.String, error: Schema.NullOr(Failure) }),
  line("result", { result: ResultJson })
])
export type StreamLine = typeof StreamLine.Type

/** The lines of an event, in order. `view` has the event in it already. */
export const linesOf = (view: RunView, event: JournalEvent): ReadonlyArray<StreamLine> => {
  const { body } = event
  const head = headOf(event)
  switch (`${event.namespace}.${event.type}`) {
    case "run.Started":
      return [
        {
          type: "init",
          ...head,
          schema_version: 1,
          workspace: textAt(body, "workspace"),
          provider: textAt(body, "provider"),
          mode: textAt(body, "mode"),
          budget: { ...limitsAt(body), deadline_ms: numberAt(body, "deadlineMs") },
          agents: listAt(body, "agents").map((agent) => ({
            path: textAt(agent, "path"),
            agent: textAt(agent, "agent"),
            goal: textAt(agent, "goal")
          }))
        }
      ]
    case "agent.Started":
      return [
        {
          type: "agent_start",
          ...head,
          agent: textAt(body, "agent"),
          goal: textAt(body, "goal"),
          scope: textsAt(body, "scope"),
          model: textAt(body, "model"),
          tools: textsAt(body, "tools"),
          unavailable: textsAt(body, "unavailable"),
          budget: limitsAt(body)
        }
      ]
    case "agent.TurnProgress":
      return [{ type: "message", ...head, turn: turnAt(body), partial: true, text: textAt(body, "text"), finish: null }]
    case "agent.TurnCompleted": {
      const text = textAt(body, "text")
      const message = { ...head, turn: turnAt(body), partial: false, text, finish: textAt(body, "finish") }
      return [...(text === "" ? [] : [{ type: "message" as const, ...message }]), ...budgetLines(view, event)]
    }
    case "agent.TurnFailed":
      return [
        {
          type: "error",
          ...head,
          turn: turnAt(body),
          attempt: numberAt(body, "attempt") ?? 1,
          error: failureAt(body),
          retry_in_ms: numberAt(body, "retryInMs")
        },
        ...budgetLines(view, event)
      ]
    case "tool.Decided": {
      const decision = at(body, "decision")
      const allowed = textAt(decision, "_tag") === "Allow"
      const reason = allowed ? null : textAt(decision, "reason")
      const id = textAt(body, "callId")
      return [
        {
          type: "permission",
          ...head,
          id,
          action: at(body, "action") ?? null,
          allowed,
          rule: textAt(decision, "rule"),
          reason
        }
      ]
    }
    case "tool.Intent": {
      const call = at(body, "call")
      const args = textAt(call, "args")
      return [
        { type: "tool_use", ...head, id: textAt(call, "id"), name: textAt(call, "name"), input: parsed(args) ?? args }
      ]
    }
    case "tool.Done":
      return [
        {
          type: "tool_result",
          ...head,
          id: textAt(body, "callId"),
          ok: isTrueAt(body, "ok"),
          text: textAt(body, "text"),
          duration_ms: numberAt(body, "ms") ?? 0
        }
      ]
    case "agent.Ended": {
      const result = at(body, "result")
      const status = statusOf(textAt(result, "status"))
      const error = at(result, "error") === null ? null : failureAt(result)
      return [{ type: "agent_end", ...head, status, answer: textAt(result, "answer"), error }]
    }
    default:
      return []
  }
}

/** The last line: the result, at the place of the run's last event. */
export const resultLine = (last: JournalEvent, result: ResultJson): StreamLine => ({
  type: "result",
  ...headOf(last),
  result
})

// internal

const headOf = ({ parent, path, run, seq, time }: JournalEvent) => ({ run, path, parent, seq, time })

const turnAt = (body: unknown): number => numberAt(body, "turn") ?? 0

const dollars = (nanos: number | null): number | null => (nanos === null ? null : nanos / 1e9)

const limitsAt = (body: unknown) => ({ tokens: numberAt(body, "tokens"), usd: dollars(numberAt(body, "nanoUsd")) })

const failureAt = (body: unknown): Failure => {
  const error = at(body, "error")
  const facts = typeof error === "object" && error !== null ? error : {}
  return { ...facts, tag: textAt(error, "tag"), message: textAt(error, "message"), hint: textAt(error, "hint") }
}

const isStatus = Schema.is(AgentStatus)
const statusOf = (status: string): AgentStatus => (isStatus(status) ? status : "failed")

const budgetLines = (view: RunView, event: JournalEvent): ReadonlyArray<StreamLine> => {
  const agent: AgentView | undefined = view.agents[view.places.get(event.path) ?? -1]
  if (agent === undefined) return []
  const { limit, nanoUsd, nanoUsdLimit, used } = agent
  const usd = { used: dollars(nanoUsd), limit: dollars(nanoUsdLimit) }
  return [{ type: "budget", ...headOf(event), tokens: { used, limit }, usd }]
}
