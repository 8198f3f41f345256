/**
 * One measurement of `agents.ts`: so many agents at once against a provider, by our runtime or by a bare loop. Prints
 * what it took as JSON.
 *
 *   node --conditions=@deputize/source bench/agentsProcess.ts runtime|nested|floor COUNT URL
 */
import { Agent, request } from "node:http"
import { runExplorers, runNested } from "./benchRuntime.ts"

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

const byTheRuntime = async (isNested: boolean): Promise<void> => {
  const { agents } = await (isNested ? runNested : runExplorers)({ url, wire: "responses", count })
  const due = isNested ? count + 1 : count
  const done = agents.filter(({ status }) => status === "completed").length
  if (done === due) return
  const failed = agents.find(({ error }) => error !== null)?.error
  throw new Error(`${done} of ${due} agents completed: ${JSON.stringify(failed)}`)
}

const start = performance.now()
const before = process.cpuUsage()
await (kind === "floor" ? bareLoop() : byTheRuntime(kind === "nested"))
const { system, user } = process.cpuUsage(before)
const measured = {
  ms: performance.now() - start,
  cpuMs: (user + system) / 1_000,
  mebibytes: process.resourceUsage().maxRSS / 1_024
}
process.stdout.write(`${JSON.stringify(measured)}\n`)
process.exit()
