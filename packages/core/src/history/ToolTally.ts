/**
 * What tools were called for, as the facts of a run tell it. Pure.
 */
import type { Recorded } from "./Fact.ts"

export interface ToolTally {
  readonly tool: string
  readonly calls: number
  /** Denied ones among them. */
  readonly failed: number
  /** Milliseconds, added up over calls that ran at the same time. */
  readonly ms: number
}

/** In the order of first use. What a run did itself, as its writing of an artifact, is no call. */
export const toolTallies = (events: Iterable<Recorded>): ReadonlyArray<ToolTally> => {
  const counts: Array<ToolTally> = []
  // Ids of calls are the model's: two agents may use the same.
  const asked = new Map<string, string>()
  for (const { fact, path } of events) {
    if (fact._tag === "agent.TurnCompleted") {
      for (const { id, name } of fact.calls) {
        asked.set(`${path} ${id}`, name)
        counts.push({ tool: name, calls: 1, failed: 0, ms: 0 })
      }
    } else if (fact._tag === "tool.Done") {
      const tool = asked.get(`${path} ${fact.callId}`)
      if (tool !== undefined) counts.push({ tool, calls: 0, failed: fact.ok ? 0 : 1, ms: fact.ms })
    }
  }
  return sumOfTools(counts)
}

/** One for each tool. */
export const sumOfTools = (tallies: Iterable<ToolTally>): ReadonlyArray<ToolTally> => {
  const sums = new Map<string, ToolTally>()
  for (const { calls, failed, ms, tool } of tallies) {
    const sum = sums.get(tool) ?? { tool, calls: 0, failed: 0, ms: 0 }
    sums.set(tool, { tool, calls: sum.calls + calls, failed: sum.failed + failed, ms: sum.ms + ms })
  }
  return [...sums.values()]
}
