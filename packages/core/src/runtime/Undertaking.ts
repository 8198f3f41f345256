/**
 * A run that is about to be conducted, anew or from its record: with what its record begins, or goes on, who gets in, and
 * what was used before. Pure.
 */

import type { Amounts, Former } from "../budget/Budget.ts"
import type { RunId } from "../domain/Ids.ts"
import { defaultDepth, defaultSpawned } from "../domain/Limits.ts"
import type { Model } from "../model/Model.ts"
import { startTimeOf } from "../process/ProcessTable.ts"
import type { OnUnknown } from "../tool/Settlement.ts"
import { boundsOf } from "./plan/Bounds.ts"
import { anew, type Entrant } from "./plan/Entrant.ts"
import { shares } from "./plan/Shares.ts"
import { recordedRequest } from "./RecordedRequest.ts"
import type { RunEvent } from "./RunEvent.ts"
import type { RunRequest } from "./RunRequest.ts"
import { copiesOf } from "./resume/Family.ts"
import type { Restored } from "./resume/Restored.ts"
import type { Before } from "./team/Crew.ts"

export interface Undertaking {
  readonly run: RunId
  readonly request: RunRequest
  readonly total: Amounts
  /** Those that the run was started with, in the order asked. */
  readonly entrants: ReadonlyArray<Entrant>
  readonly before: Before
  readonly used: ReadonlyArray<Former>
  /** At work until now, in milliseconds. */
  readonly workedMs: number
  /** From now on; null without a limit. */
  readonly deadlineMs: number | null
  readonly onUnknown: OnUnknown
  readonly limited: ReadonlySet<"agents" | "depth">
  /** Orders that what is recorded first is about. */
  readonly orders: ReadonlyArray<number>
  /** What is recorded before anything else. */
  readonly facts: readonly [RunEvent, ...Array<RunEvent>]
}

type Answering = Pick<Model["Service"], "provider" | "model" | "mode">

export const begun = (run: RunId, request: RunRequest, { mode, model, provider }: Answering): Undertaking => {
  const { places, total } = shares(request)
  const bounds = boundsOf(request)
  const deadlineMs = request.limits?.wallMs ?? null
  return {
    run,
    request,
    total,
    entrants: places.map((place) => anew(place)),
    before: { copies: copiesOf(places), letters: 0 },
    used: [],
    workedMs: 0,
    deadlineMs,
    onUnknown: "ask",
    limited: new Set(),
    orders: [],
    facts: [
      {
        _tag: "Started",
        workspace: request.workspace,
        agents: places.map(({ path, request }) => ({ path, agent: request.definition.name, goal: request.goal })),
        ...limitsIn(total),
        deadlineMs,
        maxParallel: bounds.first,
        maxAgents: total.agents ?? defaultSpawned,
        maxDepth: request.limits?.depth ?? defaultDepth,
        maxSpawnedAtOnce: bounds.spawned ?? bounds.first,
        provider,
        model,
        mode,
        ...thisProcess(),
        request: recordedRequest(request)
      }
    ]
  }
}

export const resumed = (
  run: RunId,
  { agents, copies, going, letters, more, said, ...restored }: Restored,
  onUnknown: OnUnknown,
  { mode, model, provider }: Answering
): Omit<Undertaking, "orders"> => ({
  ...restored,
  run,
  entrants: agents,
  before: { copies, letters },
  onUnknown,
  facts: [
    {
      _tag: "Resumed",
      agents: going,
      more,
      ...thisProcess(),
      ...limitsIn(restored.total),
      deadlineMs: restored.deadlineMs,
      onUnknown,
      provider,
      model,
      mode
    },
    ...said
  ]
})

// internal

const thisProcess = () => ({ pid: process.pid, processStart: startTimeOf(process.pid) })

const limitsIn = ({ calls, nanoUsd, tokens }: Amounts) => ({
  tokens: tokens ?? null,
  nanoUsd: nanoUsd ?? null,
  calls: calls ?? null
})
