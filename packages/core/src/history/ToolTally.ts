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
  const fold = toolFold()
  for (const event of events) fold.add(event)
  return fold.tallies()
}

/** The same event by event, so that none needs to be kept. */
export const toolFold = () => {
  const tallies = new Map<string, ToolTally>()
  // Ids of calls are the model's: two agents may use the same.
  const asked = new Map<string, string>()
  const count = (tool: string, calls: number, failed: number, ms: number): void => {
    const sum = tallies.get(tool) ?? { tool, calls: 0, failed: 0, ms: 0 }
    tallies.set(tool, { tool, calls: sum.calls + calls, failed: sum.failed + failed, ms: sum.ms + ms })
  }
  return {
    add: ({ fact, path }: Recorded): void => {
      if (fact._tag === "agent.TurnCompleted") {
        for (const { id, name } of fact.calls) {
          asked.set(`${path} ${id}`, name)
          count(name, 1, 0, 0)
        }
      } else if (fact._tag === "tool.Done") {
        const key = `${path} ${fact.callId}`
        const tool = asked.get(key)
        asked.delete(key)
        if (tool !== undefined) count(tool, 0, fact.ok ? 0 : 1, fact.ms)
      }
    },
    tallies: (): ReadonlyArray<ToolTally> => [...tallies.values()]
  }
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
