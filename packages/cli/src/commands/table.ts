/**
 * Every command there is, in the order of the help page.
 */
import type { CommandTable } from "../command/Parse.ts"
import { agentCreate } from "./agent-create.ts"
import { agentsExport } from "./agents/export.ts"
import { agentsImport } from "./agents/import.ts"
import { agentsList } from "./agents/list.ts"
import { agentsShow } from "./agents/show.ts"
import { agentsValidate } from "./agents/validate.ts"
import { attach } from "./attach.ts"
import { buildClean } from "./build/clean.ts"
import { buildList } from "./build/list.ts"
import { buildLogs } from "./build/logs.ts"
import { buildRollback } from "./build/rollback.ts"
import { buildStatus } from "./build/status.ts"
import { build } from "./build.ts"
import { completionNames } from "./completion/names.ts"
import { completion } from "./completion.ts"
import { configExplain } from "./config/explain.ts"
import { configPath } from "./config/path.ts"
import { cost } from "./cost.ts"
import { delegate } from "./delegate.ts"
import { delegateParallel } from "./delegate-parallel.ts"
import { diff } from "./diff.ts"
import { doctor } from "./doctor.ts"
import { init } from "./init.ts"
import { logs } from "./logs.ts"
import { ps } from "./ps.ts"
import { resume } from "./resume.ts"
import { rm } from "./rm.ts"
import { send } from "./send.ts"
import { stop } from "./stop.ts"
import { undo } from "./undo.ts"

export const commandTable: CommandTable = {
  groups: [
    { name: "agents", summary: "Shows, checks, imports and exports the definitions of agents" },
    { name: "config", summary: "Shows what is configured, and where" }
  ],
  commands: [
    delegate,
    delegateParallel,
    agentCreate,
    agentsList,
    agentsShow,
    agentsValidate,
    agentsImport,
    agentsExport,
    resume,
    ps,
    logs,
    attach,
    send,
    stop,
    rm,
    diff,
    undo,
    cost,
    build,
    buildStatus,
    buildLogs,
    buildList,
    buildRollback,
    buildClean,
    doctor,
    init,
    configExplain,
    configPath,
    completion,
    completionNames
  ]
}
