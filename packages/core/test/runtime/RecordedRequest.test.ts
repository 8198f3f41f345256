import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { Limits } from "../../src/domain/Limits.ts"
import { Grant } from "../../src/policy/Grant.ts"
import { RecordedRequest, recordedRequest, requestOf } from "../../src/runtime/RecordedRequest.ts"
import type { AgentRequest, RunRequest } from "../../src/runtime/RunRequest.ts"

const definition = new AgentDefinition({
  name: "reviewer",
  title: "Reviewer",
  instructions: "Review.",
  limits: new Limits({ tokens: 30_000, nanoUsd: 5_000, turns: 7 }),
  permissions: { write: ["out/**"], spawn: ["*"] },
  extra: { tone: ["dry", { level: 2 }] }
})

const grant = new Grant({ label: "readOnly", read: ["**"], write: [], net: [], exec: [], mcp: [], spawn: [] })

const limits = { tokens: 1, nanoUsd: 2, wallMs: 3, turns: 4, toolCalls: 5, children: 6, depth: 7 }

/** Whatever a request can hold: what is added to it is missing here until it is recorded. */
const agent: Required<AgentRequest> = {
  definition,
  goal: "Review it",
  scope: ["src", "docs"],
  model: "some-model",
  ceiling: [grant],
  limits,
  inputs: { issue: "12" },
  priority: "high"
}
const request: Required<RunRequest> = {
  workspace: "/work",
  agents: [agent, { ...agent, goal: "Review that" }, { definition, goal: "Review the rest", scope: [] }],
  limits,
  maxParallel: "auto",
  maxSpawnedAtOnce: 3,
  trusted: true,
  oneModel: true,
  format: { name: "verdict", schema: { type: "object", properties: { ok: { type: "boolean" } } } },
  checks: { commands: ["npm test"], environment: { TOKEN: "secret" } },
  supervision: { restart: "permanent", intensity: 2, strategy: "one-for-all", silenceMs: null },
  isolation: "worktree",
  worktree: { copy: [".env"], setup: ["npm ci"] }
}

const codec = Schema.toCodecJson(RecordedRequest)
const written = (asked: RunRequest): string => JSON.stringify(Schema.encodeSync(codec)(recordedRequest(asked)))

describe("what a run was asked for", () => {
  it("comes back from its record as it was, each definition kept once", () => {
    const text = written(request)
    expect(text.split("Review.").length - 1).toBe(1)
    const read = Schema.decodeUnknownSync(codec)(JSON.parse(text))
    expect(requestOf(read, "/work", { TOKEN: "secret" })).toStrictEqual(request)
  })

  it("does not hold the environment of its checks", () => {
    expect(written(request)).not.toContain("secret")
    const read = Schema.decodeUnknownSync(codec)(JSON.parse(written(request)))
    expect(requestOf(read, "/work", {}).checks).toStrictEqual({ commands: ["npm test"], environment: {} })
  })

  it("holds no more than was said", () => {
    const plain: RunRequest = { workspace: "/work", agents: [{ definition, goal: "look", scope: [] }] }
    const read = Schema.decodeUnknownSync(codec)(JSON.parse(written(plain)))
    expect(requestOf(read, "/work", {})).toStrictEqual(plain)
  })
})
