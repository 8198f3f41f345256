/**
 * Runs one call of a model: decode, decide, record, act, record.
 *
 * 1. Nothing happens before its decision and its intent are in the journal, in one append; a fenced tool also waits
 *    until they are on the disk.
 * 2. Whatever is wrong with a call, its tool or its file is a result that the model reads; only the journal's own
 *    failure ends the agent.
 * 3. A path is resolved before it is decided on; a path that cannot be is recorded as denied, with the rule.
 * 4. What the model reads is what the journal holds: escaped and cut before both.
 * 5. A call that was cut is looked at before it is made again (CutCall).
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { upperBound } from "../budget/Estimate.ts"
import type { Action } from "../domain/Action.ts"
import type { Decision } from "../domain/Decision.ts"
import type { AgentPath } from "../domain/Ids.ts"
import { type ToolCall, ToolMessage } from "../domain/Message.ts"
import { visibleLine, visibleText } from "../domain/VisibleText.ts"
import { Blobs } from "../journal/Blobs.ts"
import type { JournalError } from "../journal/Journal.ts"
import { decide, type Policy } from "../policy/Policy.ts"
import { type Change, ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import type { FileChanged, PathError } from "../workspace/PathError.ts"
import * as CallRecord from "./CallRecord.ts"
import * as CutCall from "./CutCall.ts"
import type { SeenFiles } from "./FileChanges.ts"
import type { KeptResults } from "./KeptResults.ts"
import type { OutputRoom } from "./OutputRoom.ts"
import { isGitInternal } from "./ReadTarget.ts"
import * as ResultText from "./ResultText.ts"
import type { Skill } from "./Skill.ts"
import type { Team } from "./Team.ts"
import { type AnyTool, limitMsOf, ToolContext } from "./Tool.ts"
import { decodeArguments } from "./ToolArguments.ts"
import { ToolError } from "./ToolError.ts"
import type { Decided, Done } from "./ToolEvent.ts"
import { canonicalName } from "./ToolNames.ts"
import { readFile } from "./tools/readFile.ts"

export interface CallRequest extends CallRecord.Caller {
  readonly policy: Policy
  readonly call: ToolCall
  readonly tools: ReadonlyArray<AnyTool>
  /** What the agent has read and written until now; the call adds to it. */
  readonly seen: SeenFiles
  /** The results that the agent can read on in; the call adds to them. Without them nothing is kept of what is cut off. */
  readonly results?: KeptResults
  /** Why the call is not made, whatever it is: an id that was used before, a limit that is reached. */
  readonly refusal?: string
  /** The call is taken up again: it had been cut, or had not begun. */
  readonly resumed?: CutCall.Resumed
  /** What the model is told after the result, which it is given; "" for nothing. Part of the record. */
  readonly remark?: (text: string) => string
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
  const { call, resumed, results = new Map() } = request
  const record = yield* CallRecord.make(request, call.id, request.seen)
  const tool = request.tools.find((each) => each.name === canonicalName(call.name))
  const room = roomOf(request, tool)
  const blobs = yield* Blobs
  const told = new Set<AgentPath>()
  const end = Effect.fnUntraced(function* (outcome: Outcome, before: ReadonlyArray<DecidedEvent> = []) {
    const whole = visibleText(outcome.text)
    const tokens = Math.min(room.tokens, request.claimTokens?.(upperBound(whole)) ?? room.tokens)
    const cut = yield* ResultText.cut(
      whole,
      { ...room, tokens },
      tool?.narrower ?? "ask for less",
      keeping(request, tool)
    )
    const text = `${cut.text}${request.remark?.(cut.text) ?? ""}`
    const tells = told.size === 0 ? {} : { told: [...told] }
    const changes = yield* record.end({ ...outcome, ...cut, ...tells, text }, before)
    const message = ToolMessage.make({ callId: call.id, name: call.name, ok: outcome.ok, text })
    return { message, changes, understood: outcome.unmade !== "unreadable" } satisfies CallResult
  })
  /** Where the call had run and nobody can say how far, that is the answer, and not what is wrong with it now. */
  const endUnread = (outcome: Outcome) =>
    end((resumed === undefined || tool?.replay === "safe" ? null : CutCall.unknown(resumed)) ?? outcome)

  if (request.refusal !== undefined) {
    return yield* end({ ok: false, unmade: "refused", text: `error: ${request.refusal}` })
  }
  if (tool === undefined) return yield* endUnread(noSuchTool(call, request.tools))
  const args = decodeArguments(tool, call.args)
  if (Result.isFailure(args)) return yield* endUnread({ ...failed(args.failure), unmade: "unreadable" })
  const context = ToolContext.of({
    callId: call.id,
    root: yield* ConfinedRoot,
    files: record.files,
    room,
    results,
    keptText: (kept) => Effect.orElseSucceed(Effect.map(blobs.get(kept.hash), decoded), () => undefined),
    skills: request.skills ?? [],
    team: request.team ?? null,
    told: (agents) => {
      for (const path of agents) told.add(path)
    },
    mayRead: (path) => mayRead(request.policy, path),
    mayWrite: (path) => decide(request.policy, { _tag: "Write", path })._tag === "Allow"
  })

  const plan = yield* guarded(tool, tool.actions(args.success), context)
  if (resumed !== undefined) {
    const actions = Result.isSuccess(plan) ? plan.success : null
    const settled = yield* Effect.provideService(CutCall.settled(tool, resumed, actions), ToolContext, context)
    if (settled !== null) return yield* end(settled)
  }
  const decided = decisions(request.policy, plan).map(
    ([action, decision]): DecidedEvent => ({ _tag: "Decided", callId: call.id, action, decision })
  )
  const denied = decided.find(({ decision }) => decision._tag === "Deny")?.decision
  if (denied?._tag === "Deny") return yield* end(refused(denied.reason, plan), decided)
  if (Result.isFailure(plan)) return yield* end(failed(plan.failure), decided)

  yield* record.begin(...decided, { _tag: "Intent", call })
  if (tool.replay === "fenced") yield* record.barrier
  const result = yield* guarded(tool, tool.run(args.success), context)
  return yield* end(Result.isFailure(result) ? failed(result.failure) : { ok: true, text: result.success })
})

// internal

type DecidedEvent = typeof Decided.Type

/** What the model is told of, and goes on. */
type CallError = PathError | FileChanged | ToolError

type Outcome = Pick<typeof Done.Type, "ok" | "text" | "unmade" | "settled">

const roomOf = (request: CallRequest, tool: AnyTool | undefined): OutputRoom => ({
  bytes: Math.min(request.outputBytes ?? Number.POSITIVE_INFINITY, tool?.outputCap ?? 4096),
  tokens: request.outputTokens ?? Number.POSITIVE_INFINITY
})

/** Only who can read what was kept is told of it. */
const keeping = ({ results, tools }: CallRequest, tool: AnyTool | undefined): KeptResults | null =>
  tool?.isPaged === true || !tools.includes(readFile) ? null : (results ?? null)

const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)

/** Within the tool's time, with defects as errors. Interruption passes: the call was cut, and the journal shows it. */
const guarded = <A>(
  tool: AnyTool,
  effect: Effect.Effect<A, CallError | JournalError, ToolContext>,
  context: ToolContext["Service"]
): Effect.Effect<Result.Result<A, CallError>, JournalError> =>
  effect.pipe(
    Effect.provideService(ToolContext, context),
    (limited) => within(tool, limited),
    Effect.catchDefect((defect) => Effect.fail(broken(tool, defect))),
    Effect.result,
    Effect.flatMap((result): Effect.Effect<Result.Result<A, CallError>, JournalError> => {
      if (Result.isSuccess(result)) return Effect.succeed(Result.succeed(result.success))
      const { failure } = result
      return failure._tag === "JournalError" ? Effect.fail(failure) : Effect.succeed(Result.fail(failure))
    })
  )

const within = <A, E, R>(tool: AnyTool, effect: Effect.Effect<A, E, R>) => {
  const { name, narrower } = tool
  const timeLimitMs = limitMsOf(tool)
  if (timeLimitMs === null) return effect
  const message = `${name} was stopped after ${timeLimitMs / 1000} seconds`
  // Made when it is due: an error costs its stack trace.
  const stopped = () => Effect.fail(new ToolError({ tool: name, message, hint: `To need less time, ${narrower}.` }))
  return Effect.timeoutOrElse(effect, { duration: timeLimitMs, orElse: stopped })
}

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
  unmade: "unreadable",
  text: `error: there is no tool ${visibleLine(call.name.slice(0, 60))}. Tools: ${tools.map((tool) => tool.name).join(", ") || "none"}`
})
