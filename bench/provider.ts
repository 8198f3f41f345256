/**
 * The provider of the benchmarks as a process of its own, so that its work is not counted with that of the agents.
 * Answers the first three requests of an agent with a tool call each, then with a text; every answer after `--delay`
 * milliseconds. An agent that can start others starts as many as its goal says, at once, and waits for them. Prints its
 * address, then ends with its standard input.
 *
 *   node --conditions=@deputize/source bench/provider.ts --delay 1000 --turns 3
 */
import { parseArgs } from "node:util"
import { type Answer, startProviderServer } from "@deputize/core/testing/ProviderServer"

const { values } = parseArgs({
  options: { delay: { type: "string", default: "0" }, turns: { type: "string", default: "3" } }
})
const delayMs = Number(values.delay)
const turns = Number(values.turns)

const calls = [
  { name: "list_dir", args: { path: "." } },
  { name: "read_file", args: { path: "README.md" } },
  { name: "grep", args: { pattern: "journal", path: "docs" } }
]

const startsOthers = (count: number, turn: number): Answer => {
  if (turn > count) return { text: "All of them have ended." }
  if (turn === count) return { calls: [{ name: "wait", args: {} }] }
  const goals = Array.from({ length: count }, (_, index) => `part ${index}`)
  return { calls: goals.map((goal) => ({ name: "spawn_agent", args: { agent: "explorer", goal } })) }
}

const server = await startProviderServer(({ goal, toolNames, toolOutputs }) => {
  const turn = toolOutputs.length
  if (toolNames.includes("spawn_agent")) return startsOthers(Number(goal), turn)
  const call = calls[turn % calls.length]
  return turn < turns && call !== undefined
    ? { calls: [call], delayMs }
    : { text: "The journal is written in packages/core/src/journal.", delayMs }
})
process.stdout.write(`${server.url}\n`)
process.stdin.resume()
process.stdin.on("end", () => void server.close().then(() => process.exit()))
