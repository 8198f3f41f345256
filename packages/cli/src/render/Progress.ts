/**
 * What a run is doing, a plain line for each thing worth knowing, folded from its journal. Pure.
 *
 * A tolerant reader: it takes the few fields that it shows from the events it knows, and passes over all others, so that
 * a record of another version never stops a run from being shown.
 */
import type { JournalEvent } from "@deputize/core/journal/Journal"
import { count, tokens } from "./Figures.ts"
import { cutTo, oneLine } from "./Width.ts"

/** Tokens by agent path. */
export interface Progress {
  readonly agents: ReadonlyMap<string, { readonly used: number; readonly limit: number | null }>
}

export const noProgress: Progress = { agents: new Map() }

/** The lines that an event adds, without line breaks. */
export const advance = (
  progress: Progress,
  event: Pick<JournalEvent, "namespace" | "type" | "path" | "body">
): { readonly progress: Progress; readonly lines: ReadonlyArray<string> } => {
  const name = oneLine(event.path.slice("/root/".length))
  const say = (text: string) => ({ progress, lines: [`${name}: ${text}`] })
  switch (`${event.namespace}.${event.type}`) {
    case "agent.Started": {
      const limit = numberAt(event.body, "tokens")
      const missing = textsAt(event.body, "unavailable")
      return {
        progress: withAgent(progress, event.path, 0, limit),
        lines: [
          `${name}: started${limit === null ? "" : `, ${count(limit)} tokens`}`,
          ...(missing.length === 0
            ? []
            : [`${name}: not available in this version: ${missing.map(oneLine).join(", ")}`])
        ]
      }
    }
    case "agent.TurnCompleted": {
      const usage = at(event.body, "usage")
      const turn = numberAt(event.body, "turn")
      const before = progress.agents.get(event.path)
      const used = (before?.used ?? 0) + (numberAt(usage, "input") ?? 0) + (numberAt(usage, "output") ?? 0)
      const limit = before?.limit ?? null
      return {
        progress: withAgent(progress, event.path, used, limit),
        lines: [`${name}: turn ${turn ?? "?"}, ${tokens(used, limit)}`]
      }
    }
    case "agent.TurnFailed":
      return say(
        `turn ${numberAt(event.body, "turn") ?? "?"} failed: ${oneLine(textAt(at(event.body, "error"), "message"))}`
      )
    case "tool.Decided": {
      const decision = at(event.body, "decision")
      return textAt(decision, "_tag") === "Deny"
        ? say(`denied: ${oneLine(textAt(decision, "reason"))}`)
        : { progress, lines: [] }
    }
    case "tool.Intent":
      return say(callText(at(event.body, "call")))
    case "agent.Ended":
      return say(textAt(at(event.body, "result"), "status").replace("_", " "))
    default:
      return { progress, lines: [] }
  }
}

// internal

const withAgent = (progress: Progress, path: string, used: number, limit: number | null): Progress => ({
  agents: new Map(progress.agents).set(path, { used, limit })
})

/** The tool with the argument that says most about the call. */
const callText = (call: unknown): string => {
  const args = parsed(textAt(call, "args"))
  const telling = ["pattern", "path", "glob", "query", "command", "url"]
    .map((key) => textAt(args, key))
    .filter((text) => text !== "")
  return [textAt(call, "name"), ...telling.map((text) => cutTo(oneLine(text), 80, "..."))].join(" ")
}

const parsed = (json: string): unknown => {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

const at = (value: unknown, key: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined

const textAt = (value: unknown, key: string): string => {
  const found = at(value, key)
  return typeof found === "string" ? found : ""
}

const numberAt = (value: unknown, key: string): number | null => {
  const found = at(value, key)
  return typeof found === "number" ? found : null
}

const textsAt = (value: unknown, key: string): ReadonlyArray<string> => {
  const found = at(value, key)
  return Array.isArray(found) ? found.filter((item) => typeof item === "string") : []
}
