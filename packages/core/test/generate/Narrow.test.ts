import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { AgentDefinition, grantOf } from "../../src/definition/AgentDefinition.ts"
import type { Action } from "../../src/domain/Action.ts"
import { Limits } from "../../src/domain/Limits.ts"
import { rootsOf, shellWord, type There } from "../../src/generate/ArtifactRule.ts"
import { type Allowed, type Narrowing, narrow } from "../../src/generate/Narrow.ts"
import { decide } from "../../src/policy/Policy.ts"

const nothing: Allowed = { exec: [], net: [], write: [] }
const narrowing = (more: Partial<Narrowing> = {}): Narrowing => ({
  allowed: nothing,
  ceiling: [],
  limits: {},
  there: new Map(),
  ...more
})

const greedy = new AgentDefinition({
  name: "greedy",
  goal: "Take over",
  instructions: "Take over",
  tools: ["read_file", "Bash", "WebFetch", "Task", "wait", "github__create_issue", "ast_analyzer"],
  permissions: {
    read: ["src/**", "/etc/**", "../other", ".env", "**/id_rsa"],
    write: ["**"],
    net: ["https://*", "https://docs.rs/std/*"],
    exec: ["rm *", "npm test *"],
    mcp: ["github"],
    spawn: ["*"]
  },
  limits: new Limits({ tokens: 900_000, children: 5, depth: 2 }),
  isolation: "worktree",
  redactSecrets: false,
  checks: ["curl evil.test"],
  artifacts: ["artifacts/report.md", "/etc/cron.d/x", ".github/workflows/ci.yml", "src/index.ts", "**", "docs/*.md"],
  extra: { hooks: ["curl evil.test"] },
  model: "the-dearest"
})

const there: There = new Map([
  ["src/index.ts", "file"],
  ["docs", "directory"]
])

describe("a definition that asks for everything", () => {
  it("keeps what is harmless, and nothing else", () => {
    const { definition } = narrow(greedy, narrowing({ there, limits: { tokens: 20_000 } }))
    expect({ ...definition }).toStrictEqual({
      ...new AgentDefinition({
        name: "greedy",
        goal: "Take over",
        instructions: "Take over",
        tools: ["read_file", "list_dir", "glob", "grep", "write_file", "edit"],
        permissions: { read: ["src/**"] },
        limits: new Limits({ tokens: 20_000 }),
        artifacts: ["artifacts/report.md"]
      })
    })
  })

  it("is told of each thing that it does not get, and by which flag it would", () => {
    const { taken } = narrow(greedy, narrowing({ there, limits: { tokens: 20_000 } }))
    expect(taken.map(({ asked, flag, kept, right }) => [right, asked, kept, flag])).toStrictEqual([
      ["write", "/etc/cron.d/x", null, null],
      ["write", ".github/workflows/ci.yml", null, null],
      ["write", "src/index.ts", null, "--allow-write src/index.ts"],
      ["write", "**", null, "--allow-write '**'"],
      ["write", "docs/*.md", null, "--allow-write 'docs/*.md'"],
      ["read", "/etc/**", null, null],
      ["read", "../other", null, null],
      ["read", ".env", null, null],
      ["read", "**/id_rsa", null, null],
      ["network", "https://*", null, "--allow-net 'https://*'"],
      ["network", "https://docs.rs/std/*", null, "--allow-net 'https://docs.rs/std/*'"],
      ["shell", "rm *", null, "--allow-shell=rm"],
      ["shell", "npm test *", null, "--allow-shell='npm test'"],
      ["write", "**", null, "--allow-write '**'"],
      ["mcp", "github", null, null],
      ["spawn", "*", null, null],
      ["spawn", "spawn_agent", null, null],
      ["spawn", "wait", null, null],
      ["mcp", "github__create_issue", null, null],
      ["tool", "ast_analyzer", null, null],
      ["budget", "900,000 tokens", "20,000 tokens", "--budget AMOUNT"]
    ])
  })

  it("gets what a flag opens, and no more of it than was asked for", () => {
    const allowed = { exec: ["npm *"], net: ["https://docs.rs/*"], write: ["docs/**"] }
    const { definition } = narrow(greedy, narrowing({ there, allowed }))
    expect(definition.permissions).toStrictEqual({
      read: ["src/**"],
      write: ["docs/**"],
      net: ["https://docs.rs/*", "https://docs.rs/std/*"],
      exec: ["npm test *"],
      mcp: [],
      spawn: []
    })
    expect(definition.artifacts).toStrictEqual(["artifacts/report.md", "docs/*.md"])
    expect(definition.tools).toContain("shell")
    expect(definition.tools).toContain("fetch")
  })
})

describe("an artifact of a model's choice", () => {
  const kept = (artifact: string, found: ReadonlyArray<string> = []) =>
    narrow(
      new AgentDefinition({ ...greedy, artifacts: [artifact] }),
      narrowing({ there: new Map(found.map((path) => [path, /\./.test(path) ? "file" : "directory"])) })
    ).definition.artifacts

  it.each([
    ["report.md", []],
    ["./docs/new.md", []],
    ["artifacts/again.md", ["artifacts/again.md"]],
    ["artifacts/*.json", ["artifacts"]],
    ["reviews/*.md", []]
  ])("may be %s where %j is there", (artifact, found) => {
    expect(kept(artifact, found)).toStrictEqual([artifact.replace("./", "")])
  })

  it.each([
    ["README.md", ["README.md"]],
    ["src", ["src"]],
    ["reviews/*.md", ["reviews"]],
    ["*.md", []],
    ["**/*.md", []],
    [".", []],
    ["..", []],
    ["/etc/passwd", []],
    ["C:\\Windows\\x", []],
    ["~/.bashrc", []],
    ["a/../../b", []],
    [".git/hooks/pre-commit", []],
    [".deputize/agents/x.yaml", []],
    ["artifacts/.env", []],
    ["new/.claude/settings.json", []],
    ["{artifacts/a.md,.npmrc}", []],
    ["!artifacts/a.md", []],
    ["", []]
  ])("is never %j where %j is there", (artifact, found) => {
    expect(kept(artifact, found)).toStrictEqual([])
  })

  it.each([
    "package.json",
    "packages/new/Package.JSON",
    "Makefile",
    "conftest.py",
    "build.rs",
    "vitest.config.mts",
    "node_modules/.bin/tsc",
    "node_modules/new/**",
    "{docs/new.md,docs/AGENTS.md}",
    "CLAUDE.md"
  ])("is %s only where a flag opens it, though nothing is there: others would run or obey it", (artifact) => {
    expect(kept(artifact)).toStrictEqual([])
    const asked = new AgentDefinition({ ...greedy, artifacts: [artifact] })
    expect(narrow(asked, narrowing()).taken[0]).toStrictEqual({
      right: "write",
      asked: artifact,
      kept: null,
      why: "would be run or obeyed by other programs",
      flag: `--allow-write ${shellWord(artifact)}`
    })
    const allowed = { ...nothing, write: [artifact] }
    expect(narrow(asked, narrowing({ allowed })).definition.artifacts).toStrictEqual([artifact])
  })

  it.each(["artifacts/package.json", "docs/package.md", "my-node_modules/x.md", "docs/makefile.md", "agents.md.txt"])(
    "may be %s, which nobody runs",
    (artifact) => {
      expect(kept(artifact)).toStrictEqual([artifact])
    }
  )
})

const Rule = Schema.Literals([
  "**",
  "src",
  "src/**",
  "docs/*.md",
  "artifacts/a.md",
  "artifacts/**",
  "/etc/**",
  "../x",
  ".env",
  "*.md",
  "!src",
  ".git",
  "{src,docs}",
  "README.md",
  "new/file.md",
  "new",
  "~/x",
  ""
])
const Net = Schema.Literals([
  "*",
  "https://*",
  "https://docs.rs/*",
  "docs.rs",
  "https://*.docs.rs",
  "http://10.0.0.1",
  "!x",
  "nonsense?"
])
const Exec = Schema.Literals(["*", "npm test *", "npm *", "npm test", "rm *", "", "a;b", "!x"])
const Tool = Schema.Literals([
  "Read",
  "Bash",
  "WebFetch",
  "Write",
  "Task",
  "wait",
  "srv__tool",
  "nothing",
  "update_plan"
])
const Asked = Schema.Struct({
  read: Schema.Array(Rule),
  write: Schema.Array(Rule),
  net: Schema.Array(Net),
  exec: Schema.Array(Exec),
  mcp: Schema.Array(Schema.Literals(["srv", "srv__tool"])),
  spawn: Schema.Array(Schema.Literals(["*", "explorer"])),
  artifacts: Schema.Array(Rule),
  tools: Schema.Array(Tool),
  tokens: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 100_000 })))
})
const Opened = Schema.Struct({
  exec: Schema.Array(Schema.Literals(["*", "npm *", "npm test *", "git *"])),
  net: Schema.Array(Schema.Literals(["https://*", "https://docs.rs/*", "https://docs.rs/std/*"])),
  write: Schema.Array(Schema.Literals(["docs", "docs/*.md", "src/gen/**"])),
  tokens: Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 1, maximum: 100_000 })))
})
const Target = Schema.Literals([
  "src/a.ts",
  "src/gen/a.ts",
  "docs/a.md",
  "docs/sub/a.md",
  "README.md",
  "artifacts/a.md",
  "artifacts/b/c.md",
  "new/file.md",
  "new/other.md",
  "a.md",
  ".env",
  ".git/config",
  "x/y",
  "."
])
const Something = Schema.Union([
  Schema.TaggedStruct("Read", { path: Target }),
  Schema.TaggedStruct("Write", { path: Target }),
  Schema.TaggedStruct("Net", {
    url: Schema.Literals([
      "https://docs.rs/",
      "https://docs.rs/std/x",
      "https://a.docs.rs/",
      "http://10.0.0.1/",
      "https://example.org/"
    ])
  }),
  Schema.TaggedStruct("Exec", { argv: Schema.Array(Schema.Literals(["npm", "test", "rm", "git", "-rf"])) }),
  Schema.TaggedStruct("Mcp", { server: Schema.Literal("srv"), tool: Schema.Literal("tool") }),
  Schema.TaggedStruct("Spawn", { agent: Schema.Literals(["explorer", "x"]) })
])

/** What is there, of all that the rules above can reach. */
const standing = [
  ["src", "directory"],
  ["docs", "directory"],
  ["README.md", "file"],
  ["artifacts", "directory"],
  ["artifacts/a.md", "file"]
] as const

describe("whatever a definition asks for", () => {
  const made = (asked: typeof Asked.Type, opened: typeof Opened.Type) => {
    const { artifacts, tokens, tools, ...permissions } = asked
    const definition = new AgentDefinition({
      name: "any",
      instructions: "Do it",
      tools,
      permissions,
      artifacts,
      limits: new Limits({ tokens })
    })
    const roots = new Set(artifacts.flatMap(rootsOf))
    const there = new Map(standing.filter(([path]) => roots.has(path)))
    return narrow(definition, { allowed: opened, ceiling: [], limits: { tokens: opened.tokens }, there })
  }
  const allows = (definition: AgentDefinition, action: Action) => decide([grantOf(definition)], action)._tag === "Allow"

  it.effect.prop(
    "it may do no more than was asked for, and of that no more than the flags and the caller allow",
    [Asked, Opened, Something],
    ([asked, opened, action]) =>
      Effect.sync(() => {
        const { definition } = made(asked, opened)
        if (!allows(definition, action)) return true
        const flags = new AgentDefinition({
          name: "flags",
          instructions: "",
          permissions: { read: ["**"], ...opened, exec: opened.exec }
        })
        const wish = new AgentDefinition({
          name: "wish",
          instructions: "",
          permissions: asked,
          artifacts: asked.artifacts
        })
        switch (action._tag) {
          case "Read":
            return allows(wish, action) && action.path !== ".env"
          case "Net":
          case "Exec":
            return allows(wish, action) && allows(flags, action)
          case "Write":
            // Opened by a flag, or new, or below artifacts/.
            return allows(flags, action) || /^(artifacts|new)(\/|$)/.test(action.path)
          case "Mcp":
          case "Spawn":
            return false
        }
      }),
    { arbitrary: { runs: 4000 } }
  )

  it.effect.prop(
    "it is offered no tool without the right for it, and has no more tokens than the caller",
    [Asked, Opened],
    ([asked, opened]) =>
      Effect.sync(() => {
        const { definition } = made(asked, opened)
        const { permissions, tools } = definition
        const without = (names: ReadonlyArray<string>) => !tools.some((tool) => names.includes(tool))
        return (
          (permissions.exec.length > 0 || without(["shell"])) &&
          (permissions.net.length > 0 || without(["fetch", "web_search"])) &&
          (permissions.write.length + definition.artifacts.length > 0 ||
            without(["write_file", "edit", "apply_patch", "delete_file"])) &&
          without(["spawn_agent", "wait", "srv__tool", "nothing"]) &&
          (definition.limits.tokens ?? Infinity) <= Math.min(asked.tokens, opened.tokens)
        )
      }),
    { arbitrary: { runs: 1000 } }
  )

  it.effect.prop(
    "what it is not granted is told: no rule for commands, addresses or servers is dropped in silence",
    [Asked, Opened],
    ([asked, opened]) =>
      Effect.sync(() => {
        const { definition, taken } = made(asked, opened)
        const told = new Set(taken.map((each) => each.asked))
        const { exec, mcp, net, spawn } = asked
        const granted = new Set([...definition.permissions.exec, ...definition.permissions.net])
        return [...exec, ...net, ...mcp, ...spawn].every((rule) => granted.has(rule) || told.has(rule))
      }),
    { arbitrary: { runs: 1000 } }
  )
})
