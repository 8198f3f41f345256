/**
 * What the exit code of every command means, and the one that a run, an error or a signal ends with. Pure.
 */
import type { BuildResult } from "@deputize/build-tools/runner/BuildResult"
import type { AgentResult } from "@deputize/core/agent/AgentResult"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { askedAgents } from "./render/Asked.ts"

export const ExitCode = {
  ok: 0,
  taskFailed: 1,
  usage: 2,
  budget: 3,
  deadline: 4,
  partial: 5,
  permission: 6,
  provider: 7,
  verification: 8,
  interrupted: 130,
  terminated: 143
} as const

/**
 * All completed: ok, unless an agent was kept from starting another by the run's limit of agents or levels, which is a
 * part of its budget, or something done in a tree of its own could not be brought into the workspace: partial. The whole run's own limit reached: budget or deadline, also beside finished agents. Some completed:
 * partial. None: what stopped all of them alike, else failed.
 */
export const exitCodeOfRun = (result: RunResult): number => {
  const agents = askedAgents(result)
  const completed = agents.filter((agent) => agent.status === "completed").length
  if (result.status === "cancelled") return ExitCode.interrupted
  switch (result.limitReached) {
    // Also where all completed: an agent that was to be started was not.
    case "agents":
    case "depth":
      return ExitCode.budget
    case "budget":
    case "deadline":
      if (completed < agents.length || result.status !== "completed") return ExitCode[result.limitReached]
  }
  if (result.status === "completed" && completed === agents.length)
    return isBrought(result) ? ExitCode.ok : ExitCode.partial
  if (completed > 0) return ExitCode.partial
  const [cause, ...others] = new Set(agents.map(codeOfAgent))
  return cause === undefined || others.length > 0 ? ExitCode.taskFailed : cause
}

export const exitCodeOfBuild = ({ status }: Pick<BuildResult, "status">): number => {
  switch (status) {
    case "completed":
    case "nothing-to-do":
      return ExitCode.ok
    case "failed":
      return ExitCode.taskFailed
    case "stopped":
      return ExitCode.interrupted
  }
}

/** By the tag of an error that ended a command before it had a result. */
export const exitCodeOfError = (error: Error): number => {
  const tag = tagOf(error)
  const reason = "reason" in error ? tagOf(error.reason) : ""
  if (tag === "NotResumable" && reason === "AtLimit") return ExitCode.budget
  return usageReasons[tag]?.includes(reason) === true ? ExitCode.usage : codeOfTag(tag)
}

export const exitCodeOfSignal = (signal: NodeJS.Signals): number =>
  signal === "SIGINT" || signal === "SIGBREAK" ? ExitCode.interrupted : ExitCode.terminated

// internal

/** What agents did in trees of their own stands in the workspace, all of it. */
const isBrought = ({ merges }: RunResult): boolean =>
  merges === null ||
  (merges.left.length === 0 && merges.merges.every(({ status }) => status === "merged" || status === "unchanged"))

/** Reasons by which an error is about the request or its setup, not about what happened to the work. */
const usageReasons: Readonly<Record<string, ReadonlyArray<string>>> = {
  JournalError: ["Unavailable", "NotAJournal", "NewerVersion", "Held"],
  BuildError: ["InputsDiffer", "PrecheckFailed", "UnknownStep", "UnknownSession", "NothingBuilt"],
  InstallError: ["NotInstalled", "NoPrevious"]
}

const tagOf = (value: unknown): string =>
  typeof value === "object" && value !== null && "_tag" in value ? String(value._tag) : ""

const codeOfAgent = (agent: AgentResult): number => {
  if (agent.error !== null) return codeOfTag(tagOfFailure(agent.error))
  return agent.status === "timed_out"
    ? ExitCode.deadline
    : agent.status === "paused"
      ? ExitCode.budget
      : ExitCode.taskFailed
}

/** Of an agent that was restarted until it was enough: what it was restarted for. */
const tagOfFailure = ({ last, tag }: NonNullable<AgentResult["error"]>): string =>
  tag === "RestartLimitReached" && typeof last === "object" && last !== null && "tag" in last ? String(last.tag) : tag

const codeOfTag = (tag: string): number => {
  switch (tag) {
    case "UsageError":
    case "ConfigError":
    case "PriceUnknown":
    case "DefinitionError":
    case "PipelineError":
    case "AgentNotFound":
      return ExitCode.usage
    case "NotResumable":
      return ExitCode.usage
    case "BudgetExceeded":
    case "TurnLimitReached":
      return ExitCode.budget
    case "DeadlineExceeded":
    case "AgentSilent":
      return ExitCode.deadline
    case "PermissionDenied":
      return ExitCode.permission
    case "ModelError":
      return ExitCode.provider
    case "VerificationFailed":
    case "AnswerMismatch":
      return ExitCode.verification
    default:
      return ExitCode.taskFailed
  }
}
