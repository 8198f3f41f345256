import { describe, expect, it } from "vitest"
import { parseConfig } from "../../src/config/ConfigFile.ts"

const parsed = (text: string) => parseConfig("config.yaml", text, "user")

describe("a configuration file", () => {
  it("says each setting with its place", () => {
    const { sayings } = parsed("model: gpt-6-sol\nbudget: [60k, 2usd]\n\nmax_parallel: auto\ndeadline: 90s\n")
    const at = (line: number, column: number) => ({ _tag: "File", by: "user", file: "config.yaml", line, column })
    expect([sayings.model, sayings.budget, sayings.maxParallel, sayings.deadline, sayings.sandbox]).toStrictEqual([
      { value: "gpt-6-sol", source: at(1, 8) },
      { value: { tokens: 60_000, nanoUsd: 2_000_000_000 }, source: at(2, 9) },
      { value: "auto", source: at(4, 15) },
      { value: 90_000, source: at(5, 11) },
      undefined
    ])
  })

  it("says what agents' own trees are given", () => {
    const { worktree } = parsed("worktree:\n  copy: [.env, node_modules]\n  setup: npm ci\n")
    expect([worktree.copy?.value, worktree.copy?.shown, worktree.setup?.value, worktree.setup?.key]).toStrictEqual([
      [".env", "node_modules"],
      "[.env, node_modules]",
      ["npm ci"],
      "worktree.setup"
    ])
    expect(parsed("worktree:\n").worktree).toStrictEqual({})
    expect(parsed("worktree: { clone: x }").warnings).toStrictEqual([
      "config.yaml:1:13: worktree.clone: unknown key; known are copy, setup"
    ])
  })

  it("may hold nothing but comments", () => {
    expect(parsed("# model: x\n\n   # more\n")).toStrictEqual(parsed(""))
    expect(parsed("").warnings).toStrictEqual([])
  })

  it("keeps what it says of providers without what may be a secret", () => {
    const text = `providers:
  local:
    base_url: https://ada:pw@llm.example.com/v1/?token=t
    http_headers: { authorization: Bearer sk-1 }
    query_params: { key: sk-2 }
    env_http_headers: { x-team: TEAM }
`
    const { leaves, providers } = parsed(text)
    expect(leaves.map(({ key, shown }) => [key, shown])).toStrictEqual([
      ["providers.local.base_url", '"https://hidden@llm.example.com/v1/?hidden"'],
      ["providers.local.http_headers", "{ authorization: hidden }"],
      ["providers.local.env_http_headers", "{ x-team: TEAM }"],
      ["providers.local.query_params", "{ key: hidden }"]
    ])
    expect(providers.map(({ headers, query }) => [headers, query])).toStrictEqual([
      [{ authorization: "Bearer sk-1" }, { key: "sk-2" }]
    ])
  })

  it.each([
    ["providers: { a: { wire_api: chat } }", "config.yaml:1:17: providers.a.base_url: missing; expected an http"],
    ["providers: { a: { base_url: here } }", 'config.yaml:1:29: providers.a.base_url: is "here"'],
    [
      "providers: { openai: { base_url: 'http://x' } }",
      "config.yaml:1:22: providers.openai: is the name of a built-in"
    ],
    ["providers: { a: { base_url: 'http://x', wire_api: soap } }", 'config.yaml:1:51: providers.a.wire_api: is "soap"'],
    ["providers: { a: { base_url: 'http://x', request_max_retries: -1 } }", 'providers.a.request_max_retries: is "-1"'],
    ["providers: { a: { base_url: 'http://x', requires_auth: 1 } }", "requires_auth: expected true or false, found 1"],
    ["providers: [a]", "config.yaml:1:12: providers: expected a mapping of names to settings"],
    ["prices: { m: { input: cheap, output: 1 } }", "config.yaml:1:23: prices.m.input"],
    ["prices: { m: { input: 1 } }", "config.yaml:1:14: prices.m.output: missing"],
    ["[]", "config.yaml:1:1"],
    ["model: [", "config.yaml:1:"],
    ["model: { a: 1 }", "config.yaml:1:8: model: expected a text, found a mapping"],
    ["budget: 15m", "config.yaml:1:9: budget: 15m has two readings"],
    ["budget: [1k, 2k]", "config.yaml:1:9: budget: limits tokens more than once"],
    ["budget: {}", "config.yaml:1:9: budget: expected an amount, or a list of amounts, found a mapping"],
    ["max_parallel: many", 'config.yaml:1:15: max_parallel: is "many", but it must be a whole number from 1 on'],
    ["max_depth: 0", 'config.yaml:1:12: max_depth: is "0"'],
    ["deadline: soon", 'config.yaml:1:11: deadline: "soon" is not a time'],
    ["sandbox: none", 'config.yaml:1:10: sandbox: is "none", but it can only be read-only or workspace-write'],
    ["worktree: [.env]", "config.yaml:1:11: worktree: expected a mapping with copy and setup"],
    [
      "worktree: { copy: [../up] }",
      'config.yaml:1:19: worktree.copy: holds "../up", which leads out of the repository'
    ],
    ["worktree: { setup: { a: 1 } }", "worktree.setup: expected a list of commands, found a mapping"],
    ["color: [never]", "config.yaml:1:8: color: expected auto or always or never, found a list"]
  ])("%s is refused with the place", (text, place) => {
    expect(() => parsed(text)).toThrow(place)
  })

  it("never repeats a key that stands where its variable's name belongs", () => {
    const text = "providers: { a: { base_url: 'http://x', env_key: sk-secret-0123 } }"
    expect(() => parsed(text)).toThrow("providers.a.env_key: is not the name of a variable")
    expect(() => parsed(text)).not.toThrow("sk-secret")
  })

  it("with a key that nobody knows is read with a remark that names the nearest", () => {
    expect(parsed("model: m\nmodle: n\nproviders: { a: { base_url: 'http://x', zzz: 1 } }\n").warnings).toStrictEqual([
      "config.yaml:2:1: modle: unknown key; did you mean model?",
      expect.stringMatching(/^config\.yaml:3:41: providers\.a\.zzz: unknown key; known are base_url, wire_api, /)
    ])
  })
})
