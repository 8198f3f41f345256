/**
 * One measurement of `agents.ts`: so many agents at once against a provider, by our runtime or by a bare loop. Prints
 * what it took as JSON.
 *
 *   node --conditions=source bench/agentsProcess.ts runtime|floor COUNT URL
 */
import { mkdtempSync, rmSync } from "node:fs"
import { Agent, request } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { TokenCounter } from "@deputize/core/budget/TokenCounter"
import { builtInRole } from "@deputize/core/definition/roles/Roles"
import { Blobs } from "@deputize/core/journal/Blobs"
import { SqliteJournal } from "@deputize/core/journal/SqliteJournal"
import { OpenAiModel } from "@deputize/core/model/openai/OpenAiModel"
import { Runtime } from "@deputize/core/runtime/Runtime"
import { ConfinedRoot } from "@deputize/core/workspace/ConfinedRoot"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const requestsEach = 3
const bodyBytes = 4_000

const [kind = "", countText = "", url = ""] = process.argv.slice(2)
const count = Number(countText)

const bareLoop = async (): Promise<void> => {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY })
  const body = JSON.stringify({
    model: "some-model",
    stream: true,
    input: [{ role: "user", content: "x".repeat(bodyBytes) }]
  })
  const send = () =>
    new Promise<void>((resolve, reject) => {
      const sent = request(
        `${url}/responses`,
        { agent, method: "POST", headers: { "content-type": "application/json", "content-length": body.length } },
        (response) => {
          response.on("data", () => undefined)
          response.on("end", resolve)
        }
      )
      sent.on("error", reject)
      sent.end(body)
    })
  const agentLoop = async () => {
    for (let each = 0; each < requestsEach; each += 1) await send()
  }
  await Promise.all(Array.from({ length: count }, agentLoop))
  agent.destroy()
}

const byTheRuntime = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), "deputize-bench-"))
  const explorer = builtInRole("explorer")
  if (explorer === undefined) throw new Error("there is no explorer")
  const workspace = join(import.meta.dirname, "..")
  const agents = Array.from({ length: count }, (_, index) => ({
    definition: explorer.definition,
    probes: explorer.probes,
    goal: `Where is the journal written? (${index})`,
    scope: []
  }))
  const layer = Runtime.layer.pipe(
    Layer.provide(
      Layer.mergeAll(
        SqliteJournal.layer({ file: join(folder, "journal.db") }),
        Blobs.layer(join(folder, "blobs")),
        TokenCounter.layer,
        ConfinedRoot.layer(workspace),
        OpenAiModel.layer({
          name: "bench",
          baseUrl: url,
          wire: "responses",
          apiKey: "sk-bench",
          keyVariable: "",
          keyInstructions: "",
          headers: {},
          query: {},
          requiresAuth: true,
          model: "some-model",
          maxTokensField: "max_output_tokens",
          prices: {},
          idleTimeoutMs: 60_000,
          parallelism: count
        })
      )
    )
  )
  const program = Effect.gen(function* () {
    const handle = yield* (yield* Runtime).start({ workspace, agents })
    const result = yield* handle.wait
    const done = result.agents.filter(({ status }) => status === "completed").length
    if (done !== count)
      throw new Error(
        `${done} of ${count} agents completed: ${JSON.stringify(result.agents.find(({ error }) => error !== null)?.error)}`
      )
  }).pipe(Effect.scoped, Effect.provide(layer))
  await Effect.runPromise(program)
  rmSync(folder, { recursive: true, force: true })
}

const start = performance.now()
const before = process.cpuUsage()
await (kind === "floor" ? bareLoop() : byTheRuntime())
const { system, user } = process.cpuUsage(before)
const measured = {
  ms: performance.now() - start,
  cpuMs: (user + system) / 1_000,
  mebibytes: process.resourceUsage().maxRSS / 1_024
}
process.stdout.write(`${JSON.stringify(measured)}\n`)
process.exit()
