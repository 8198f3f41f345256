/**
 * The events of a run in plain words, a line each, those of agents that an agent started further to the right. Pure.
 */

import { depthOf } from "@deputize/core/history/AgentTree"
import type { Recorded } from "@deputize/core/history/Fact"
import { planOf } from "@deputize/core/tool/Plan"
import * as Option from "effect/Option"
import { callText, planText } from "./Calls.ts"
import { count, dollars, duration, ordinal, plural } from "./Figures.ts"
import { basedText, broughtText, mergeText } from "./Merges.ts"
import { compactedText, limitedText, nameOf, namesOf, parallelismText, queuedText } from "./PlainLines.ts"
import type { Style } from "./Style.ts"
import { cutTo, oneLine } from "./Width.ts"

export interface LogManner {
  readonly style: Style
  /** Whole texts, and text as it came. */
  readonly verbose: boolean
  /** A time in milliseconds since 1970, as the reader wants to see it. */
  readonly clock: (time: number) => string
}

/** `2026-11-21 09:05:07 code-reviewer: turn 1 …`, without a line break; null for what only -v shows. */
export const logLine = (event: Recorded, manner: LogManner): string | null => {
  const found = wordsOf(event, manner)
  if (found === null) return null
  const { isBad = false, words } = typeof found === "string" ? { words: found } : found
  const { paint } = manner.style
  const indent = "  ".repeat(Math.max(0, depthOf(event.path) - 1))
  const said = isBad ? paint("red", words) : words
  return `${paint("dim", manner.clock(event.time))} ${indent}${paint("cyan", `${nameOf(event.path)}:`)} ${said}`
}

/** In the zone that is `offsetMinutes` east of UTC. */
export const dateAndTime = (time: number, offsetMinutes: number): string =>
  new Date(time + offsetMinutes * 60_000).toISOString().slice(0, 19).replace("T", " ")

// internal

interface Bad {
  readonly words: string
  readonly isBad: boolean
}

const wordsOf = ({ fact }: Recorded, manner: LogManner): string | Bad | null => {
  const said = (value: string) => shortened(value, manner)
  switch (fact._tag) {
    case "run.Started":
      return list([
        `started in ${oneLine(fact.workspace)}`,
        plural(fact.agents.length, "agent"),
        oneLine([...new Set([fact.provider, fact.model])].join(" ")),
        ...limitsOf(fact),
        ...(fact.deadlineMs === null ? [] : [`ends after ${duration(fact.deadlineMs)}`])
      ])
    case "run.Resumed":
      return list(["taken up again", ...limitsOf(fact)])
    case "run.Said":
      return `the user tells ${nameOf(fact.to)}: ${said(fact.text)}`
    case "run.Limited":
      return `${nameOf(fact.path)} ${limitedText(fact)}`
    case "run.Parallelism":
      return parallelismText(fact)
    case "run.Ended":
      return ended(fact.status, list([duration(fact.wallMs), tokensText(fact.usedTokens), ...price(fact)]))
    case "agent.Queued":
      return `${queuedText(fact)}, goal: ${said(fact.goal)}`
    case "agent.Spawned":
      return `is started, goal: ${said(fact.goal)}`
    case "agent.Continued":
      if (!fact.isRestart) return "goes on from its record"
      return `is restarted, the ${ordinal(fact.restart)} time${fact.crash === null ? "" : `: ${said(fact.crash.message)}`}`
    case "agent.Started":
      return list([
        `started with ${oneLine(fact.model)}`,
        ...limitsOf(fact),
        ...(fact.unavailable.length === 0 ? [] : [`without ${fact.unavailable.map(oneLine).join(", ")}`]),
        `goal: ${said(fact.goal)}`
      ])
    case "agent.Told":
      return `was told: ${said(fact.text)}`
    case "agent.TurnRequested":
      return list([
        request(fact),
        ...(fact.attempt > 1 ? [`attempt ${fact.attempt}`] : []),
        ...(fact.closing ? ["a closing answer is asked for"] : []),
        `${tokensText(fact.reserved)} reserved`
      ])
    case "agent.TurnProgress":
      return manner.verbose ? `says: ${said(fact.text)}` : null
    case "agent.TurnCompleted": {
      const answered = list([
        `${request(fact)} done`,
        ...(fact.calls.length === 0 ? [] : [plural(fact.calls.length, "tool call")]),
        ...finish(fact.finish),
        tokensText(fact.charged),
        ...price(fact)
      ])
      return fact.text === "" ? answered : `${answered}: ${said(fact.text)}`
    }
    case "agent.TurnFailed":
      return bad(
        list([
          `${request(fact)} failed: ${oneLine(fact.error.message)}`,
          ...(fact.charged === 0 ? [] : [`${tokensText(fact.charged)} charged`]),
          ...(fact.retryInMs === null ? [] : [`trying again in ${duration(fact.retryInMs)}`])
        ])
      )
    case "agent.Compacted":
      return compactedText(fact.summary !== null)
    case "agent.Checked": {
      const { command, exitCode, ok } = fact.check
      return ok
        ? `check passed: ${oneLine(command)}`
        : bad(`check failed${exitCode === null ? "" : ` with ${exitCode}`}: ${oneLine(command)}`)
    }
    case "agent.Sent":
      return `tells ${nameOf(fact.to)}: ${said(fact.text)}`
    case "agent.Heard":
      return `hears from ${nameOf(fact.from)}: ${said(fact.text)}`
    case "agent.Noted":
      return fact.text === ""
        ? `takes the note ${oneLine(fact.key)} away`
        : `notes ${oneLine(fact.key)}, version ${fact.version}: ${said(fact.text)}`
    case "agent.Waiting":
      return `waits for ${namesOf(fact.paths)}`
    case "agent.Resumed":
      return `goes on after ${duration(fact.ms)} of waiting`
    case "agent.Ended": {
      const { durationMs, error, status, tokensCharged, toolCalls, turns } = fact.result
      const figures = list([
        plural(turns, "turn"),
        plural(toolCalls, "tool call"),
        duration(durationMs),
        tokensText(tokensCharged),
        ...price(fact.result)
      ])
      return ended(status, error === null || error.message === "" ? figures : `${figures}: ${oneLine(error.message)}`)
    }
    case "tool.Decided": {
      const action = oneLine(fact.words.join(" "))
      return fact.allowed
        ? `allowed ${action} by ${oneLine(fact.rule)}`
        : bad(`denied ${action}: ${oneLine(fact.reason ?? "")}`)
    }
    case "tool.Intent": {
      const plan = planOf(fact.call)
      return Option.isNone(plan) ? `calls ${callText(fact.call)}` : `plans ${planText(plan.value)}`
    }
    case "tool.Changing":
      return `changes ${oneLine(fact.path)}`
    case "tool.Done": {
      const took = duration(fact.ms)
      if (!fact.ok) return bad(`the call failed after ${took}: ${said(fact.text)}`)
      const made = fact.changed.length === 0 ? "" : `, changed ${fact.changed.map(oneLine).join(", ")}`
      return `the call took ${took}${made}: ${said(fact.text)}`
    }
    case "undo.Began":
      return fact.redoes === null
        ? `what ${fact.agent === null ? "it" : nameOf(fact.agent)} changed is put back`
        : "what was put back is changed again"
    case "undo.Changing":
      return manner.verbose ? `about to change ${fact.paths.map(oneLine).join(", ")}` : null
    case "undo.Changed":
      return manner.verbose ? `changed ${fact.paths.map(oneLine).join(", ")}` : null
    case "undo.Ended": {
      const left = fact.left.map(oneLine).join(", ")
      return `${plural(fact.files, "file")} changed${left === "" ? "" : `, left as they are: ${left}`}`
    }
    case "worktree.Based":
      return `trees begin with ${fact.commit.slice(0, 12)}${basedText(fact)
        .map((text) => `; ${text}`)
        .join("")}`
    case "worktree.Made":
      return `has a tree of its own: ${oneLine(fact.root)}`
    case "worktree.Committed":
      return `left ${plural(fact.files.length, "file")} in ${oneLine(fact.ref)}`
    case "worktree.Stuck":
      return bad(`what it left could not be committed: ${oneLine(fact.message)}; it is in ${oneLine(fact.tree)}`)
    case "worktree.Merged":
      return fact.status === "merged" || fact.status === "unchanged" ? mergeText(fact) : bad(mergeText(fact))
    case "worktree.Bringing":
      return manner.verbose ? `about to change ${fact.paths.map(oneLine).join(", ")}` : null
    case "worktree.Brought":
      return broughtText(fact)
    case "Unknown":
      return oneLine(`${fact.namespace}.${fact.type}`)
  }
}

const bad = (words: string): Bad => ({ words, isBad: true })

const ended = (status: string, figures: string): string | Bad => {
  const words = `${status.replace("_", " ")}, ${figures}`
  return status === "completed" ? words : bad(words)
}

const list = (parts: ReadonlyArray<string>): string => parts.filter((part) => part !== "").join(", ")

const request = ({ isSummary, turn }: { readonly isSummary: boolean; readonly turn: number }): string =>
  isSummary ? "a summary of the conversation" : `turn ${turn || "?"}`

const tokensText = (tokens: number): string => `${count(tokens)} tokens`

interface Limits {
  readonly tokens: number | null
  readonly nanoUsd: number | null
}

const price = ({ nanoUsd }: Pick<Limits, "nanoUsd">): ReadonlyArray<string> =>
  nanoUsd === null ? [] : [dollars(nanoUsd)]

const limitsOf = ({ nanoUsd, tokens }: Limits): ReadonlyArray<string> => [
  ...(tokens === null ? [] : [tokensText(tokens)]),
  ...price({ nanoUsd })
]

/** Only an end that cuts the answer is worth words. */
const finish = (reason: string): ReadonlyArray<string> => {
  if (reason === "length") return ["cut at its length"]
  if (reason === "content_filter") return ["stopped by the provider's filter"]
  return reason === "refusal" ? ["refused"] : []
}

const shownColumns = 100

const shortened = (text: string, { style, verbose }: LogManner): string => {
  const line = oneLine(text)
  return verbose ? line : cutTo(line, shownColumns, style.marks.more)
}
