/**
 * A plain line for each thing worth knowing about a run, for where nothing can be redrawn. Pure.
 */
import { at, numberAt, textAt, textsAt } from "./Body.ts"
import { count, duration, tokens } from "./Figures.ts"
import { callText, type Event, type RunView } from "./Progress.ts"
import { oneLine } from "./Width.ts"

export interface PlainLine {
  /** Without a line break. */
  readonly text: string
  /** Something is not as it should be: said also above a live tree, which shows all else by itself. */
  readonly isNotable: boolean
}

/** The lines that an event adds. `view` has the event in it already. */
export const plainLines = (view: RunView, event: Event): ReadonlyArray<PlainLine> => {
  const { body } = event
  const name = oneLine(event.path.slice("/root/".length))
  const say = (text: string): ReadonlyArray<PlainLine> => [{ text: `${name}: ${text}`, isNotable: false }]
  const warn = (text: string): ReadonlyArray<PlainLine> => [{ text: `${name}: ${text}`, isNotable: true }]
  switch (`${event.namespace}.${event.type}`) {
    case "agent.Started": {
      const limit = numberAt(body, "tokens")
      const missing = textsAt(body, "unavailable")
      return [
        ...say(`started${limit === null ? "" : `, ${count(limit)} tokens`}`),
        ...(missing.length === 0 ? [] : warn(`not available in this version: ${missing.map(oneLine).join(", ")}`))
      ]
    }
    case "agent.TurnCompleted": {
      const agent = view.agents[view.places.get(event.path) ?? -1]
      return say(`turn ${numberAt(body, "turn") ?? "?"}, ${tokens(agent?.used ?? 0, agent?.limit ?? null)}`)
    }
    case "agent.TurnFailed": {
      const retry = numberAt(body, "retryInMs")
      const next = retry === null ? "" : `; trying again in ${duration(retry)}`
      return warn(
        `turn ${numberAt(body, "turn") ?? "?"} failed: ${oneLine(textAt(at(body, "error"), "message"))}${next}`
      )
    }
    case "tool.Decided": {
      const decision = at(body, "decision")
      return textAt(decision, "_tag") === "Deny" ? warn(`denied: ${oneLine(textAt(decision, "reason"))}`) : []
    }
    case "tool.Intent":
      return say(callText(at(body, "call")))
    case "agent.Ended":
      return say(textAt(at(body, "result"), "status").replace("_", " "))
    default:
      return []
  }
}
