/**
 * The agents that the user asked for. Children of agents are in a result too, below the one that started them. Pure.
 */
import type { AgentResult } from "@deputize/core/agent/AgentResult"
import { isNamed } from "@deputize/core/domain/Ids"
import type { RunResult } from "@deputize/core/runtime/RunResult"

/** In the order asked. */
export const askedAgents = (result: RunResult): ReadonlyArray<AgentResult> =>
  result.agents.filter(({ path }) => isNamed(path))
