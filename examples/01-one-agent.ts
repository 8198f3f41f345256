/**
 * One agent, with plain promises: it looks for something in a folder and answers with file and line.
 *
 *   node examples/01-one-agent.ts [FOLDER]
 *
 * Nobody is asked but the embedded offline provider, which quotes the folder's files and needs no key. With
 * `model: { apiKey }` beside `workspace`, a language model answers.
 */
import { Deputize } from "@deputize/core"

await using deputize = await Deputize.open({ workspace: process.argv[2] ?? "." })
const run = deputize.delegate("explorer", "Where are files read?", { budget: { tokens: 20_000, ms: 60_000 } })

const result = await run.result()
for (const agent of result.agents) {
  process.stdout.write(`${agent.answer}\n\n`)
  process.stdout.write(
    `${agent.agent} ${agent.status}, ${agent.tokensCharged} of ${agent.tokens} tokens, ${agent.turns} turns\n`
  )
}
process.exitCode = result.status === "completed" ? 0 : 1
