/**
 * The tolerant readers of namespace `tool`, one for each type of event.
 */
import type { ToolEvent } from "../tool/ToolEvent.ts"
import { callOf } from "./AgentFact.ts"
import { at, isTrueAt, listAt, numberAt, type Readers, textAt, textsAt } from "./Body.ts"

export const toolReaders = {
  Decided: (body: unknown) => {
    const decision = at(body, "decision")
    const allowed = textAt(decision, "_tag") === "Allow"
    return {
      _tag: "tool.Decided" as const,
      callId: textAt(body, "callId"),
      /** As it is on record; null where it is not. */
      action: at(body, "action") ?? null,
      /** The same in words, the kind of action first: `exec`, `git`, `log`. */
      words: wordsOf(at(body, "action")),
      allowed,
      rule: textAt(decision, "rule"),
      /** Null for what is allowed. */
      reason: allowed ? null : textAt(decision, "reason")
    }
  },
  Intent: (body: unknown) => ({ _tag: "tool.Intent" as const, call: callOf(at(body, "call")) }),
  Changing: (body: unknown) => ({
    _tag: "tool.Changing" as const,
    callId: textAt(body, "callId"),
    path: textAt(at(body, "change"), "path")
  }),
  Done: (body: unknown) => ({
    _tag: "tool.Done" as const,
    callId: textAt(body, "callId"),
    ok: isTrueAt(body, "ok"),
    text: textAt(body, "text"),
    ms: numberAt(body, "ms") ?? 0,
    /** A call that had been cut, and what became of it; null for one that ran to its end. */
    settled: settledAt(body),
    /** Paths of the files that it changed, in order. */
    changed: listAt(body, "changes").map((change) => textAt(change, "path"))
  })
} satisfies Readers<ToolEvent>

export type ToolFact = ReturnType<(typeof toolReaders)[keyof typeof toolReaders]>

// internal

const settledAt = (body: unknown): "made" | "unknown" | null => {
  const settled = textAt(body, "settled")
  return settled === "made" || settled === "unknown" ? settled : null
}

const wordsOf = (action: unknown): ReadonlyArray<string> =>
  [
    textAt(action, "_tag").toLowerCase(),
    ...["path", "url", "agent", "server", "tool"].map((key) => textAt(action, key)),
    ...textsAt(action, "argv")
  ].filter((word) => word !== "")
