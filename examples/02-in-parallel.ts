/**
 * Two agents at the same time under one budget, followed while they work.
 *
 *   node examples/02-in-parallel.ts [FOLDER]
 *
 * Each is guaranteed an even part of the budget that the other cannot take, and may use what the other leaves. Ctrl-C
 * cancels the run: what the agents had until then is its result.
 */
import { Deputize } from "@deputize/core"

const interrupted = new AbortController()
process.once("SIGINT", () => interrupted.abort())

await using deputize = await Deputize.open({ workspace: process.argv[2] ?? "." })
const run = deputize.parallel(
  [
    { agent: "code-reviewer", goal: "Review how errors are handled" },
    { agent: "test-gen", goal: "Find code without tests", readOnly: true }
  ],
  { budget: 60_000, signal: interrupted.signal }
)

for await (const { fact, path } of run.events) {
  switch (fact._tag) {
    case "agent.Started":
      process.stdout.write(`${path} began: ${fact.goal}\n`)
      break
    case "tool.Intent":
      process.stdout.write(`${path} calls ${fact.call.name} ${fact.call.args}\n`)
      break
    case "agent.Ended":
      process.stdout.write(`${path} ${fact.result.status}\n`)
      break
  }
}

const { agents, budget, status } = await run.result()
for (const { agent, answer } of agents) process.stdout.write(`\n# ${agent}\n\n${answer}\n`)
process.stdout.write(`\n${status}: ${budget.tokens.used} of ${budget.tokens.limit} tokens\n`)
