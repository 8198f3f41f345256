/**
 * The tolerant readers of namespace `run`, one for each type of event.
 */
import type { RunEvent } from "../runtime/RunEvent.ts"
import { listAt, numberAt, type Readers, textAt } from "./Body.ts"
import { ownerAt } from "./Owner.ts"
import { runStatusAt } from "./Status.ts"

export const runReaders = {
  Started: (body: unknown) => ({
    _tag: "run.Started" as const,
    workspace: textAt(body, "workspace"),
    /** Those that the user named, in the order asked. */
    agents: listAt(body, "agents").flatMap((agent) => {
      const path = textAt(agent, "path")
      return path === "" ? [] : [{ path, agent: textAt(agent, "agent"), goal: textAt(agent, "goal") }]
    }),
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
    owner: ownerAt(body)
  }),
  Said: (body: unknown) => ({
    _tag: "run.Said" as const,
    id: textAt(body, "id"),
    to: textAt(body, "to"),
    text: textAt(body, "text")
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
