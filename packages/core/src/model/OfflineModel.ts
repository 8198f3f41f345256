/**
 * The embedded provider: no key, no network, no language model. It answers like a model, with calls of the reading
 * tools, and writes its report from their results alone; the same request gets the same parts in any process.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { ToolCall } from "../domain/Message.ts"
import { free } from "../domain/Price.ts"
import { Usage } from "../domain/Usage.ts"
import { Model, type ModelPart, type ModelRequest } from "./Model.ts"
import { evidenceOf } from "./offline/Evidence.ts"
import { readGoal } from "./offline/Goal.ts"
import { bytesOf, writeReport } from "./offline/Report.ts"
import { currentRound, type Round } from "./offline/Round.ts"
import type { Lookup } from "./offline/Search.ts"
import { nextLookups } from "./offline/Steps.ts"

/** All parts of the answer to `request`, the last one a `Finish`. Pure. */
export const answer = (request: ModelRequest): ReadonlyArray<ModelPart> => {
  const { brief, closing, maxOutputTokens, tools } = request
  const round = currentRound(request)
  const question = { goal: readGoal(round.question, brief.probes), role: brief.probes, scopes: brief.scope }
  const offered = new Set(closing ? [] : tools.map((tool) => tool.name))
  const evidence = evidenceOf(question, round)
  const lookups = nextLookups(question, round, evidence, offered)
  const calls = withinTokens(
    lookups.map((lookup) => toCall(lookup, round)),
    maxOutputTokens
  )
  if (calls.length > 0) {
    return [
      ...calls.map((call) => ({ _tag: "Call" as const, call })),
      finish("tool_calls", request, JSON.stringify(calls))
    ]
  }
  const report = writeReport(question, round, evidence, brief.agent, maxOutputTokens * bytesPerToken)
  return [...paragraphs(report), finish("stop", request, report)]
}

export const OfflineModel = {
  layer: Layer.succeed(
    Model,
    Model.of({
      ready: Effect.void,
      provider: "offline",
      mode: "evidence-only",
      model: "offline",
      retries: {},
      // A report of two screens; agents hold room for a whole answer in every turn, so more would cost them evidence.
      // It has no context that could overflow: only budgets limit what it is shown.
      facts: () => ({ name: "offline", contextWindow: Number.MAX_SAFE_INTEGER, maxOutput: 2_048, price: free }),
      stream: (request) => Stream.unwrap(Effect.sync(() => Stream.fromIterable(answer(request))))
    })
  )
}

// internal

const bytesPerToken = 4

const toCall = ({ args, id, tool }: Lookup, { mark }: Round): ToolCall => ({
  id: mark + id,
  name: tool,
  args: JSON.stringify(args)
})

/** As many calls as the answer has room for. */
const withinTokens = (calls: ReadonlyArray<ToolCall>, tokens: number): ReadonlyArray<ToolCall> => {
  const kept: Array<ToolCall> = []
  for (const call of calls) {
    if (bytesOf(JSON.stringify([...kept, call])) > tokens * bytesPerToken) break
    kept.push(call)
  }
  return kept
}

/** A part for each paragraph, so that a terminal shows the report as it comes. */
const paragraphs = (report: string): ReadonlyArray<ModelPart> =>
  report.split(/(?<=\n\n)/).map((text) => ({ _tag: "Text", text }))

const finish = (reason: "stop" | "tool_calls", request: ModelRequest, output: string): ModelPart => ({
  _tag: "Finish",
  reason,
  usage: new Usage({
    input: tokensOf(request.system + JSON.stringify(request.messages) + JSON.stringify(request.tools)),
    cached: 0,
    output: tokensOf(output),
    reasoning: 0
  })
})

const tokensOf = (text: string): number => Math.ceil(bytesOf(text) / bytesPerToken)
