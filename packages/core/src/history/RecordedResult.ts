/**
 * The result of a run as its record tells it: the same that the process had that conducted it.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { RunId } from "../domain/Ids.ts"
import { Journal } from "../journal/Journal.ts"
import { readResults } from "../runtime/Results.ts"
import { RunJournal } from "../runtime/RunEvent.ts"
import { type RunResult, summarise } from "../runtime/RunResult.ts"

/** Null while it has no end. */
export const recordedResult = Effect.fn("recordedResult")(function* (run: RunId) {
  const journal = yield* Journal
  const events = yield* journal.read(run, 1, ["Started", "Resumed", "Ended"])
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
