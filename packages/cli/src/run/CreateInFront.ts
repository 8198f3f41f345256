/**
 * Creates an agent in front of the user: its definition is written, narrowed and shown, kept if that was asked for, and
 * run with what is left of the budget.
 *
 * 1. A file of the agent's name is found before the agent runs; the definition is printed then, so that it is not lost.
 * 2. Interrupted, it still delivers what there is: the definition, and what the agent had until then.
 */

import { AgentLoader } from "@deputize/core/definition/AgentLoader"
import { nameOfFile } from "@deputize/core/definition/AgentName"
import type { LimitValues } from "@deputize/core/domain/Limits"
import { agentRun, authorRun, type Created, createdBy, leftBy, spentOf } from "@deputize/core/generate/Creation"
import { type Creation, creationJson } from "@deputize/core/generate/CreationJson"
import { definitionYaml } from "@deputize/core/generate/DefinitionYaml"
import { fileOf, saveDefinition } from "@deputize/core/generate/SavePlace"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { Runtime } from "@deputize/core/runtime/Runtime"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Invocation } from "../command/Invocation.ts"
import { usageError } from "../command/UsageError.ts"
import type { Provider } from "../config/Provider.ts"
import { ExitCode, exitCodeOfRun } from "../ExitCode.ts"
import { createdText, creatingText, definitionText, wholeText } from "../render/Created.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { answerText, errorsText, headerText, summaryText } from "../render/Text.ts"
import { oneLine, visible } from "../render/Width.ts"
import type { OutFile } from "../values/OutFile.ts"
import { limitWords } from "./Assignment.ts"
import type { CreateAssignment } from "./CreateRequest.ts"
import { followed } from "./Followed.ts"
import { nothingShown, type Shown, writeResult } from "./Watch.ts"

interface Surroundings {
  readonly provider: Provider
  readonly record: string
  readonly out: OutFile | undefined
  readonly warnings: ReadonlyArray<string>
}

export const createInFront = Effect.fn("createInFront")(function* (
  invocation: Invocation,
  { folder, request }: CreateAssignment,
  { out, provider, record, warnings }: Surroundings
) {
  const output = yield* Output
  const { style } = output.notes
  const note = (text: string) => (invocation.quiet ? Effect.void : output.notes.write(text))
  const { limits, prompt, workspace } = request
  const comment = `Made by \`deputize agent-create\` for: ${oneLine(prompt).slice(0, 200)}`

  /** Everything there is of it: the answer or the JSON as data, what both runs took beside it. */
  const deliver = Effect.fnUntraced(function* (creation: Creation, shown: Shown) {
    const { author, result } = creation
    const json = jsonText(creationJson(creation))
    const written = yield* Effect.result(out?.write(json) ?? Effect.void)
    const name = Result.isSuccess(written) ? out?.name : undefined
    if (invocation.json) yield* output.data.write(json)
    else if (result !== null) yield* writeResult(invocation, shown, result, { data: answerText(result), json })
    const isMade = creation.created !== null
    const told = [
      ...(result !== null || !isMade ? [summaryText(result ?? author, name, style)] : []),
      ...(isMade ? [wholeText(creation, style)] : [])
    ]
    yield* output.notes.write(invocation.quiet ? errorsText(result ?? author) : told.join(""))
    // Only now: a file that cannot be written must not cost the user the answer.
    yield* Effect.fromResult(written)
  })

  const startedAt = yield* Clock.currentTimeMillis
  const nothing = { limits, created: null, note: comment, saved: null, result: null, error: null }
  const author = yield* follow(invocation, authorRun(request), {
    streamsAnswer: false,
    begin: Effect.fnUntraced(function* (run) {
      const budget = `${limitWords(wordsOf(limits)).join(", ")} for both the definition and the agent`
      yield* note(headerText({ run, workspace, provider: provider.lines, budget, team: null, record }, style))
      yield* Effect.forEach(warnings, (warning) => note(`${style.paint("yellow", "warning")}: ${visible(warning)}\n`))
      yield* note(creatingText(prompt, style))
    }),
    stopped: (result, shown) => deliver({ ...nothing, author: result, error: errorOf(result) }, shown)
  })
  if (invocation.format === "stream-json") yield* writeResult(invocation, author.shown, author.result, noText)
  const refused = { ...nothing, author: author.result, error: errorOf(author.result) }
  const read = hasAnswered(author.result) ? yield* Effect.result(createdBy(request, author.result)) : null
  if (read === null || (Result.isFailure(read) && author.result.status !== "completed")) {
    yield* deliver(refused, nothingShown)
    return exitCodeOfRun(author.result)
  }
  if (Result.isFailure(read)) {
    yield* deliver({ ...refused, error: failureOf(read.failure) }, nothingShown)
    return yield* read.failure
  }
  const created = read.success
  const used = author.result.budget.tokens.used
  yield* note(createdText(created, used, limits.tokens ?? null, style))

  const yaml = definitionYaml(created.definition, comment)
  const sofar = { ...nothing, author: author.result, created }
  if (folder !== null) yield* note(definitionText(fileOf(folder, created.definition), yaml, style))
  const kept = yield* Effect.result(
    folder === null ? Effect.succeed(null) : keep(folder, created, yaml, invocation.has("force"))
  )
  if (Result.isFailure(kept)) {
    // It is paid for: whoever cannot have the file has the text. A terminal that shows both streams has it already.
    const isSeen = !invocation.quiet && output.notes.isTerminal && output.data.isTerminal
    if (invocation.format === "text" && !isSeen) yield* output.data.write(yaml)
    yield* deliver({ ...sofar, error: failureOf(kept.failure) }, nothingShown)
    return yield* kept.failure
  }
  const saved = kept.success
  if (saved !== null) {
    yield* Effect.forEach(yield* sharing(created, saved), (warning) =>
      note(`${style.paint("yellow", "warning")}: ${visible(warning)}\n`)
    )
  }
  const left = leftBy(request, author.result, (yield* Clock.currentTimeMillis) - startedAt)
  const spent = spentOf(left)
  if (spent !== null) {
    yield* deliver({ ...sofar, saved, error: spent }, nothingShown)
    yield* output.notes.write(`${style.paint("red", "error")}: ${spent.message}\n  ${spent.hint}\n`)
    return spent.tag === "DeadlineExceeded" ? ExitCode.deadline : ExitCode.budget
  }

  const agent = yield* follow(invocation, agentRun(request, created, left), {
    streamsAnswer: true,
    begin: (run) => note(`${style.paint("dim", "running".padEnd(11))}run ${run}\n`),
    stopped: (result, shown) => deliver({ ...sofar, saved, result, error: null }, shown)
  })
  yield* deliver({ ...sofar, saved, result: agent.result, error: null }, agent.shown)
  yield* Effect.andThen(author.complete, agent.complete)
  return exitCodeOfRun(agent.result)
})

// internal

const noText = { data: "", json: "" }

interface Manner {
  readonly streamsAnswer: boolean
  readonly begin: (run: string) => Effect.Effect<void>
  /** What is still said when it is interrupted. */
  readonly stopped: (result: RunResult, shown: Shown) => Effect.Effect<void, unknown, Output>
}

/** A run from its start to its end, watched. */
const follow = Effect.fnUntraced(function* (invocation: Invocation, request: RunRequest, { begin, ...manner }: Manner) {
  const handle = yield* (yield* Runtime).start(request)
  yield* begin(handle.run)
  return yield* followed(handle, invocation, manner)
})

/** Writes the definition, unless a file of the folder would then answer to the same name. */
const keep = Effect.fnUntraced(function* (folder: string, { definition }: Created, yaml: string, replaces: boolean) {
  const path = fileOf(folder, definition)
  const clash = (yield* (yield* AgentLoader).list).find(
    ({ name, source }) =>
      folderOf(source) === folder && source !== path && [name, nameOfFile(source)].includes(definition.name)
  )
  if (clash !== undefined) {
    return yield* usageError(
      `${definition.name} is already the name of ${clash.source}`,
      "Rename that one, or name another folder with --save=FOLDER. The agent was not run."
    )
  }
  return yield* Effect.mapError(saveDefinition(folder, definition, yaml, replaces), ({ hint, message }) =>
    usageError(message, hint)
  )
})

/** The name is the model's choice: what it comes before, or stands behind, is told. */
const sharing = Effect.fnUntraced(function* ({ definition: { name } }: Created, saved: string) {
  const all = (yield* (yield* AgentLoader).list).filter((each) => each.name === name)
  const [first] = all
  if (first === undefined || !all.some(({ source }) => source === saved)) return []
  if (first.source !== saved) return [`${name} still means ${first.source}, which is found before ${saved}`]
  return all.slice(1).map(({ source }) => `${name} now means ${saved}, which is found before ${source}`)
})

const folderOf = (source: string): string => source.split("/").slice(0, -1).join("/") || "."

/** A definition that is whole is used also where its writing came to a limit. */
const hasAnswered = ({ agents, status }: RunResult): boolean =>
  (status === "completed" || status === "paused") &&
  (agents[0]?.error?.tag ?? "") !== "AnswerMismatch" &&
  agents[0]?.answer !== ""

const errorOf = ({ agents }: RunResult): Creation["error"] => {
  const error = agents[0]?.error ?? null
  return error === null ? null : { tag: error.tag, message: error.message, hint: error.hint }
}

const failureOf = (error: { readonly _tag: string; readonly message: string; readonly hint: string }) => ({
  tag: error._tag,
  message: error.message,
  hint: error.hint
})

const wordsOf = ({ nanoUsd, tokens, toolCalls, wallMs }: LimitValues) => ({
  ...(tokens === undefined ? {} : { tokens }),
  ...(nanoUsd === undefined ? {} : { nanoUsd }),
  ...(toolCalls === undefined ? {} : { calls: toolCalls }),
  ...(wallMs === undefined ? {} : { ms: wallMs })
})
