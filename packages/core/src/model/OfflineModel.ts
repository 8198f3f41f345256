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
import { authorName, writeDefinition } from "./offline/Author.ts"
import { readCounting } from "./offline/Count.ts"
import { writeCount } from "./offline/CountReport.ts"
import { evidenceOf } from "./offline/Evidence.ts"
import { readGoal } from "./offline/Goal.ts"
import type { Probe } from "./offline/Probe.ts"
import { probesOf } from "./offline/probes/Probes.ts"
import { bytesOf, writeReport } from "./offline/Report.ts"
import { currentRound, type Round } from "./offline/Round.ts"
import type { Lookup } from "./offline/Search.ts"
import { nextLookups } from "./offline/Steps.ts"
import { placesOf, tallyOf } from "./offline/Tally.ts"
import * as Pressure from "./Pressure.ts"

/** All parts of the answer to `request`, the last one a `Finish`. Pure. `probes` are those of the agent it is made for. */
export const answer = (
  request: ModelRequest,
  probes: ReadonlyArray<Probe> = probesOf(request.brief.agent)
): ReadonlyArray<ModelPart> => {
  const { brief, closing, format, maxOutputTokens, tools } = request
  if (format !== null && brief.agent === authorName) return saying(request, writeDefinition(brief.goal))
  const round = currentRound(request)
  const offered = new Set(closing ? [] : tools.map((tool) => tool.name))
  const counting = readCounting(round.question)
  if (counting !== undefined) {
    const places = placesOf(counting, brief.scope)
    const tally = tallyOf(counting, places, round)
    const next = tally.next.filter(({ tool }) => offered.has(tool))
    return (
      calling(request, next, round) ??
      saying(request, writeCount({ goal: round.question, counting, places, tally }, maxOutputTokens * bytesPerToken))
    )
  }
  const question = { goal: readGoal(round.question, probes), role: probes, scopes: brief.scope }
  const evidence = evidenceOf(question, round)
  return (
    calling(request, nextLookups(question, round, evidence, offered), round) ??
    saying(request, writeReport(question, round, evidence, brief.agent, maxOutputTokens * bytesPerToken))
  )
}

export const OfflineModel = {
  layer: Layer.succeed(
    Model,
    Model.of({
      pressure: Effect.succeed(Pressure.none),
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

/** Undefined where there is nothing to look up, or no room for a call. */
const calling = (
  request: ModelRequest,
  lookups: ReadonlyArray<Lookup>,
  round: Round
): ReadonlyArray<ModelPart> | undefined => {
  const all = lookups.map((lookup) => toCall(lookup, round))
  const calls = withinTokens(all, request.maxOutputTokens)
  if (calls.length === 0) return undefined
  return [
    ...calls.map((call) => ({ _tag: "Call" as const, call })),
    finish("tool_calls", request, JSON.stringify(calls))
  ]
}

const saying = (request: ModelRequest, report: string): ReadonlyArray<ModelPart> => [
  ...paragraphs(report),
  finish("stop", request, report)
]

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
