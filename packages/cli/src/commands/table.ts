/**
 * Every command there is, in the order of the help page.
 */
import type { CommandTable } from "../command/Parse.ts"
import { agentsList } from "./agents/list.ts"
import { agentsShow } from "./agents/show.ts"
import { buildClean } from "./build/clean.ts"
import { buildList } from "./build/list.ts"
import { buildLogs } from "./build/logs.ts"
import { buildRollback } from "./build/rollback.ts"
import { buildStatus } from "./build/status.ts"
import { build } from "./build.ts"
import { cost } from "./cost.ts"
import { delegate } from "./delegate.ts"
import { delegateParallel } from "./delegate-parallel.ts"
import { doctor } from "./doctor.ts"
import { logs } from "./logs.ts"
import { ps } from "./ps.ts"

export const commandTable: CommandTable = {
  groups: [{ name: "agents", summary: "Shows which agents there are and what they may do" }],
  commands: [
    delegate,
    delegateParallel,
    agentsList,
    agentsShow,
    ps,
    logs,
    cost,
    build,
    buildStatus,
    buildLogs,
    buildList,
    buildRollback,
    buildClean,
    doctor
  ]
}
