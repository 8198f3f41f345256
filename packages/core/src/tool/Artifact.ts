/**
 * A file that the runtime writes for an agent: decided on, recorded and written like a call of the agent's own, under
 * the agent's policy. Never over a file that is there.
 */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import { decide, type Policy } from "../policy/Policy.ts"
import { type Change, ConfinedRoot } from "../workspace/ConfinedRoot.ts"
import * as CallRecord from "./CallRecord.ts"
import * as CutCall from "./CutCall.ts"

export interface ArtifactRequest extends CallRecord.Caller {
  readonly policy: Policy
  /** Relative to the workspace. */
  readonly file: string
  readonly text: string
}

/** Gives the change; none where the file is there already, may not be written or cannot be. */
export const writeArtifact = Effect.fnUntraced(function* (request: ArtifactRequest) {
  const { file, policy, text } = request
  const root = yield* ConfinedRoot
  const place = yield* Effect.result(root.target(file))
  if (Result.isFailure(place) || place.success.exists) return none
  const { path } = place.success
  const callId = `artifact:${file}`
  const record = yield* CallRecord.make(request, callId, new Map())
  const action = { _tag: "Write", path } as const
  const decision = decide(policy, action)
  const decided = { _tag: "Decided", callId, action, decision } as const
  if (decision._tag === "Deny") return yield* record.end({ ok: false, text: decision.reason }, [decided])
  yield* record.begin(decided)
  const written = yield* Effect.result(record.files.write(path, null, new TextEncoder().encode(text)))
  if (Result.isSuccess(written)) return yield* record.end({ ok: true, text: `made ${path}` })
  if (written.failure._tag === "JournalError") return yield* written.failure
  return yield* record.end({ ok: false, text: `error: ${written.failure.message}` })
})

/**
 * What the runtime was about to write and whose end is not on record: where it was written, that is recorded now. Gives
 * these changes; the rest has not happened.
 */
export const adoptWritten = Effect.fnUntraced(function* (
  caller: CallRecord.Caller,
  unwritten: ReadonlyArray<{ readonly callId: string; readonly changing: ReadonlyArray<Change> }>
) {
  const adopted: Array<Change> = []
  for (const { callId, changing } of unwritten) {
    const record = yield* CallRecord.make(caller, callId, new Map())
    const made = (yield* CutCall.filesNow(changing)).flatMap(({ announced, hash }) =>
      announced !== undefined && hash === announced.after ? [announced] : []
    )
    if (made.length === 0) continue
    record.files.adopt(made)
    const text = made.map(({ path }) => `made ${path}`).join(", ")
    adopted.push(...(yield* record.end({ ok: true, text, settled: "made" })))
  }
  return adopted
})

// internal

const none: ReadonlyArray<Change> = []
