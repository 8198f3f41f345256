/**
 * Runs one call of a model: decode, decide, record, act, record.
 *
 * 1. Nothing happens before its decision and its intent are in the journal, in one append; a fenced tool also waits
 *    until they are on the disk.
 * 2. Whatever is wrong with a call, its tool or its file is a result that the model reads; only the journal's own
 *    failure ends the agent.
 * 3. A path is resolved before it is decided on; a path that cannot be is recorded as denied, with the rule.
 * 4. What the model reads is what the journal holds: escaped and cut before both.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { upperBound } from "../budget/Estimate.ts"
import type { Action } from "../domain/Action.ts"
import type { Decision } from "../domain/Decision.ts"
import type { AgentPath, RunId } from "../domain/Ids.ts"
import { type ToolCall, ToolMessage } from "../domain/Message.ts"
import { Blobs } from "../journal/Blobs.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { decide, type Policy } from "../policy/Policy.ts"
import { type Change, ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import type { FileChanged, PathError } from "../workspace/PathError.ts"
import { visibleLine, visibleText } from "../workspace/VisibleText.ts"
import type { SeenFiles } from "./FileChanges.ts"
import * as FileChanges from "./FileChanges.ts"
import { cut, type OutputRoom } from "./OutputRoom.ts"
import { isGitInternal } from "./ReadTarget.ts"
import type { Skill } from "./Skill.ts"
import type { Team } from "./Team.ts"
import { type AnyTool, ToolContext } from "./Tool.ts"
import { decodeArguments } from "./ToolArguments.ts"
import { canonicalName } from "./Toolbox.ts"
import { ToolError } from "./ToolError.ts"
import { type ToolEvent, toolEvents } from "./ToolEvent.ts"

export interface CallRequest {
  readonly run: RunId
  readonly path: AgentPath
  readonly parent: AgentPath | null
  readonly policy: Policy
  readonly call: ToolCall
  readonly tools: ReadonlyArray<AnyTool>
  /** What the agent has read and written until now; the call adds to it. */
  readonly seen: SeenFiles
  /** The most that the result may take of the model's context; the tool's own cap holds besides. */
  readonly outputTokens?: number
  /** Asked once, when the result is there, with the tokens it would like; the answer is what it may have. */
  readonly claimTokens?: (wanted: number) => number
  readonly outputBytes?: number
  readonly skills?: ReadonlyArray<Skill>
  readonly team?: Team | null
}

export interface CallResult {
  readonly message: typeof ToolMessage.Type
  readonly changes: ReadonlyArray<Change>
  /** False when there is no such tool, or its arguments could not be read. */
  readonly understood: boolean
}

export const runCall = Effect.fnUntraced(function* (request: CallRequest) {
  const { call } = request
  const record = yield* Journal
  const startedAt = yield* Clock.currentTimeMillis
  const tool = request.tools.find((each) => each.name === canonicalName(call.name))
  const room = roomOf(request, tool)
  const journal = (...events: ReadonlyArray<ToolEvent>) =>
    toolEvents.append(request.run, request.path, request.parent, ...events)
  const root = yield* ConfinedRoot
  const files = FileChanges.make({
    root,
    blobs: yield* Blobs,
    seen: request.seen,
    // The record of a change is on the disk before the change is.
    announce: (change) =>
      Effect.andThen(
        Effect.provideService(journal({ _tag: "Changing", callId: call.id, change }), Journal, record),
        record.barrier
      )
  })
  const end = Effect.fnUntraced(function* (outcome: Outcome, before: ReadonlyArray<ToolEvent> = []) {
    const whole = visibleText(outcome.text)
    const tokens = Math.min(room.tokens, request.claimTokens?.(upperBound(whole)) ?? room.tokens)
    const text = cut(whole, { ...room, tokens }, tool?.narrower ?? "ask for less")
    const ms = (yield* Clock.currentTimeMillis) - startedAt
    const changes = [...files.made]
    yield* journal(...before, { _tag: "Done", callId: call.id, ok: outcome.ok, text, ms, changes })
    const message = ToolMessage.make({ callId: call.id, name: call.name, ok: outcome.ok, text })
    return { message, changes, understood: outcome.understood ?? true } satisfies CallResult
  })

  if (tool === undefined) return yield* end(noSuchTool(call, request.tools))
  const args = decodeArguments(tool, call.args)
  if (Result.isFailure(args)) return yield* end({ ...failed(args.failure), understood: false })
  const context = ToolContext.of({
    root,
    files,
    room,
    skills: request.skills ?? [],
    team: request.team ?? null,
    mayRead: (path) => mayRead(request.policy, path),
    mayWrite: (path) => decide(request.policy, { _tag: "Write", path })._tag === "Allow"
  })

  const plan = yield* guarded(tool, tool.actions(args.success), context)
  const decided = decisions(request.policy, plan).map(([action, decision]) => ({
    _tag: "Decided" as const,
    callId: call.id,
    action,
    decision
  }))
  const denied = decided.find(({ decision }) => decision._tag === "Deny")?.decision
  if (denied?._tag === "Deny") return yield* end(refused(denied.reason, plan), decided)
  if (Result.isFailure(plan)) return yield* end(failed(plan.failure), decided)

  yield* journal(...decided, { _tag: "Intent", call })
  if (tool.replay === "fenced") yield* record.barrier
  const result = yield* guarded(tool, tool.run(args.success), context)
  return yield* end(Result.isFailure(result) ? failed(result.failure) : { ok: true, text: result.success })
})

// internal

/** What the model is told of, and goes on. */
type CallError = PathError | FileChanged | ToolError

interface Outcome {
  readonly ok: boolean
  readonly text: string
  readonly understood?: boolean
}

const roomOf = (request: CallRequest, tool: AnyTool | undefined): OutputRoom => ({
  bytes: Math.min(request.outputBytes ?? Number.POSITIVE_INFINITY, tool?.outputCap ?? 4096),
  tokens: request.outputTokens ?? Number.POSITIVE_INFINITY
})

/** Within the tool's time, with defects as errors. Interruption passes: the call was cut, and the journal shows it. */
const guarded = <A>(
  tool: AnyTool,
  effect: Effect.Effect<A, CallError | JournalError, ToolContext>,
  context: ToolContext["Service"]
): Effect.Effect<Result.Result<A, CallError>, JournalError> =>
  effect.pipe(
    Effect.provideService(ToolContext, context),
    Effect.timeoutOrElse({ duration: tool.timeLimitMs, orElse: () => Effect.fail(timedOut(tool)) }),
    Effect.catchDefect((defect) => Effect.fail(broken(tool, defect))),
    Effect.result,
    Effect.flatMap((result): Effect.Effect<Result.Result<A, CallError>, JournalError> => {
      if (Result.isSuccess(result)) return Effect.succeed(Result.succeed(result.success))
      const { failure } = result
      return failure._tag === "JournalError" ? Effect.fail(failure) : Effect.succeed(Result.fail(failure))
    })
  )

const timedOut = (tool: AnyTool) =>
  new ToolError({
    tool: tool.name,
    message: `${tool.name} was stopped after ${tool.timeLimitMs / 1000} seconds`,
    hint: `To need less time, ${tool.narrower}.`
  })

const broken = (tool: AnyTool, defect: unknown) => {
  const what = defect instanceof Error ? defect.message.slice(0, 200) : "unknown defect"
  const hint = "Go on without this call; the same call will most likely break again."
  return new ToolError({ tool: tool.name, message: `${tool.name} broke: ${what}`, hint })
}

const mayRead = (policy: Policy, path: string): boolean =>
  !isGitInternal(path) && decide(policy, { _tag: "Read", path })._tag === "Allow"

/** What the journal is told was decided: on the actions, or on the path that kept them from being known. */
const decisions = (
  policy: Policy,
  plan: Result.Result<ReadonlyArray<Action>, CallError>
): ReadonlyArray<readonly [Action, Decision]> => {
  if (Result.isSuccess(plan)) return plan.success.map((action) => [action, decide(policy, action)] as const)
  const error = plan.failure
  if (error._tag === "PathDenied") {
    const action: Action = { _tag: "Read", path: error.path.slice(0, 4096) }
    return [[action, { _tag: "Deny", rule: `path ${error.rule}`, reason: `${error.message}. ${error.hint}` }]]
  }
  // What is not there must not tell more than what is: names below a folder that may not be read stay unknown.
  if (error._tag === "PathNotFound") {
    const action: Action = { _tag: "Read", path: error.resolved }
    return [[action, decide(policy, action)]]
  }
  return []
}

const refused = (reason: string, plan: Result.Result<unknown, unknown>): Outcome => ({
  ok: false,
  text: Result.isFailure(plan) ? `denied: ${reason}` : `denied by the policy: ${reason}`
})

const failed = (error: CallError): Outcome => ({
  ok: false,
  text: `error: ${error.message}. ${error.hint}`
})

const noSuchTool = (call: ToolCall, tools: ReadonlyArray<AnyTool>): Outcome => ({
  ok: false,
  understood: false,
  text: `error: there is no tool ${visibleLine(call.name.slice(0, 60))}. Tools: ${tools.map((tool) => tool.name).join(", ") || "none"}`
})
