/**
 * Every command there is, in the order of the help page.
 */
import type { CommandTable } from "../command/Parse.ts"
import { agentsList } from "./agents/list.ts"
import { agentsShow } from "./agents/show.ts"
import { delegate } from "./delegate.ts"
import { delegateParallel } from "./delegate-parallel.ts"

export const commandTable: CommandTable = {
  groups: [{ name: "agents", summary: "Shows which agents there are and what they may do" }],
  commands: [delegate, delegateParallel, agentsList, agentsShow]
}
