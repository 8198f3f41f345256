/**
 * A plain line for each thing worth knowing about a run, for where nothing can be redrawn. Pure.
 */
import type { Fact, Recorded } from "@deputize/core/history/Fact"
import { planOf } from "@deputize/core/tool/Plan"
import * as Option from "effect/Option"
import { callText, planText } from "./Calls.ts"
import { count, duration, plural, queued, tokens } from "./Figures.ts"
import { basedText, broughtText, mergeText } from "./Merges.ts"
import { agentAt, type RunView } from "./Progress.ts"
import { cutTo, oneLine } from "./Width.ts"

export interface PlainLine {
  /** Without a line break. */
  readonly text: string
  /** Something is not as it should be: said also above a live tree, which shows all else by itself. */
  readonly isNotable: boolean
}

/** The lines that an event adds. `view` has the event in it already. */
export const plainLines = (view: RunView, { fact, path, seq }: Recorded): ReadonlyArray<PlainLine> => {
  const agent = agentAt(view, path)
  const say = (text: string): ReadonlyArray<PlainLine> => [{ text: `${nameOf(path)}: ${text}`, isNotable: false }]
  const warn = (text: string): ReadonlyArray<PlainLine> => [{ text: `${nameOf(path)}: ${text}`, isNotable: true }]
  switch (fact._tag) {
    case "run.Resumed":
      return say("taken up again from its record")
    case "run.Said":
      return say(`the user tells ${nameOf(fact.to)}: ${shortened(fact.text)}`)
    case "run.Limited":
      return [{ text: `${nameOf(fact.path)}: ${limitedText(fact)}`, isNotable: true }]
    case "agent.Continued":
      return fact.isRestart ? warn(`restarted (${fact.restart})`) : say("goes on")
    case "run.Started": {
      const { agents, isAutomatic, maxParallel } = fact
      if (maxParallel === null || agents.length <= maxParallel) return []
      return say(`${maxParallel} of ${plural(agents.length, "agent")} at a time${isAutomatic ? " at first" : ""}`)
    }
    case "run.Parallelism":
      return say(parallelismText(fact))
    case "agent.Queued":
      return say(`${queuedText(fact)}: ${shortened(fact.goal)}`)
    case "agent.Started": {
      const limit = fact.tokens === null ? "" : `, ${count(fact.tokens)} tokens`
      // What it is for is news where an agent gave it the goal.
      const goal = (agent?.depth ?? 1) > 1 ? `: ${shortened(fact.goal)}` : ""
      const missing = fact.unavailable.map(oneLine)
      return [
        ...say(`started${limit}${goal}`),
        ...(missing.length === 0 ? [] : warn(`not available in this version: ${missing.join(", ")}`))
      ]
    }
    case "agent.TurnCompleted":
      return fact.isSummary ? [] : say(`turn ${fact.turn || "?"}, ${tokens(agent?.used ?? 0, agent?.limit ?? null)}`)
    case "agent.TurnFailed": {
      const next = fact.retryInMs === null ? "" : `; trying again in ${duration(fact.retryInMs)}`
      return warn(`turn ${fact.turn || "?"} failed: ${oneLine(fact.error.message)}${next}`)
    }
    case "agent.Compacted":
      return say(compactedText(fact.summary !== null))
    case "agent.Sent":
      return say(`to ${nameOf(fact.to)}: ${shortened(fact.text)}`)
    case "agent.Waiting":
      return say(`waits for ${fact.paths.length > 3 ? plural(fact.paths.length, "agent") : namesOf(fact.paths)}`)
    case "agent.Resumed":
      return say(`goes on after ${duration(fact.ms)}`)
    case "tool.Decided":
      return fact.allowed ? [] : warn(`denied: ${oneLine(fact.reason ?? "")}`)
    case "tool.Intent":
      // Of a plan the steps are news, once they are accepted.
      return Option.isSome(planOf(fact.call)) ? [] : say(callText(fact.call))
    case "tool.Done":
      if (fact.settled === "unknown") return warn("nobody knows whether a call that was cut took effect")
      return agent?.plan?.seq === seq ? say(`plan ${planText(agent.plan.steps)}`) : []
    case "worktree.Based":
      return basedText(fact).flatMap(warn)
    case "worktree.Committed":
      return fact.left.length === 0
        ? []
        : warn(`repositories within its tree are not committed, the tree stays: ${fact.left.map(oneLine).join(", ")}`)
    case "worktree.Merged":
      return fact.status === "merged" || fact.status === "unchanged" ? say(mergeText(fact)) : warn(mergeText(fact))
    case "worktree.Brought":
      return fact.left.length === 0 ? say(broughtText(fact)) : warn(broughtText(fact))
    case "worktree.Stuck":
      return warn(`what it left could not be committed: ${oneLine(fact.message)}; it is in ${oneLine(fact.tree)}`)
    case "agent.Ended":
      return say(fact.result.status.replace("_", " "))
    default:
      return []
  }
}

/** An agent's address as people read it: `code-lead/explorer#2`; `run` for the run itself. */
export const nameOf = (path: string): string => (path === "/root" ? "run" : oneLine(path.replace(/^\/root\//, "")))

export const namesOf = (paths: ReadonlyArray<string>): string => paths.map(nameOf).join(", ")

/** `may start no more agents: the run has as many as it may` */
export const limitedText = ({ by }: Extract<Fact, { _tag: "run.Limited" }>): string =>
  `may start no more agents: ${by === "depth" ? "it stands as low as they may" : "the run has as many as it may"}`

/** `5 agents at a time: more of them wait` */
export const parallelismText = ({ isComplaint, to }: Extract<Fact, { _tag: "run.Parallelism" }>): string =>
  `${plural(to, "agent")} at a time: ${isComplaint ? "the provider says that it is asked too much" : "more of them wait"}`

/** Where it stood when it came into the line; older records do not say. */
export const queuedText = ({ of, position }: Extract<Fact, { _tag: "agent.Queued" }>): string =>
  position === null || of === null ? "queued, others are at work" : queued({ position, of })

export const compactedText = (isSummed: boolean): string =>
  isSummed
    ? "the conversation was summed up to make room"
    : "the conversation was shortened: early results are only named from here on"

// internal

const shortened = (text: string): string => cutTo(oneLine(text), 80, "...")
