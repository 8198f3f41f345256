import { AgentDefinition } from "@deputize/core/definition/AgentDefinition"
import type { Listed } from "@deputize/core/definition/AgentLoader"
import { describe, expect, it } from "vitest"
import { agentListJson, agentListText } from "../../src/render/AgentList.ts"
import { agentText } from "../../src/render/Agents.ts"
import { rightsFacts } from "../../src/render/RightsText.ts"
import { makeStyle } from "../../src/render/Style.ts"

const style = makeStyle(false, true)

const define = (facts: Partial<ConstructorParameters<typeof AgentDefinition>[0]>) =>
  new AgentDefinition({ name: "a", instructions: "Do it.", ...facts })

/** Rights in words, `NAME: WORDS`, each value. */
const words = (facts: Partial<ConstructorParameters<typeof AgentDefinition>[0]>) =>
  rightsFacts(define(facts)).flatMap(([name, values]) => values.map((value) => `${name}: ${value}`))

describe("rights in words", () => {
  it("say what an agent reads, writes, runs and reaches", () => {
    expect(words({})).toStrictEqual([
      "reads: all of the workspace",
      "writes: nothing",
      "runs: no commands",
      "reaches: no network"
    ])
    expect(
      words({
        permissions: { read: ["src"], write: ["docs/**"], net: ["https://docs.rs/*"], exec: ["npm test", "git log *"] }
      })
    ).toStrictEqual([
      "reads: src",
      "writes: docs/**",
      "runs: npm test, exactly so",
      "runs: git log, with any arguments",
      "reaches: https://docs.rs/*"
    ])
    expect(words({ permissions: { read: [], write: ["**"], net: ["https://*"], exec: ["*"] } })).toStrictEqual([
      "reads: nothing",
      "writes: all of the workspace, but for what no agent may write",
      "runs: any command",
      "reaches: any public address"
    ])
  })

  it.each(["https://*.example.org", "https://docs.rs", "http://*"])("do not call %s any public address", (net) => {
    expect(words({ permissions: { net: [net] } }).at(-1)).toBe(`reaches: ${net}`)
  })

  it("name artifacts, servers and agents", () => {
    const facts = { artifacts: ["out/a.md"], tools: ["git__log"], permissions: { mcp: ["files"], spawn: ["explorer"] } }
    expect(words(facts)).toStrictEqual([
      "reads: all of the workspace",
      "writes: nothing but its artifacts out/a.md",
      "runs: no commands",
      "reaches: no network",
      "servers: files, with all its tools, git__log",
      "starts: explorer"
    ])
    expect(words({ permissions: { write: ["docs"] }, artifacts: ["out/a.md"] })[1]).toBe(
      "writes: docs, and its artifacts out/a.md"
    )
    expect(words({ permissions: { spawn: ["*"] } }).at(-1)).toBe("starts: any agent")
  })
})

describe("one agent", () => {
  it("is shown with its rights in words, its limits, and what it goes without until it is trusted", () => {
    const definition = define({
      description: "Reviews",
      permissions: { exec: ["npm test"] },
      limits: { tokens: 40_000, nanoUsd: 500_000_000, wallMs: 60_000, turns: 1, toolCalls: 2, children: 3, depth: 1 },
      effort: "high",
      model: "gpt-6",
      skills: ["tests"]
    })
    const found = {
      definition,
      source: ".codex/agents/a.yaml",
      isOfRepository: true,
      format: "yaml",
      warnings: ["w"]
    } as const
    expect(agentText(found, style)).toBe(`a
source     .codex/agents/a.yaml (yaml)
about      Reviews
model      gpt-6, effort high
tools      read_file, list_dir, glob, grep
reads      all of the workspace
writes     nothing
runs       npm test, exactly so
reaches    no network
skills     tests
limits     40,000 tokens, $0.5000, 1 min, 1 turn, 2 tool calls, 3 agents that it starts, 1 level below it
trust      .codex/agents/a.yaml comes with the repository, so it goes without running commands; --trust grants what it asks for
warnings   w

Do it.
`)
  })

  it("hides nothing that would steer a terminal", () => {
    const definition = define({ instructions: "\u001b[2Jx", permissions: { exec: ["ls \u001b[31m"] } })
    const text = agentText(
      { definition, source: "built-in", isOfRepository: false, format: "built-in", warnings: [] },
      style
    )
    expect(text).not.toContain("\u001b")
  })
})

describe("the list of agents", () => {
  const listed: ReadonlyArray<Listed> = [
    {
      name: "a",
      source: ".codex/agents/a.yaml",
      format: "yaml",
      description: "Reviews",
      shadowed: false,
      warnings: ["a.yaml:1:1: odd"],
      error: null,
      failure: null
    },
    {
      name: "b",
      source: ".codex/agents/b.toml",
      format: "toml",
      description: "",
      shadowed: true,
      warnings: [],
      error: "b.toml:2:1: bad",
      failure: null
    }
  ]

  it("names what is shadowed and what cannot be read, with its errors below", () => {
    expect(agentListText(listed, style)).toBe(`NAME  SOURCE                           FORMAT  DESCRIPTION
a     .codex/agents/a.yaml             yaml    Reviews
b     .codex/agents/b.toml (shadowed)  toml    ✗ cannot be read

a.yaml:1:1: odd
b.toml:2:1: bad
`)
  })

  it("is as stable data for programs", () => {
    expect(agentListJson(listed)).toStrictEqual({
      agents: [
        {
          name: "a",
          source: ".codex/agents/a.yaml",
          format: "yaml",
          description: "Reviews",
          shadowed: false,
          warnings: ["a.yaml:1:1: odd"],
          error: null
        },
        {
          name: "b",
          source: ".codex/agents/b.toml",
          format: "toml",
          description: "",
          shadowed: true,
          warnings: [],
          error: "b.toml:2:1: bad"
        }
      ]
    })
  })
})
