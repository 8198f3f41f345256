/**
 * An agent's worst provider: it never comes to an end.
 */
import type { Answer } from "./Answer.ts"
import type { Received } from "./Received.ts"

/**
 * Calls `grep`, `list_dir` and `read_file` in turn, those that are offered, each time with another argument, for ever;
 * says a text when none of them is.
 */
export const alwaysCalls = ({ toolNames, toolOutputs }: Received): Answer => {
  const turn = toolOutputs.length
  const offered = endlessCalls.filter(({ name }) => toolNames.includes(name))
  const call = offered[turn % Math.max(1, offered.length)]
  if (call === undefined) return { text: "That is all there is to find." }
  return { calls: [{ name: call.name, args: call.args(turn, toolOutputs) }] }
}

// internal

interface EndlessCall {
  readonly name: string
  readonly args: (turn: number, seen: Received["toolOutputs"]) => Readonly<Record<string, unknown>>
}

const endlessCalls: ReadonlyArray<EndlessCall> = [
  { name: "grep", args: (turn) => ({ pattern: `value${turn}` }) },
  // Another way each time to say where the workspace is.
  { name: "list_dir", args: (turn) => ({ path: `.${"/.".repeat(turn)}` }) },
  { name: "read_file", args: (turn, seen) => ({ path: seenFile(seen), limit: turn + 1 }) }
]

/** A file that a listing (`name`, tab, size) or a search (`path:line:text`) has named. */
const seenFile = (seen: Received["toolOutputs"]): string => {
  for (const { text } of seen.toReversed()) {
    const file = /^([^\s:]+)(?:\t\d+$|:\d+:)/m.exec(text)?.[1]
    if (file !== undefined) return file
  }
  return "README.md"
}
