/**
 * `--resume` on a command that runs agents: the last run that this very command has begun, if it can go on. A command line
 * with other flags is another one: what it narrows, the run that goes on would not know of.
 */
import { type ListedRun, latestRuns, readRun } from "@deputize/core/history/Runs"
import { canonicalJson } from "@deputize/core/journal/HashChain"
import { Journal } from "@deputize/core/journal/Journal"
import { RecordedRequest, recordedRequest } from "@deputize/core/runtime/RecordedRequest"
import { RunJournal } from "@deputize/core/runtime/RunEvent"
import type { RunRequest } from "@deputize/core/runtime/RunRequest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { usageError } from "../command/UsageError.ts"
import { findRun, latestLookedAt } from "../record/Runs.ts"
import { isContinuable, underWay } from "./TakeUp.ts"

export interface Unfinished {
  /** The run to go on with; undefined where a new one is to begin. */
  readonly run: string | undefined
  /** Why none of those that look like it is. */
  readonly warnings: ReadonlyArray<string>
}

/** `wanted` is the beginning of a run's id, "" for whichever it is. */
export const unfinished = Effect.fn("unfinished")(function* (wanted: string, request: RunRequest) {
  const asked = comparable(recordedRequest(request))
  if (wanted !== "") {
    const { run } = yield* readRun(yield* findRun(wanted))
    if ((yield* begunAs(run)) === asked) return { run, warnings: [] } satisfies Unfinished
    return yield* usageError(
      `run ${run} was begun with other agents, goals, flags or definitions`,
      `\`deputize resume ${run}\` goes on with it as it was begun.`
    )
  }
  const alike = (yield* latestRuns(latestLookedAt)).filter((run) => isAlike(run, request))
  const others: Array<ListedRun> = []
  for (const found of alike) {
    if ((yield* begunAs(found.run)) === asked) {
      if (found.state === "running") return yield* underWay(found)
      if (isContinuable(found)) return { run: found.run, warnings: [] } satisfies Unfinished
      // What came before it was not completed, and has been done since.
      break
    }
    others.push(found)
  }
  const warnings = others
    .filter(isContinuable)
    .slice(0, 1)
    .map(({ run }) => otherFlags(run))
  return { run: undefined, warnings } satisfies Unfinished
})

// internal

const otherFlags = (run: string): string =>
  `--resume: run ${run} of the same agents and goals was begun with other flags or definitions, so a new run begins; deputize resume ${run} goes on with that one`

const isAlike = ({ agents }: ListedRun, request: RunRequest): boolean => {
  const named = agents.filter(({ depth }) => depth === 1)
  return (
    named.length === request.agents.length &&
    named.every(({ agent, goal }, index) => {
      const asked = request.agents[index]
      return agent === asked?.definition.name && goal === asked.goal
    })
  )
}

/** What a run was begun with; undefined for one that does not say. */
const begunAs = Effect.fnUntraced(function* (run: ListedRun["run"]) {
  const [first] = yield* (yield* Journal).read(run, 1, ["Started"])
  const started = first === undefined ? undefined : Option.getOrUndefined(RunJournal.decode(first))
  return started?._tag === "Started" && started.request !== undefined ? comparable(started.request) : undefined
})

/** All but how many are at work at once, which is the machine's affair. */
const comparable = ({ maxParallel: _, maxSpawnedAtOnce: __, ...request }: RecordedRequest): string =>
  canonicalJson(encode(request))

const encode = Schema.encodeSync(Schema.toCodecJson(RecordedRequest))
