/**
 * What a model reads of other agents. Pure.
 */
import type { Member, MemberState } from "./Team.ts"

/** An agent that has ended, as a block: how, with what, and what can be done about it. */
export const endedText = ({ answer, artifacts, error, path, state }: Member): string =>
  [
    `## ${path}: ${state}`,
    ...(error === null ? [] : [`Error: ${firstLine(error.message, longestError)}`]),
    ...(artifacts.length === 0 ? [] : [`Wrote: ${artifacts.join(", ")}`]),
    ...(toDo[state] === undefined ? [] : [`To do: ${toDo[state]}`]),
    answer === "" ? "It gave no answer." : answer
  ].join("\n")

/** An agent in one line. */
export const memberLine = ({ agent, goal, path, state }: Member): string =>
  `${path} (${agent}) ${state}: ${firstLine(goal, longestGoal)}`

// internal

const toDo: { readonly [state in MemberState]?: string } = {
  failed: "do its part yourself, or start it again with a goal that avoids this",
  cancelled: "go on without it, or start it again",
  timed_out: "use what it has; start it again for the rest, with a smaller goal",
  paused: "use what it has; start it again for the rest, with a smaller goal or a larger budget"
}

const longestGoal = 100
/** What follows the first line is for who looks at the record. */
const longestError = 500

const firstLine = (text: string, longest: number): string => {
  const [line = ""] = text.trim().split("\n")
  return line.length <= longest ? line : `${line.slice(0, longest).toWellFormed()}…`
}
