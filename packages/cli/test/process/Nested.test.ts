/** An agent that starts others, as the process of a user: what it shows, keeps, and leaves behind. */
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { ResultJson } from "@deputize/core/runtime/ResultJson"
import {
  type Answer,
  type ProviderServer,
  type Received,
  startProviderServer
} from "@deputize/core/testing/ProviderServer"
import * as Schema from "effect/Schema"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { StreamLine } from "../../src/render/StreamJson.ts"
import { ended, makePlace, type Place, said } from "./Cli.ts"
import { hasPty, onTerminal } from "./Pty.ts"

const lead = `---
name: code-lead
description: Has every part reviewed by an agent of its own
tools: [spawn_agent, update_plan, read_file]
---

Have every part of the code reviewed by an agent of its own, then sum up what they found.
`
const schema = { type: "object", properties: { parts: { type: "integer" } }, required: ["parts"] }

let place: Place
beforeAll(async () => {
  place = await makePlace({
    "src/a.ts": "export const a = 1\n",
    ".deputize/agents/code-lead.md": lead,
    "parts.schema.json": JSON.stringify(schema),
    "broken.schema.json": '{\n  "type": "objekt"\n}\n'
  })
})
afterAll(() => place.remove())

const withServer = async <A>(
  answer: Parameters<typeof startProviderServer>[0],
  body: (server: ProviderServer, env: Readonly<Record<string, string>>) => Promise<A>
): Promise<A> => {
  const server = await startProviderServer(answer)
  try {
    return await body(server, { OPENAI_API_KEY: "sk-secret-0123456789", OPENAI_BASE_URL: server.url })
  } finally {
    await server.close()
  }
}

const parts = [1, 2, 3, 4, 5]
const steps = [
  { text: "Have the parts reviewed", status: "doing" },
  { text: "Sum it up", status: "pending" }
]

/** Starts an agent for each part, waits for them, and answers. */
const leading = ({ toolOutputs }: Received, answer = "Five parts were reviewed."): Answer => {
  switch (toolOutputs.length) {
    case 0:
      return { text: "Each part gets its own.", calls: [{ name: "update_plan", args: { steps } }] }
    case 1:
      return {
        calls: parts.map((part) => ({ name: "spawn_agent", args: { agent: "explorer", goal: `Part ${part}` } }))
      }
    case 6:
      return { calls: [{ name: "wait", args: {} }] }
    default:
      return { text: answer }
  }
}

/** Reads a file and answers. */
const reviewing = ({ goal, toolOutputs }: Received): Answer =>
  toolOutputs.length === 0
    ? { calls: [{ name: "read_file", args: { path: "src/a.ts" } }] }
    : { text: `${goal} is fine: src/a.ts:1` }

const isLead = ({ goal }: Received) => goal.includes("Review all")

const answering = (received: Received): Answer => (isLead(received) ? leading(received) : reviewing(received))

/** The same, but no part is reviewed before all have been given out, so that the one who did has to wait. */
const patient = () => {
  let begin = (): void => undefined
  const begun = new Promise<void>((resolve) => {
    begin = resolve
  })
  return async (received: Received): Promise<Answer> => {
    if (isLead(received) && received.toolOutputs.length === 6) begin()
    if (!isLead(received)) await begun
    return { ...answering(received), delayMs: isLead(received) ? 0 : 100 }
  }
}

const delegate = ["delegate", "code-lead", "Review all", "--budget", "200k"]
const childPaths = ["explorer", "explorer#2", "explorer#3", "explorer#4", "explorer#5"].map(
  (name) => `/root/code-lead/${name}`
)

/** The few facts of an agent in a result that a test here is about. */
const told = ({ agents }: { readonly agents: ReadonlyArray<Record<string, unknown>> }) =>
  agents.map(({ parent, path, status }) => [path, parent, status])

describe("an agent that starts five others", () => {
  it("has them behind itself in the JSON, with what each answered, within its own budget", () =>
    withServer(patient(), async (server, env) => {
      const out = join(place.home, "result.json")
      const { code, stderr, stdout } = await place.run([...delegate, "--json", "-o", out], { env })
      expect(code, stderr).toBe(0)
      const result = JSON.parse(stdout)
      expect(Schema.is(ResultJson)(result)).toBe(true)
      expect(JSON.parse(await readFile(out, "utf8"))).toStrictEqual(result)
      expect(told(result)).toStrictEqual([
        ["/root/code-lead", null, "completed"],
        ...childPaths.map((path) => [path, "/root/code-lead", "completed"])
      ])
      const [first, ...children] = result.agents
      expect(first.answer).toBe("Five parts were reviewed.")
      expect(first.waited_ms).toBeGreaterThan(0)
      expect(first.waited_ms).toBeLessThanOrEqual(first.duration_ms)
      expect(children.map(({ goal }: { readonly goal: string }) => goal)).toStrictEqual(
        parts.map((part) => `Part ${part}`)
      )
      expect(result.budget.tokens).toStrictEqual({ limit: 200_000, used: server.billed.total })
      expect(stderr).toContain(
        "team       code-lead may start any agent, 32 agents in all, 3 levels deep, 4 at a time\n"
      )
    }))

  it("tells of them in plain lines, in its summary, and in its log and cost afterwards", () =>
    withServer(patient(), async (_, env) => {
      const { code, stderr, stdout } = await place.run(delegate, { env })
      expect(code, stderr).toBe(0)
      expect(stdout).toBe("Five parts were reviewed.\n")
      const lines = stderr.split("\n")
      expect(lines).toContain("code-lead: plan 0/2 Have the parts reviewed")
      expect(lines).toContain("code-lead: spawn_agent explorer Part 5")
      expect(lines).toContain("code-lead/explorer#5: queued, 1st of 1: Part 5")
      expect(lines).toContain("code-lead/explorer#5: started, 40,000 tokens: Part 5")
      expect(lines.find((line) => line.startsWith("tokens     "))).toMatch(
        / \/ 200,000 \(\d+ %\), with those that were started$/
      )
      const summary = lines.slice(lines.findIndex((line) => line.startsWith("STARTED ")) + 1)
      expect(summary.slice(0, 5).map((line) => line.replace(/ {2,}.*? {2,}.*? {2,}.*? {2,}/, "  "))).toStrictEqual([
        "├─ ✓ explorer  Part 1",
        "├─ ✓ explorer#2  Part 2",
        "├─ ✓ explorer#3  Part 3",
        "├─ ✓ explorer#4  Part 4",
        "└─ ✓ explorer#5  Part 5"
      ])

      const [log, below, ps, cost] = await Promise.all([
        place.run(["logs"]),
        place.run(["logs", "--agent", "code-lead/explorer#2"]),
        place.run(["ps"]),
        place.run(["cost", "--by", "agent", "--json"])
      ])
      expect(log.stdout).toMatch(/ code-lead: plans 0\/2 Have the parts reviewed\n/)
      expect(log.stdout).toMatch(/ {3}code-lead\/explorer#2: started with gpt-6-luna, 40,000 tokens, goal: Part 2\n/)
      expect(log.stdout).toMatch(/ code-lead: waits for code-lead\/explorer, .*explorer#5\n/)
      expect(new Set(below.stdout.match(/(?<=\d {3})\S+(?=:)/g))).toStrictEqual(new Set(["code-lead/explorer#2"]))
      expect(ps.stdout).toContain("1/1 +5/5")
      const { groups } = JSON.parse(cost.stdout)
      expect(groups.map(({ members, name, usage }: never) => [name, members, Object(usage).requests])).toStrictEqual([
        ["code-lead", 1, 4],
        ["explorer", 5, 10]
      ])
    }))

  it.runIf(hasPty)("is a tree on a terminal, those that wait their turn with it", () =>
    withServer(
      (received) => (isLead(received) ? leading(received) : { ...reviewing(received), delayMs: 500 }),
      async (_, env) => {
        const pty = onTerminal(place, delegate, { columns: 80, rows: 30, env })
        await pty.until(({ lines }) =>
          ["├─ ● explorer#4", "└─ ○ explorer#5"].every((start) => lines.some((line) => line.startsWith(start)))
        )
        const tree = pty.terminal.lines.slice(pty.terminal.lines.findIndex((line) => line.startsWith("● code-lead")))
        expect(tree.map((line) => line.slice(0, 16).trimEnd()).filter((line) => /[●○]/.test(line))).toStrictEqual([
          "● code-lead",
          "├─ ● explorer",
          "├─ ● explorer#2",
          "├─ ● explorer#3",
          "├─ ● explorer#4",
          "└─ ○ explorer#5"
        ])
        expect(tree[1]).toMatch(/^│ {4}0\/2 Have the parts reviewed/)
        expect(tree.at(-1)).toMatch(/1 \+ 5 agents: /)
        expect(await pty.ended).toBe(0)
        expect(pty.terminal.all).toContain("Five parts were reviewed.")
      }
    )
  )

  it("writes lines of JSON that name the one that started each", () =>
    withServer(patient(), async (_, env) => {
      const { code, stdout } = await place.run([...delegate, "--output-format", "stream-json"], { env })
      expect(code).toBe(0)
      const lines = stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
      expect(lines.filter((line) => !Schema.is(StreamLine)(line))).toStrictEqual([])
      const starts = lines.filter(({ type }) => type === "agent_start")
      expect(starts.map(({ parent, path }) => [path, parent])).toStrictEqual([
        ["/root/code-lead", "/root"],
        ...childPaths.map((path) => [path, "/root/code-lead"])
      ])
      expect(lines.filter(({ type }) => type === "plan").map(({ path, steps }) => ({ path, steps }))).toStrictEqual([
        { path: "/root/code-lead", steps }
      ])
      const kinds = new Set(lines.map(({ type }) => type))
      expect(["agent_queued", "agent_waiting", "agent_resumed"].filter((kind) => !kinds.has(kind))).toStrictEqual([])
    }))

  it("ends with all of them within two seconds of Ctrl-C, leaves no request open, and keeps what they had", () =>
    withServer(
      (received) => (isLead(received) ? leading(received) : { text: "never", delayMs: 600_000 }),
      async (server, env) => {
        const child = place.start([...delegate, "--json"], { env })
        const run = ended(child)
        await said(child, "code-lead: waits for")
        await new Promise<void>((resolve) => {
          const look = () => (server.openRequests === 4 ? resolve() : void setTimeout(look, 5))
          look()
        })
        const startedAt = performance.now()
        child.kill("SIGINT")
        const { code, stderr, stdout } = await run
        expect(performance.now() - startedAt).toBeLessThan(2_000)
        expect(stderr).toContain("code-lead/explorer: turn 1 failed: it was ended before its answer was whole\n")
        expect(code).toBe(130)
        expect(server.openRequests).toBe(0)
        expect(told(JSON.parse(stdout))).toStrictEqual([
          ["/root/code-lead", null, "cancelled"],
          ...childPaths.map((path) => [path, "/root/code-lead", "cancelled"])
        ])
      }
    ))

  it("keeps its result when one of them fails, and completes", () =>
    withServer(
      (received) => (received.goal.includes("Part 3") ? { status: 400 } : answering(received)),
      async (_, env) => {
        const { code, stderr, stdout } = await place.run(delegate, { env })
        expect(code, stderr).toBe(0)
        expect(stdout).toBe("Five parts were reviewed.\n")
        expect(stderr).toMatch(/├─ ✗ explorer#3 +failed /)
        const cost = await place.run(["cost", "--by", "tool", "--json"])
        const { groups } = JSON.parse(cost.stdout)
        expect(
          Object.fromEntries(groups.map(({ calls, name }: Record<string, unknown>) => [name, calls]))
        ).toStrictEqual({ update_plan: 1, spawn_agent: 5, read_file: 4, wait: 1 })
      }
    ))

  it("starts no more than it is allowed to, and goes on", () =>
    withServer(answering, async (server, env) => {
      const { code, stdout } = await place.run([...delegate, "--max-agents", "2", "--max-parallel", "1", "--json"], {
        env
      })
      // An agent that was to be started was not.
      expect({ code, reached: JSON.parse(stdout).limit_reached }).toStrictEqual({ code: 3, reached: "agents" })
      expect(told(JSON.parse(stdout))).toStrictEqual([
        ["/root/code-lead", null, "completed"],
        ...childPaths.slice(0, 2).map((path) => [path, "/root/code-lead", "completed"])
      ])
      const refusals = server.requests.flatMap(({ toolOutputs }) => toolOutputs.map(({ text }) => text))
      expect(refusals.filter((text) => text.startsWith("error: ")).length).toBeGreaterThan(0)
    }))
})

describe("an agent that starts fifty others", () => {
  const fifty = Array.from({ length: 50 }, (_, index) => index + 1)
  const startsFifty = (received: Received): Answer => {
    if (!isLead(received)) return { text: `${received.goal} is fine.`, delayMs: 200 }
    if (received.toolOutputs.length > 50) return { text: "Fifty parts were reviewed." }
    if (received.toolOutputs.length === 50) return { calls: [{ name: "wait", args: {} }] }
    return { calls: fifty.map((part) => ({ name: "spawn_agent", args: { agent: "explorer", goal: `Part ${part}` } })) }
  }

  it("has all of them run where so many may be started, eight at a time and none refused", () =>
    withServer(startsFifty, async (server, env) => {
      const limits = ["--max-agents", "60", "--max-parallel", "8", "--budget", "2M", "--json"]
      const { code, stderr, stdout } = await place.run(["delegate", "code-lead", "Review all", ...limits], { env })
      expect(code, stderr).toBe(0)
      const [first, ...children] = told(JSON.parse(stdout))
      expect(first).toStrictEqual(["/root/code-lead", null, "completed"])
      expect(children.map(([, , status]) => status)).toStrictEqual(fifty.map(() => "completed"))
      expect(stderr).toMatch(/code-lead\/explorer#50: queued, (\d+)\w\w of \1: Part 50\n/)
      const refusals = server.requests.flatMap(({ toolOutputs }) => toolOutputs.map(({ text }) => text))
      expect(refusals.filter((text) => text.startsWith("error: "))).toStrictEqual([])
    }))
})

describe("--max-parallel auto", () => {
  const ten = (answerMs: number) => (): Answer => ({ text: "It is fine.", delayMs: answerMs })
  const goals = Array.from({ length: 10 }, (_, index) => `Part ${index}`).join(",")
  const agents = Array.from({ length: 10 }, () => "explorer").join(",")

  it("begins with four, and says so in header and lines", () =>
    withServer(ten(50), async (_, env) => {
      const args = ["delegate-parallel", agents, "--goals", goals, "--max-parallel", "auto"]
      const { code, stderr } = await place.run(args, { env })
      expect(code, stderr).toBe(0)
      expect(stderr).toContain("4 at a time at first, then as many as the provider and this machine bear\n")
      expect(stderr).toContain("run: 4 of 10 agents at a time at first\n")
    }))

  it("lets the most urgent ones in first", () =>
    withServer(ten(50), async (server, env) => {
      const priorities = ["--priorities", "low,low,low,low,low,low,low,low,high,normal"]
      const args = ["delegate-parallel", agents, "--goals", goals, "--max-parallel", "1", ...priorities, "-q"]
      const { code, stderr } = await place.run(args, { env })
      expect(code, stderr).toBe(0)
      expect(server.requests.slice(0, 3).map(({ goal }) => goal)).toStrictEqual(["Part 8", "Part 9", "Part 0"])
      const all = await place.run(["delegate-parallel", "explorer,explorer", "--goals", "a,b", "--priority", "soon"])
      expect([all.code, all.stderr]).toStrictEqual([2, expect.stringContaining("soon")])
    }))
})

describe("--output-schema", () => {
  it("asks for an answer by the schema, which is data as it is", () =>
    withServer(
      (received) => (isLead(received) ? leading(received, '```json\n{"parts":5}\n```') : reviewing(received)),
      async (server, env) => {
        const { code, stderr, stdout } = await place.run([...delegate, "--output-schema", "parts.schema.json"], { env })
        expect(code, stderr).toBe(0)
        expect(JSON.parse(stdout)).toStrictEqual({ parts: 5 })
        const formats = server.requests.filter(isLead).map(({ body }) => JSON.stringify(body.text))
        expect(new Set(formats.map((text) => text.includes('"name":"parts"'))).has(false)).toBe(false)
      }
    ))

  it("refuses a broken schema before anything starts, with its place", () =>
    withServer(answering, async (server, env) => {
      const { code, stderr } = await place.run([...delegate, "--output-schema", "broken.schema.json"], { env })
      expect(code).toBe(2)
      expect(stderr).toContain("broken.schema.json:2:11: type: ")
      expect(server.requests).toStrictEqual([])
    }))

  it("is refused by the offline provider, with what to do", async () => {
    const { code, stderr } = await place.run([...delegate, "--output-schema", "parts.schema.json"])
    expect({ code, first: stderr.split("\n")[0], hint: stderr.split("\n")[1] }).toStrictEqual({
      code: 2,
      first: expect.stringContaining("--output-schema needs a language model"),
      hint: "  Set OPENAI_API_KEY or choose a provider with --provider, or leave --output-schema out."
    })
  })
})
