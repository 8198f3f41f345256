/** The command line against a provider on loopback, over both wires: a process, a socket, a stream, tools. */
import { mkdir, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { type ProviderServer, type Received, startProviderServer } from "@deputize/core/testing/ProviderServer"
import { afterAll, beforeAll, describe, expect, it } from "vitest"
import { ended, makePlace, type Place, said } from "./Cli.ts"

let place: Place
beforeAll(async () => {
  place = await makePlace({ "src/a.ts": "export const a = 1\n", "src/b.ts": "export const b = 2\n" })
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

const looksThenAnswers = ({ goal, toolOutputs }: Received) =>
  toolOutputs.length === 0
    ? {
        calls: [
          { name: "read_file", args: { path: "src/a.ts" } },
          { name: "grep", args: { pattern: "const" } }
        ]
      }
    : { text: `About ${goal}: ${toolOutputs.map(({ text }) => text.trim()).join(" / ")}` }

const twoAgents = ["delegate-parallel", "code-reviewer,test-gen", "--goals", "Review it,Find untested code"]

describe.each(["openai", "openai-chat"])("by the provider %s", (provider) => {
  it("runs the main job: both agents call tools, stream their answers and stay within their budgets", () =>
    withServer(looksThenAnswers, async (server, env) => {
      const args = [...twoAgents, "--budgets", "40000,30000", "--provider", provider, "--json"]
      const { code, stderr, stdout } = await place.run(args, { env })
      expect(code, stderr).toBe(0)
      const result = JSON.parse(stdout)
      expect(
        result.agents.map(({ answer, model, status }: Record<string, unknown>) => ({ answer, model, status }))
      ).toStrictEqual(
        ["Review it", "Find untested code"].map((goal) => ({
          answer: expect.stringContaining(`About ${goal}: 1\texport const a = 1 / `),
          model: "gpt-6-luna",
          status: "completed"
        }))
      )
      expect(result.budget.tokens).toStrictEqual({ limit: 70_000, used: server.billed.total })
      expect(result.usage.usd).toBeGreaterThan(0)
      expect(server.requests.map(({ wire }) => wire)).toStrictEqual(
        Array(4).fill(provider === "openai" ? "responses" : "chat")
      )
      expect(stderr).toContain(`provider   ${provider}, gpt-6-luna by the `)
      expect(stdout + stderr).not.toContain("sk-secret")
    }))

  it("ends with 5 when one of the agents fails, with what happened, and keeps the others", () =>
    withServer(
      (received) => (received.goal === "bad" ? { status: 401 } : looksThenAnswers(received)),
      async (_, env) => {
        const agents = ["delegate-parallel", "explorer,explorer,explorer,explorer", "--goals", "a,b,bad,c"]
        const { code, stderr, stdout } = await place.run([...agents, "--provider", provider], { env })
        expect(code, stderr).toBe(5)
        expect(stdout).toContain("succeeded  3/4 (75 %)")
        expect(stdout).toContain("refused the key (401)")
        expect(stdout + stderr).not.toContain("sk-secret")
      }
    ))

  it("ends with 3 when the whole budget is used up, and keeps what was answered", () =>
    withServer(
      ({ index, toolNames }) =>
        toolNames.length === 0
          ? { text: "What I know until now." }
          : { calls: [{ name: "grep", args: { pattern: `const|${index}` } }] },
      async (server, env) => {
        const args = [
          "delegate-parallel",
          "explorer,explorer",
          "--goals",
          "a,b",
          "--budget",
          "10k",
          "--provider",
          provider
        ]
        const { code, stdout } = await place.run(args, { env })
        expect(code).toBe(3)
        expect(stdout).toContain("What I know until now.")
        expect(server.billed.total).toBeLessThanOrEqual(10_000)
      }
    ))
})

describe("a run over the network", () => {
  it("of twenty agents ends within two seconds of Ctrl-C, leaves nothing, and is listed as cancelled", () =>
    withServer(
      ({ index }) => (index < 20 ? { text: "never", delayMs: 600_000 } : { text: "never" }),
      async (server, env) => {
        const names = Array(20).fill("explorer").join(",")
        const goals = Array.from({ length: 20 }, (_, index) => `goal ${index}`).join(",")
        const child = place.start(["delegate-parallel", names, "--goals", goals, "--max-parallel", "20"], { env })
        await said(child, "explorer#20: started")
        await new Promise<void>((resolve) => {
          const look = () => (server.openRequests === 20 ? resolve() : void setTimeout(look, 5))
          look()
        })
        const startedAt = performance.now()
        child.kill("SIGINT")
        const { code } = await ended(child)
        expect(performance.now() - startedAt).toBeLessThan(2_000)
        expect(code).toBe(130)
        expect(server.openRequests).toBe(0)
        const listed = await place.run(["ps", "--json"])
        expect(JSON.parse(listed.stdout).runs[0]).toMatchObject({ state: "cancelled" })
      }
    ))

  it("verifies what a check of the user passes, and tells the agent of what it does not", () =>
    withServer(
      ({ lastText, toolOutputs }) =>
        lastText.includes("The check `test -e done.txt` ended with 1") && !lastText.includes("made")
          ? { calls: [{ name: "write_file", args: { path: "done.txt", content: "yes\n" } }] }
          : { text: toolOutputs.length > 0 ? "Now it is done." : "It is done." },
      async (_, env) => {
        const args = ["delegate", "test-gen", "Make done.txt", "--check", "test -e done.txt", "--json"]
        const { code, stderr, stdout } = await place.run(args, { env })
        expect(code, stderr).toBe(0)
        const { agents, verified } = JSON.parse(stdout)
        expect([verified, agents[0].answer, agents[0].artifacts]).toStrictEqual([true, "Now it is done.", ["done.txt"]])
        const never = await place.run(["delegate", "explorer", "x", "--check", "exit 3", "--json"], { env })
        expect(never.code).toBe(8)
        expect(JSON.parse(never.stdout).agents[0].error.tag).toBe("VerificationFailed")
      }
    ))

  it("runs a check in the user's environment, without any provider's key", () =>
    withServer(
      () => ({ text: "It is done." }),
      async (_, env) => {
        const keyed = await makePlace({ "a.ts": "a\n" })
        const own = "providers: { own: { base_url: 'http://127.0.0.1:1/v1', env_key: OWN_KEY } }\n"
        await mkdir(join(keyed.home, ".config", "deputize"), { recursive: true })
        await writeFile(join(keyed.home, ".config", "deputize", "config.yaml"), own)
        const check = 'test -z "$OPENAI_API_KEY$OWN_KEY" && test "$MINE" = yes'
        const variables = { ...env, OWN_KEY: "secret", MINE: "yes" }
        const { code, stderr } = await keyed.run(["delegate", "explorer", "x", "--check", check], { env: variables })
        await keyed.remove()
        expect(code, stderr).toBe(0)
      }
    ))
})
