import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { agentRun, authorRun, type CreateRequest, createdBy, leftBy, spentOf } from "../../src/generate/Creation.ts"
import { definitionFormat } from "../../src/generate/DefinitionFormat.ts"
import { Grant } from "../../src/policy/Grant.ts"
import { type Answer, type Received, startProviderServer } from "../../src/testing/ProviderServer.ts"
import { makeWorkspace, overTheWire, run, wires } from "../runtime/Rig.ts"

const greedy = {
  name: "licence-checker",
  goal: "Look at every file below src and list those without a licence header",
  tools: { mcp: ["codex_read_file", "Bash"], shell: ["rm", "npm test"] },
  policies: {
    context: { max_tokens: 90_000 },
    permissions: { filesystem: ["src/**", "/etc/**"], network: ["https://evil.test"] }
  },
  success_criteria: ["Every file is listed"],
  artifacts: ["artifacts/licences.md", "/etc/cron.d/x", "src/file0.ts"]
}

const isAuthor = ({ system }: Received): boolean => system.startsWith("You are agent-author")

const nothing = { exec: [], net: [], write: [] }

/** What both runs say and send, in a workspace with a `src`. */
const created = (
  wire: (typeof wires)[number],
  answer: (request: Received) => Answer,
  more: Partial<CreateRequest> = {},
  prepare: (root: string) => void = () => {}
) =>
  Effect.gen(function* () {
    const { remove, root } = makeWorkspace()
    prepare(root)
    const server = yield* Effect.promise(() => startProviderServer(answer))
    const request: CreateRequest = {
      workspace: root,
      prompt: "Check the licences",
      allowed: nothing,
      limits: {},
      ...more
    }
    const all = Effect.gen(function* () {
      const author = yield* run(authorRun(request))
      const made = yield* Effect.option(createdBy(request, author))
      if (made._tag === "None") return { author, made: null, left: null, agent: null }
      const left = leftBy(request, author, 1_000)
      return { author, made: made.value, left, agent: yield* run(agentRun(request, made.value, left)) }
    }).pipe(Effect.provide(overTheWire(root, server.url, wire)))
    return yield* Effect.ensuring(
      Effect.map(all, (ended) => ({ ...ended, requests: server.requests, billed: server.billed })),
      Effect.promise(async () => {
        await server.close()
        remove()
      })
    )
  })

describe.each(wires)("an agent that is created over %s", (wire) => {
  it.live("is written down by a model that is given the form and no tools, and does the user's task itself", () =>
    Effect.gen(function* () {
      const { agent, author, billed, left, made, requests } = yield* created(wire, (request) =>
        isAuthor(request) ? { text: JSON.stringify(greedy) } : { text: "All have one: src/file0.ts:1" }
      )
      const [first, second] = requests
      expect(first?.format?.schema).toStrictEqual(definitionFormat.schema)
      expect(first?.format?.strict).toBe(true)
      expect([first?.toolNames, first?.goal.split("\n")[0]]).toStrictEqual([
        [],
        "Define an agent for this task: Check the licences"
      ])
      expect(first?.goal).toContain("allowed commands: none")
      expect(second?.system).toContain(greedy.goal)
      expect(second?.goal.split("\n")[0]).toBe("Check the licences")
      expect(second?.format).toBe(null)
      expect(second?.toolNames.toSorted()).toStrictEqual([
        "edit",
        "glob",
        "grep",
        "list_dir",
        "read_file",
        "write_file"
      ])
      expect(made?.definition.permissions).toStrictEqual({
        read: ["src/**"],
        write: [],
        net: [],
        exec: [],
        mcp: [],
        spawn: []
      })
      expect(made?.definition.artifacts).toStrictEqual(["artifacts/licences.md"])
      expect(made?.taken.map(({ asked, flag }) => [asked, flag])).toStrictEqual([
        ["/etc/cron.d/x", null],
        ["src/file0.ts", "--allow-write src/file0.ts"],
        ["/etc/**", null],
        ["https://evil.test", "--allow-net https://evil.test"],
        ["rm *", "--allow-shell=rm"],
        ["npm test *", "--allow-shell='npm test'"],
        ["90,000 tokens", "--budget AMOUNT"]
      ])
      // One budget holds both.
      expect(left?.tokens).toBe(40_000 - author.budget.tokens.used)
      expect(agent?.budget.tokens.limit).toBe(left?.tokens)
      expect(author.budget.tokens.used + (agent?.budget.tokens.used ?? 0)).toBe(billed.total)
      expect(agent?.status).toBe("completed")
      expect(agent?.agents[0]?.artifacts).toStrictEqual(["artifacts/licences.md"])
    })
  )

  it.live("is given what a flag opens, and denied the rest while it runs", () =>
    Effect.gen(function* () {
      const calls = [
        { name: "write_file", args: { path: "src/new.ts", content: "x" } },
        { name: "write_file", args: { path: "docs/a.md", content: "written" } }
      ]
      const { agent, requests } = yield* created(
        wire,
        (request) =>
          isAuthor(request)
            ? { text: JSON.stringify(greedy) }
            : request.toolOutputs.length === 0
              ? { calls }
              : { text: "done" },
        { allowed: { ...nothing, write: ["docs/**"] } }
      )
      const outputs = requests.at(-1)?.toolOutputs.map(({ text }) => text.split("\n")[0] ?? "") ?? []
      expect(outputs[0]).toBe(
        "denied by the policy: writing src/new.ts is not granted to agent-create; what may be written: docs/**, artifacts/licences.md"
      )
      expect(outputs[1]).not.toContain("denied")
      expect(agent?.agents[0]?.artifacts).toStrictEqual(["docs/a.md", "artifacts/licences.md"])
    })
  )

  it.live("comes to nothing after three answers that are no definition, and the agent is not run", () =>
    Effect.gen(function* () {
      const { author, made, requests } = yield* created(wire, () => ({ text: "Sure! I would call it Bob." }))
      expect(made).toBe(null)
      expect([author.status, author.agents[0]?.error?.tag]).toStrictEqual(["failed", "AnswerMismatch"])
      expect(requests).toHaveLength(3)
      expect(requests[1]?.lastText).toContain("it is not JSON")
    })
  )
})

describe("an artifact", () => {
  it.live("is no file that is there under a name with the same letters in another form", () =>
    Effect.gen(function* () {
      const name = "resume\u0301 \u30ab\u3099.md"
      const { made } = yield* created(
        "chat",
        () => ({ text: JSON.stringify({ ...greedy, artifacts: [name.normalize("NFC"), `new/${name}`] }) }),
        {},
        (root) => writeFileSync(join(root, name), "mine\n")
      )
      expect(made?.definition.artifacts).toStrictEqual([`new/${name}`.normalize("NFC")])
    })
  )
})

describe("what is left for the agent", () => {
  const request: CreateRequest = {
    workspace: "/w",
    prompt: "p",
    allowed: nothing,
    limits: { tokens: 10_000, nanoUsd: 500, wallMs: 60_000, toolCalls: 9 }
  }

  it.live("is the whole without what the definition took, in every unit", () =>
    Effect.gen(function* () {
      const { author } = yield* created("responses", () => ({ text: JSON.stringify(greedy) }))
      const left = leftBy(request, { ...author, nanoUsd: 120 }, 15_000)
      expect(left).toStrictEqual({
        tokens: 10_000 - author.budget.tokens.used,
        nanoUsd: 380,
        wallMs: 45_000,
        toolCalls: 9
      })
      expect(spentOf(left)).toBe(null)
    })
  )

  it("is said to be nothing where one of them is used up", () => {
    expect(spentOf({ tokens: 0, wallMs: 5 })?.tag).toBe("BudgetExceeded")
    expect(spentOf({ tokens: 5, nanoUsd: -3 })?.tag).toBe("BudgetExceeded")
    expect(spentOf({ tokens: 5, wallMs: 0 })?.tag).toBe("DeadlineExceeded")
  })
})

describe("a caller who may not do everything", () => {
  it.live("creates no agent that may do more than it", () =>
    Effect.gen(function* () {
      const ceiling = [
        new Grant({ label: "the caller", read: ["src"], write: ["docs"], net: [], exec: ["npm *"], mcp: [], spawn: [] })
      ]
      const allowed = { exec: ["npm test *", "rm *"], net: ["https://evil.test"], write: ["**", "docs/a.md"] }
      const { made } = yield* created(
        "chat",
        () => ({ text: JSON.stringify({ ...greedy, artifacts: ["docs/b.md", "new.md"] }) }),
        {
          ceiling,
          allowed
        }
      )
      expect(made?.definition.permissions).toStrictEqual({
        read: ["src/**"],
        write: ["docs", "docs/a.md"],
        net: [],
        exec: ["npm test *"],
        mcp: [],
        spawn: []
      })
      expect(made?.definition.artifacts).toStrictEqual(["docs/b.md"])
      expect(made?.taken.find(({ asked }) => asked === "new.md")?.why).toBe("is not to be written by the caller")
    })
  )
})
