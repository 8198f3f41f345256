/**
 * `--resume` on a command that runs agents: the run that this very command has begun and that can go on, if there is one.
 */
import { type ListedRun, latestRuns } from "@deputize/core/history/Runs"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import * as Effect from "effect/Effect"
import { isContinuable } from "./TakeUp.ts"

/** The newest with the same agents and goals. */
export const unfinished = Effect.fn("unfinished")(function* ({ agents }: Pick<RunRequest, "agents">) {
  const asked = agents.map(({ definition, goal }) => ({ agent: definition.name, goal }))
  return (yield* latestRuns(mostLookedAt)).find((run) => isContinuable(run) && isSame(namedIn(run), asked))
})

// internal

const mostLookedAt = 200

interface Asked {
  readonly agent: string
  readonly goal: string
}

const namedIn = ({ agents }: ListedRun): ReadonlyArray<Asked> => agents.filter(({ depth }) => depth === 1)

const isSame = (found: ReadonlyArray<Asked>, asked: ReadonlyArray<Asked>): boolean =>
  found.length === asked.length &&
  found.every(({ agent, goal }, index) => agent === asked[index]?.agent && goal === asked[index].goal)
