/**
 * Which agents an agent may not start, whatever its rights are, and what it is told then. Pure.
 */
import type { BudgetExceeded } from "../../budget/Budget.ts"
import type { SpawnRequest } from "../../tool/Team.ts"
import { ToolError } from "../../tool/ToolError.ts"
import { lineOf, type Peer } from "./Peer.ts"

/** No level is left below it, or the very same is under way above it. */
export const refusal = (peer: Peer, name: string, { goal, inputs }: SpawnRequest): ToolError | undefined => {
  if (peer.level >= peer.deepest) {
    const message = `${peer.place.path} stands as low as agents may stand`
    return refused(message, "Do this part yourself, with your own tools.")
  }
  for (const { place } of lineOf(peer)) {
    const { request } = place
    const isSame =
      request.definition.name === name &&
      plain(request.goal) === plain(goal) &&
      sorted(request.inputs ?? {}) === sorted(inputs)
    if (!isSame) continue
    const message = `${place.path} is at work on this very goal, and you are ${place === peer.place ? "it" : "part of its work"}`
    return refused(message, "Do it yourself, or give away a part of it, with a goal of its own.")
  }
  return undefined
}

/** As many as may be started have been: below one of its line that has a limit of its own, or in the run. */
export const tooMany = (peer: Peer, { limit }: BudgetExceeded): ToolError => {
  const limited = [...lineOf(peer)].find(({ place }) => place.limit.agents === limit)
  return refused(
    `the ${limit} agents that ${limited?.place.path ?? "this run"} may start have been started`,
    "Do the rest yourself, and take in what those that you have started find."
  )
}

/** Its part of the budget would not do for a turn and an answer, whatever is given back. */
export const tooSmall = ({ asked, message, unit }: BudgetExceeded): ToolError => {
  const least = unit === "tokens" ? ` An agent for this needs at least ${figure(asked)} tokens.` : ""
  return refused(message, `Do this part yourself, or leave it out and say so.${least}`)
}

/** The budget that was asked for would not do for that. */
export const tooLittle = (asked: number, needed: number): ToolError =>
  refused(
    `${figure(asked)} tokens are too few for this agent`,
    `It needs at least ${figure(needed)} for a turn and an answer. Ask for more, or for none: then its definition says how much.`
  )

export const refused = (message: string, hint: string): ToolError =>
  new ToolError({ tool: "spawn_agent", message, hint })

// internal

const figure = (amount: number): string => amount.toLocaleString("en-US")

const plain = (text: string): string => text.normalize("NFKC").replace(/\s+/g, " ").trim().toLowerCase()

const sorted = (inputs: Readonly<Record<string, string>>): string =>
  JSON.stringify(Object.entries(inputs).sort(([a], [b]) => (a < b ? -1 : 1)))
