/**
 * The events of a run in plain words, a line each. Pure.
 *
 * A tolerant reader: an event that it does not know is named, and what an older body does not have is left out.
 */
import { at, chargedAt, isTrueAt, listAt, numberAt, textAt, textsAt } from "./Body.ts"
import { count, dollars, duration, plural } from "./Figures.ts"
import { callText, type Event } from "./Progress.ts"
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
export const logLine = (event: Event, manner: LogManner): string | null => {
  const found = wordsOf(event, manner)
  if (found === null) return null
  const { isBad = false, words } = typeof found === "string" ? { words: found } : found
  const { paint } = manner.style
  const name = event.path === "/root" ? "run" : oneLine(event.path.slice("/root/".length))
  const said = isBad ? paint("red", words) : words
  return `${paint("dim", manner.clock(event.time))} ${paint("cyan", `${name}:`)} ${said}`
}

/** In the zone that is `offsetMinutes` east of UTC. */
export const dateAndTime = (time: number, offsetMinutes: number): string =>
  new Date(time + offsetMinutes * 60_000).toISOString().slice(0, 19).replace("T", " ")

// internal

interface Bad {
  readonly words: string
  readonly isBad: boolean
}

const wordsOf = (event: Event, manner: LogManner): string | Bad | null => {
  const { body } = event
  const said = (value: string) => shortened(value, manner)
  switch (`${event.namespace}.${event.type}`) {
    case "run.Started":
      return list([
        `started in ${oneLine(textAt(body, "workspace"))}`,
        plural(listAt(body, "agents").length, "agent"),
        oneLine([...new Set([textAt(body, "provider"), textAt(body, "model")])].join(" ")),
        ...limitsOf(body),
        ...(numberAt(body, "deadlineMs") === null ? [] : [`ends after ${duration(numberAt(body, "deadlineMs") ?? 0)}`])
      ])
    case "run.Ended":
      return ended(
        textAt(body, "status"),
        list([duration(numberAt(body, "wallMs") ?? 0), tokensText(numberAt(body, "usedTokens") ?? 0), ...price(body)])
      )
    case "agent.Started":
      return list([
        `started with ${oneLine(textAt(body, "model"))}`,
        ...limitsOf(body),
        ...(textsAt(body, "unavailable").length === 0
          ? []
          : [`without ${textsAt(body, "unavailable").map(oneLine).join(", ")}`]),
        `goal: ${said(textAt(body, "goal"))}`
      ])
    case "agent.Told":
      return `was told: ${said(textAt(body, "text"))}`
    case "agent.TurnRequested":
      return list([
        turn(body),
        ...((numberAt(body, "attempt") ?? 1) > 1 ? [`attempt ${numberAt(body, "attempt")}`] : []),
        ...(isTrueAt(body, "closing") ? ["a closing answer is asked for"] : []),
        `${tokensText(numberAt(body, "reserved") ?? 0)} reserved`
      ])
    case "agent.TurnProgress":
      return manner.verbose ? `says: ${said(textAt(body, "text"))}` : null
    case "agent.TurnCompleted": {
      const text = textAt(body, "text")
      const answered = list([
        `${turn(body)} done`,
        ...(listAt(body, "calls").length === 0 ? [] : [plural(listAt(body, "calls").length, "tool call")]),
        ...finish(textAt(body, "finish")),
        tokensText(chargedAt(body)),
        ...price(body)
      ])
      return text === "" ? answered : `${answered}: ${said(text)}`
    }
    case "agent.TurnFailed": {
      const inMs = numberAt(body, "retryInMs")
      const charged = chargedAt(body)
      return bad(
        list([
          `${turn(body)} failed: ${oneLine(textAt(at(body, "error"), "message"))}`,
          ...(charged === 0 ? [] : [`${tokensText(charged)} charged`]),
          ...(inMs === null ? [] : [`trying again in ${duration(inMs)}`])
        ])
      )
    }
    case "agent.Compacted":
      return "the conversation was shortened: early results are only named from here on"
    case "agent.Checked": {
      const check = at(body, "check")
      const code = numberAt(check, "exitCode")
      const command = oneLine(textAt(check, "command"))
      return isTrueAt(check, "ok")
        ? `check passed: ${command}`
        : bad(`check failed${code === null ? "" : ` with ${code}`}: ${command}`)
    }
    case "agent.Ended": {
      const result = at(body, "result")
      const message = textAt(at(result, "error"), "message")
      const figures = list([
        plural(numberAt(result, "turns") ?? 0, "turn"),
        plural(numberAt(result, "toolCalls") ?? 0, "tool call"),
        duration(numberAt(result, "durationMs") ?? 0),
        tokensText(numberAt(result, "tokensCharged") ?? 0),
        ...price(result)
      ])
      return ended(textAt(result, "status"), message === "" ? figures : `${figures}: ${oneLine(message)}`)
    }
    case "tool.Decided": {
      const decision = at(body, "decision")
      return textAt(decision, "_tag") === "Deny"
        ? bad(`denied ${actionText(at(body, "action"))}: ${oneLine(textAt(decision, "reason"))}`)
        : `allowed ${actionText(at(body, "action"))} by ${oneLine(textAt(decision, "rule"))}`
    }
    case "tool.Intent":
      return `calls ${callText(at(body, "call"))}`
    case "tool.Changing":
      return `changes ${oneLine(textAt(at(body, "change"), "path"))}`
    case "tool.Done": {
      const text = textAt(body, "text")
      const took = duration(numberAt(body, "ms") ?? 0)
      const changed = listAt(body, "changes").map((change) => oneLine(textAt(change, "path")))
      if (!isTrueAt(body, "ok")) return bad(`the call failed after ${took}: ${said(text)}`)
      const made = changed.length === 0 ? "" : `, changed ${changed.join(", ")}`
      return `the call took ${took}${made}: ${said(text)}`
    }
    default:
      return oneLine(`${event.namespace}.${event.type}`)
  }
}

const bad = (words: string): Bad => ({ words, isBad: true })

const ended = (status: string, figures: string): string | Bad => {
  const words = `${oneLine(status).replace("_", " ")}, ${figures}`
  return status === "completed" ? words : bad(words)
}

const list = (parts: ReadonlyArray<string>): string => parts.filter((part) => part !== "").join(", ")

const turn = (body: unknown): string => `turn ${numberAt(body, "turn") ?? "?"}`

const tokensText = (tokens: number): string => `${count(tokens)} tokens`

const price = (body: unknown): ReadonlyArray<string> => {
  const nanos = numberAt(body, "nanoUsd")
  return nanos === null ? [] : [dollars(nanos)]
}

const limitsOf = (body: unknown): ReadonlyArray<string> => {
  const [tokens, nanos] = [numberAt(body, "tokens"), numberAt(body, "nanoUsd")]
  return [...(tokens === null ? [] : [tokensText(tokens)]), ...(nanos === null ? [] : [dollars(nanos)])]
}

/** Only an end that cuts the answer is worth words. */
const finish = (reason: string): ReadonlyArray<string> => {
  if (reason === "length") return ["cut at its length"]
  if (reason === "content_filter") return ["stopped by the provider's filter"]
  return reason === "refusal" ? ["refused"] : []
}

const actionText = (action: unknown): string => {
  const what = ["path", "url", "agent", "server", "tool"]
    .map((key) => textAt(action, key))
    .filter((text) => text !== "")
  return oneLine([textAt(action, "_tag").toLowerCase(), ...what, ...textsAt(action, "argv")].join(" "))
}

const shownColumns = 100

const shortened = (text: string, { style, verbose }: LogManner): string => {
  const line = oneLine(text)
  return verbose ? line : cutTo(line, shownColumns, style.marks.more)
}
