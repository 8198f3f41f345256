/**
 * The tolerant readers of namespace `run`, one for each type of event.
 */
import type { RunEvent } from "../runtime/RunEvent.ts"
import { at, listAt, numberAt, priorityAt, type Readers, textAt, textsAt } from "./Body.ts"
import { ownerAt } from "./Owner.ts"
import { runStatusAt } from "./Status.ts"

export const runReaders = {
  Started: (body: unknown) => ({
    _tag: "run.Started" as const,
    workspace: textAt(body, "workspace"),
    /** Those that the user named, in the order asked. */
    agents: listAt(body, "agents").flatMap((agent, index) => {
      const path = textAt(agent, "path")
      const priority = priorityAt(listAt(at(body, "request"), "agents")[index], "priority")
      return path === "" ? [] : [{ path, agent: textAt(agent, "agent"), goal: textAt(agent, "goal"), priority }]
    }),
    /** At the same time; at the start, where the run finds it out by itself. */
    maxParallel: numberAt(body, "maxParallel"),
    isAutomatic: textAt(at(body, "request"), "maxParallel") === "auto",
    maxSpawnedAtOnce: numberAt(body, "maxSpawnedAtOnce"),
    tokens: numberAt(body, "tokens"),
    nanoUsd: numberAt(body, "nanoUsd"),
    deadlineMs: numberAt(body, "deadlineMs"),
    provider: textAt(body, "provider"),
    model: textAt(body, "model"),
    mode: textAt(body, "mode"),
    owner: ownerAt(body)
  }),
  /** Taken up again, by another process. */
  Resumed: (body: unknown) => ({
    _tag: "run.Resumed" as const,
    tokens: numberAt(body, "tokens"),
    nanoUsd: numberAt(body, "nanoUsd"),
    deadlineMs: numberAt(body, "deadlineMs"),
    /** Paths of those that go on. */
    agents: textsAt(body, "agents"),
    /** What came to the limits of each of these. */
    more: { tokens: numberAt(at(body, "more"), "tokens") ?? 0, nanoUsd: numberAt(at(body, "more"), "nanoUsd") ?? 0 },
    provider: textAt(body, "provider"),
    model: textAt(body, "model"),
    mode: textAt(body, "mode"),
    owner: ownerAt(body)
  }),
  Said: (body: unknown) => ({
    _tag: "run.Said" as const,
    id: textAt(body, "id"),
    to: textAt(body, "to"),
    text: textAt(body, "text")
  }),
  /** A limit of the whole run kept an agent from starting another. */
  Limited: (body: unknown) => ({
    _tag: "run.Limited" as const,
    by: textAt(body, "by") === "depth" ? ("depth" as const) : ("agents" as const),
    path: textAt(body, "path")
  }),
  Parallelism: (body: unknown) => ({
    _tag: "run.Parallelism" as const,
    to: numberAt(body, "to") ?? 0,
    /** For those that agents start. */
    spawned: numberAt(body, "spawned") ?? 0,
    isComplaint: textAt(body, "why") === "complaint"
  }),
  Ended: (body: unknown) => ({
    _tag: "run.Ended" as const,
    status: runStatusAt(body, "status"),
    wallMs: numberAt(body, "wallMs") ?? 0,
    usedTokens: numberAt(body, "usedTokens") ?? 0,
    nanoUsd: numberAt(body, "nanoUsd")
  })
} satisfies Readers<RunEvent>

export type RunFact = ReturnType<(typeof runReaders)[keyof typeof runReaders]>
