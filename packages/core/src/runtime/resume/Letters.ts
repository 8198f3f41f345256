/**
 * Messages of a run by its record: what agents have sent each other and the user has said, and what of it was not read
 * yet. Pure.
 */
import type { Letter } from "../../agent/AgentTask.ts"
import { type AgentPath, rootPath } from "../../domain/Ids.ts"
import type { RunPast } from "./RunPast.ts"

export type Mail = Pick<RunPast, "agents" | "said">

/** What an agent has not read, in the order of arrival. */
export const lettersFor = ({ agents, said }: Mail, to: AgentPath): ReadonlyArray<Letter> => {
  const heard = agents.get(to)?.heard
  const sent = [...agents.values()].flatMap((agent) =>
    agent.sent
      // The sender was told that nobody reads it.
      .filter((each) => each.to === to && !(each.call !== undefined && agent.failedCalls.has(each.call)))
      .map(({ id, text }): Letter => ({ id, from: agent.path, text }))
  )
  const ofUser = said
    .filter((each) => each.to === to)
    // The user speaks from the root.
    .map(({ id, text }): Letter => ({ id, from: rootPath, text }))
  return [...sent, ...ofUser].filter(({ id }) => heard?.has(id) !== true).toSorted((a, b) => numberOf(a) - numberOf(b))
}

/** The number of the last message; 0 before the first. */
export const lastLetter = ({ agents, said }: Mail): number =>
  [...agents.values()].reduce(
    (last, { sent }) => sent.reduce((most, each) => Math.max(most, numberOf(each)), last),
    said.reduce((most, each) => Math.max(most, numberOf(each)), 0)
  )

export const idOf = (number: number): string => `m${number}`

// internal

/** Ids are given out in the order of sending. */
const numberOf = ({ id }: { readonly id: string }): number => {
  const number = Number(id.slice(1))
  return Number.isSafeInteger(number) ? number : 0
}
