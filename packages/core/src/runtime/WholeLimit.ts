/**
 * The limit of the whole run that it came up against: its deadline, a part of its budget that an agent found used up, or
 * the number or the levels of agents that agents may start. Limits of a single agent are its own affair. Pure.
 */
import { rootPath } from "../domain/Ids.ts"
import type { LimitValues } from "../domain/Limits.ts"
import type { Running } from "./plan/Running.ts"
import type { Results } from "./Results.ts"
import type { RunResult } from "./RunResult.ts"
import type { Undertaking } from "./Undertaking.ts"

export const limitReached = (
  { deadline, limited, now }: Pick<Running, "deadline" | "limited"> & { readonly now: number },
  { entrants, facts, request }: Pick<Undertaking, "entrants" | "facts" | "request">,
  results: Pick<Results, "of">
): RunResult["limitReached"] => {
  const paths = entrants.map(({ place }) => place.path)
  const isLate =
    deadline !== null && now >= deadline && paths.some((path) => results.of(path)?.error?.tag === "DeadlineExceeded")
  if (isLate) return "deadline"
  const isStopped = paths.some((path) => {
    const error = results.of(path)?.error
    return error?.tag === "BudgetExceeded" && error.at === rootPath
  })
  const given = [request.limits ?? {}, ...facts.flatMap((fact) => (fact._tag === "Resumed" ? [fact.more] : []))]
  if (isStopped && given.some(isBudget)) return "budget"
  return limited.has("agents") ? "agents" : limited.has("depth") ? "depth" : null
}

// internal

/** Without one for the whole, agents have the sum of theirs. */
const isBudget = ({ nanoUsd, tokens, toolCalls }: LimitValues): boolean =>
  tokens !== undefined || nanoUsd !== undefined || toolCalls !== undefined
