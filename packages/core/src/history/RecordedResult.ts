/**
 * The result of a run as its record tells it: the same that the process had that conducted it.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { RunId } from "../domain/Ids.ts"
import { Journal, type JournalError } from "../journal/Journal.ts"
import { readResults } from "../runtime/Results.ts"
import { RunJournal } from "../runtime/RunEvent.ts"
import { type RunResult, type RunStatus, summarise } from "../runtime/RunResult.ts"
import { recorded } from "./Fact.ts"

/** Null while it has no end, and where a record of another version does not tell all of it. */
export const recordedResult = Effect.fn("recordedResult")(function* (run: RunId) {
  const journal = yield* Journal
  const events = yield* journal.read(run, 1, types)
  const facts = events.flatMap((event) => Option.toArray(RunJournal.decode(event)))
  const [started] = facts
  const ended = facts.at(-1)
  if (started?._tag !== "Started" || ended?._tag !== "Ended") return null
  const last = facts.findLast((fact) => fact._tag === "Resumed") ?? started
  const results = yield* readResults(run, () => undefined)
  const agents = started.agents.flatMap(({ path }) => {
    const result = results.of(path)
    return result === undefined ? [] : [result, ...results.below(path)]
  })
  const { limitReached = null, merges = null, usedTokens, wallMs } = ended
  const result: RunResult = {
    ...summarise({
      run,
      head: events.at(-1)?.hash ?? "",
      wallMs,
      mode: "mode" in last ? last.mode : started.mode,
      agents,
      budget: { tokens: { limit: "tokens" in last ? last.tokens : null, used: usedTokens } },
      limitReached,
      merges
    }),
    // Of agents that never came to work there is no result.
    status: ended.status
  }
  return result
})

/** How the run has ended, whatever version its record is of; null while it has not. */
export const recordedEnding = Effect.fn("recordedEnding")(function* (
  run: RunId
): Effect.fn.Return<RunStatus | null, JournalError, Journal> {
  const events = yield* (yield* Journal).read(run, 1, types)
  const facts = events.map((event) => recorded(event).fact)
  const last = facts.findLast(({ _tag }) => _tag.startsWith("run."))
  return last?._tag === "run.Ended" ? last.status : null
})

// internal

const types = ["Started", "Resumed", "Ended"]
