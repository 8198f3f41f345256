/**
 * The provider of the benchmarks as a process of its own, so that its work is not counted with that of the agents.
 * Answers the first three requests of an agent with a tool call each, then with a text; every answer after `--delay`
 * milliseconds. Prints its address, then ends with its standard input.
 *
 *   node --conditions=source bench/provider.ts --delay 1000 --turns 3
 */
import { parseArgs } from "node:util"
import { startProviderServer } from "@deputize/core/testing/ProviderServer"

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

const server = await startProviderServer(({ toolOutputs }) => {
  const turn = toolOutputs.length
  const call = calls[turn % calls.length]
  return turn < turns && call !== undefined
    ? { calls: [call], delayMs }
    : { text: "The journal is written in packages/core/src/journal.", delayMs }
})
process.stdout.write(`${server.url}\n`)
process.stdin.resume()
process.stdin.on("end", () => void server.close().then(() => process.exit()))
