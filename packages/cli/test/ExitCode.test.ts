import type { AgentResult } from "@deputize/core/agent/AgentResult"
import { AgentPath } from "@deputize/core/domain/Ids"
import type { RunResult } from "@deputize/core/runtime/RunResult"
import { describe, expect, it } from "vitest"
import { exitCodeOfBuild, exitCodeOfError, exitCodeOfRun, exitCodeOfSignal } from "../src/ExitCode.ts"
import { agentResult, runResult } from "./render/Results.ts"

const done = agentResult({})
const ended = (status: AgentResult["status"], tag: string): AgentResult =>
  agentResult({ status, error: { tag, message: "it ended", hint: "" } })
const over = ended("paused", "BudgetExceeded")
const late = ended("timed_out", "DeadlineExceeded")

const code = (agents: ReadonlyArray<AgentResult>, facts: Partial<RunResult> = {}) =>
  exitCodeOfRun(runResult(agents, facts))

describe("exitCodeOfRun", () => {
  it("is 0 when all completed", () => {
    expect(code([done, done])).toBe(0)
  })
  it("is 5 when some completed, whatever the others ended with", () => {
    expect([code([done, over]), code([done, late]), code([done, ended("failed", "ModelError")])]).toStrictEqual([
      5, 5, 5
    ])
  })
  it("is 3 or 4 when the whole run's limit was reached, also beside agents that completed", () => {
    expect([
      code([done, over], { limitReached: "budget" }),
      code([done, late], { limitReached: "deadline" })
    ]).toStrictEqual([3, 4])
  })
  it("is the code of what stopped all of them alike", () => {
    const tags = [
      "BudgetExceeded",
      "DeadlineExceeded",
      "PermissionDenied",
      "ModelError",
      "VerificationFailed",
      "AgentDefect"
    ]
    expect(tags.map((tag) => code([ended("failed", tag), ended("failed", tag)]))).toStrictEqual([3, 4, 6, 7, 8, 1])
  })
  it("is that of the crash for agents that were restarted until it was enough, and of a deadline for silent ones", () => {
    const restarted = (tag: string) =>
      agentResult({
        status: "failed",
        error: { tag: "RestartLimitReached", message: "", hint: "", last: { tag, message: "" } }
      })
    const tags = ["ModelError", "AgentSilent", "AgentDefect"]
    expect(tags.map((tag) => code([restarted(tag)]))).toStrictEqual([7, 4, 1])
    expect(code([ended("timed_out", "AgentSilent")])).toBe(4)
  })
  it("is 1 when none completed and the causes differ", () => {
    expect(code([over, late])).toBe(1)
  })
  it("is 130 for a run that was cancelled", () => {
    expect(code([done, ended("cancelled", "Cancelled")])).toBe(130)
  })
  it("counts the agents that were asked for, not their children", () => {
    const child = { ...over, path: AgentPath.make("/root/code-reviewer/tests") }
    expect(code([done, child], { status: "completed" })).toBe(0)
  })
})

describe("exitCodeOfError", () => {
  it("is 2 for a place where no records can be kept, 1 for a record that is damaged", () => {
    const codes = ["Unavailable", "NotAJournal", "NewerVersion", "Corrupt", "DiskFull", "Busy"].map((_tag) =>
      exitCodeOfError(Object.assign(new Error("x"), { _tag: "JournalError", reason: { _tag } }))
    )
    expect(codes).toStrictEqual([2, 2, 2, 1, 1, 1])
  })
  it("is 2 for a build that was refused, 1 for one that found another at work or could not be recorded", () => {
    const reasons = ["PrecheckFailed", "InputsDiffer", "UnknownStep", "UnknownSession", "Locked", "NoRecord"]
    const codes = reasons.map((_tag) =>
      exitCodeOfError(Object.assign(new Error("x"), { _tag: "BuildError", reason: { _tag } }))
    )
    expect(codes).toStrictEqual([2, 2, 2, 2, 1, 1])
    expect(exitCodeOfError(Object.assign(new Error("x"), { _tag: "PipelineError" }))).toBe(2)
  })
  it("is 2 for what the user can put right, 1 for the rest", () => {
    const errors = ["UsageError", "DefinitionError", "AgentNotFound", "JournalError"].map((_tag) =>
      Object.assign(new Error("x"), { _tag })
    )
    expect([...errors, new Error("x")].map(exitCodeOfError)).toStrictEqual([2, 2, 2, 1, 1])
  })
})

describe("exitCodeOfBuild", () => {
  it("is 0 for a build that did all or had nothing to do, 1 for one with a failed step", () => {
    const statuses = ["completed", "nothing-to-do", "failed", "stopped"] as const
    expect(statuses.map((status) => exitCodeOfBuild({ status }))).toStrictEqual([0, 0, 1, 130])
  })
})

describe("exitCodeOfSignal", () => {
  it("is 130 for Ctrl-C and 143 for a request to end", () => {
    const signals: ReadonlyArray<NodeJS.Signals> = ["SIGINT", "SIGBREAK", "SIGTERM", "SIGHUP"]
    expect(signals.map(exitCodeOfSignal)).toStrictEqual([130, 130, 143, 143])
  })
})
