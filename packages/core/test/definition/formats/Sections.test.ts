import { describe, expect, it } from "@effect/vitest"
import { grantOf } from "../../../src/definition/AgentDefinition.ts"
import { parseText } from "../../../src/definition/ReadDefinition.ts"
import { fixture, plain, problems, reading, refusal, remarks, rightsOf, unprovided } from "./Texts.ts"

describe("definitions with sections", () => {
  it("are read with their tools, rights, limits, criteria and artifacts", () => {
    const text = fixture("code-reviewer.yaml")
    expect(remarks("code-reviewer.yaml", text)).toStrictEqual([`7:7 tools.mcp[2]: "codebase_search" ${unprovided}`])
    expect(parseText("code-reviewer.yaml", text).format).toBe("codex-yaml")
    expect(plain("code-reviewer.yaml", text)).toStrictEqual({
      name: "code-reviewer",
      description: "Comprehensive code review with security, performance, and best practices analysis",
      goal: "Comprehensive code review with security, performance, and best practices analysis",
      instructions: "Comprehensive code review with security, performance, and best practices analysis",
      tools: [
        "grep",
        "read_file",
        "codebase_search",
        "list_dir",
        "glob",
        "write_file",
        "edit",
        "apply_patch",
        "delete_file",
        "shell",
        "fetch"
      ],
      permissions: {
        ...reading,
        write: ["./artifacts", "./code-review-reports"],
        net: [
          "https://docs.rs/*",
          "https://doc.rust-lang.org/*",
          "https://docs.python.org/*",
          "https://developer.mozilla.org/*"
        ],
        exec: ["cargo *", "npm *", "python *", "rustfmt *", "clippy *"]
      },
      limits: { tokens: 40_000 },
      isolation: "none",
      retention: "job",
      redactSecrets: true,
      successCriteria: [
        "Identify all type safety issues in TypeScript/Rust code",
        "Detect security vulnerabilities (SQL injection, XSS, etc.)",
        "Suggest performance optimizations with concrete examples",
        "Ensure code follows language-specific best practices",
        "Generate detailed code review report with line-specific comments"
      ],
      checks: [],
      artifacts: ["artifacts/code-review-report.md", "code-review-reports/review-summary.json"],
      extra: {}
    })
  })

  it("may have a title for a name, a mapping of policies.net, and keys of their own", () => {
    const text = fixture("python-reviewer.yaml")
    const { definition } = parseText("python-reviewer.yaml", text)
    expect({ name: definition.name, title: definition.title }).toStrictEqual({
      name: "python-reviewer",
      title: "Python Reviewer"
    })
    expect(remarks("python-reviewer.yaml", text)).toStrictEqual([
      `7:7 tools.mcp[0]: "code_indexer" ${unprovided}`,
      `8:7 tools.mcp[1]: "ast_analyzer" ${unprovided}`,
      `9:7 tools.mcp[2]: "python_language_server" ${unprovided}`
    ])
    expect(definition.permissions.net).toStrictEqual([
      "https://docs.python.org",
      "https://peps.python.org",
      "https://django-doc.readthedocs.io",
      "https://fastapi.tiangolo.com"
    ])
    expect(definition.limits.tokens).toBe(20_000)
    expect(Object.keys(definition.extra)).toStrictEqual(["python_checks", "linters", "frameworks_support"])
    expect(definition.extra.frameworks_support).toStrictEqual(["Django", "FastAPI", "Flask", "pytest"])
  })

  it("may grant no shell by an empty list", () => {
    const { definition } = parseText("researcher.yaml", fixture("researcher.yaml"))
    expect(definition.permissions.exec).toStrictEqual([])
    expect(definition.redactSecrets).toBe(false)
  })

  it("without tools, rights and limits read the workspace, write their artifacts, and spend 40,000 tokens", () => {
    const { definition } = parseText("x.yaml", "name: a\ngoal: g\nartifacts: [out.md]\n")
    expect({
      tools: definition.tools,
      permissions: definition.permissions,
      write: grantOf(definition).write,
      limits: { ...definition.limits }
    }).toStrictEqual({
      tools: ["read_file", "list_dir", "glob", "grep", "write_file", "edit"],
      permissions: reading,
      write: ["out.md"],
      limits: { tokens: 40_000 }
    })
  })

  it.each([
    ["a list", "net: [docs.rs], shell: [git log]", { net: ["docs.rs"], exec: ["git log *"] }],
    ["a mapping", "net: {allow: [docs.rs]}, shell: {exec: [git log]}", { net: ["docs.rs"], exec: ["git log *"] }],
    ["an empty list", "net: [], shell: []", {}],
    ["none", "net: none, shell: [none]", {}]
  ])("may state net and shell under policies as %s", (_, policies, expected) => {
    const text = `name: a\ngoal: g\npolicies: {${policies}}\n`
    expect([rightsOf("x.yaml", text), remarks("x.yaml", text)]).toStrictEqual([{ ...reading, ...expected }, []])
  })

  it("grant what tools and policies grant together, and nothing where one of them says nothing", () => {
    const text = "name: a\ntools: {net: [a.org, b.org], shell: [git]}\npolicies: {net: [b.org, c.org], shell: []}\n"
    expect(rightsOf("x.yaml", text)).toStrictEqual({ ...reading, net: ["a.org", "b.org", "c.org"] })
  })

  it.each([
    ["true", ["**"]],
    ["false", []],
    ["docs", ["docs"]],
    ["[docs, ./a]", ["docs", "./a"]]
  ])("may write where fs.write says so: %s", (write, rules) => {
    expect(rightsOf("x.yaml", `name: a\ntools: {fs: {write: ${write}}}\n`)).toStrictEqual({ ...reading, write: rules })
  })

  it("grant no writing, running or fetching by the name of a tool, and servers and agents by nothing else", () => {
    const mcp = "[Write, Bash(rm -r .), WebFetch, files__read, mcp__git, mcp__git__log, 'Task(a, B b)']"
    const { definition } = parseText("x.yaml", `name: a\ntools: {mcp: ${mcp}}\n`)
    expect(definition.permissions).toStrictEqual({ ...reading, mcp: ["git"], spawn: ["a", "b-b"] })
    expect(grantOf(definition).mcp).toStrictEqual(["git", "files__read", "git__log"])
  })

  it("may repeat a value by an alias, also in keys of their own", () => {
    const { definition } = parseText("x.yaml", "name: a\ngoal: &g find it\nmore: [*g]\nartifacts: [*g]\n")
    expect({ extra: definition.extra, artifacts: definition.artifacts }).toStrictEqual({
      extra: { more: ["find it"] },
      artifacts: ["find it"]
    })
  })

  it("with rules that can cover nothing are read with a warning for each", () => {
    const text =
      "name: a\ntools:\n  fs: {read: [/etc], write: [../out]}\n  net: ['ftp://x.org']\n  shell: ['ls | sh']\nartifacts: [~/x]\n"
    expect(remarks("x.yaml", text)).toStrictEqual([
      '3:15 tools.fs.read[0]: "/etc" is absolute or leads out of the workspace, and grants nothing',
      '3:30 tools.fs.write[0]: "../out" is absolute or leads out of the workspace, and grants nothing',
      '4:9 tools.net[0]: "ftp://x.org" is no address such as https://docs.rs/* or https://*.example.org, and grants nothing',
      '5:11 tools.shell[0]: "ls | sh *" is compared word by word, without quotes or what a shell reads',
      '6:13 artifacts[0]: "~/x" is absolute or leads out of the workspace, and grants nothing'
    ])
  })

  it("with unknown keys under tools and policies are read with a warning for each", () => {
    expect(remarks("x.yaml", "name: a\r\ntools:\r\n  mpc: [grep]\r\n  fs: {raed: true}\r\n")).toStrictEqual([
      "3:3 tools.mpc: unknown key; known are mcp, fs, net, shell",
      "4:8 tools.fs.raed: unknown key; known are read, write"
    ])
  })

  it("with a key of their own that is nearly one of ours say so", () => {
    expect(
      remarks("x.yaml", "name: a\ngoal: g\nartifact: [a.md]\npermisions: {read: [a]}\nlinters: [b]\n")
    ).toStrictEqual([
      "3:1 artifact: is passed to the model as it stands; did you mean artifacts?",
      "4:1 permisions: is passed to the model as it stands; did you mean permissions?"
    ])
  })

  it.each([
    [
      "a wrong type",
      "name: a\ngoal: g\npolicies:\n  context:\n    max_tokens: many\n",
      '5:17 policies.context.max_tokens: expected a whole number above 0, found "many"'
    ],
    ["a list with a mapping in it", "name: a\nartifacts:\n  - {a: b}\n", "3:5 artifacts[0]: this entry is not a text"],
    ["no name", "goal: g\n", "1:1 name: missing; expected a name"],
    ["a key without a value", "name: a\ngoal:\n", "2:6 goal: expected a text, found nothing"],
    ["CRLF line ends", "name: a\r\ngoal: g\r\ntools:\r\n  fs: 5\r\n", "4:7 tools.fs: expected a mapping, found 5"],
    [
      "a name that leads out",
      "name: ../../etc\ngoal: g\n",
      '1:7 name: expected a name of letters, digits and hyphens, such as code-reviewer, found "../../etc"'
    ],
    [
      "dots for a name",
      "name: a..b\ngoal: g\n",
      '1:7 name: expected a name of letters, digits and hyphens, such as code-reviewer, found "a..b"'
    ],
    [
      "a limit of another format",
      "name: a\ntools: {mcp: []}\nmax_tokens: 500\n",
      "3:1 max_tokens: belongs to another format than the rest, which is one with sections"
    ],
    [
      "rights of another format",
      "name: a\npolicies: {}\npermissions: {shell: false}\n",
      "2:1 policies: belongs to another format than the rest, which is a flat one"
    ],
    [
      "files granted twice",
      "name: a\ntools: {fs: {read: true}}\npolicies: {permissions: {filesystem: [src]}}\n",
      "3:26 policies.permissions.filesystem: says again what tools.fs.read says"
    ],
    [
      "a retention nobody knows",
      "name: a\npolicies: {context: {retention: ever}}\n",
      '2:33 policies.context.retention: expected one of job, session, permanent, found "ever"'
    ]
  ])("with %s are refused with line and column", (_, text, problem) => {
    expect(problems("x.yaml", text)[0]).toBe(problem)
    expect(refusal("x.yaml", text).hint).not.toBe("")
  })

  it("are told everything that is wrong with them at once, in order of places", () => {
    const text = "name: ''\ngoal: [g]\ntools: {fs: {write: 5}}\npolicies: {context: {max_tokens: 0}}\nartifacts: {}\n"
    expect(problems("x.yaml", text)).toStrictEqual([
      '1:7 name: expected a name of letters, digits and hyphens, such as code-reviewer, found ""',
      "2:7 goal: expected a text, found a list",
      "3:21 tools.fs.write: expected a list of texts, found 5",
      "4:34 policies.context.max_tokens: expected a whole number above 0, found 0",
      "5:12 artifacts: expected a list of texts, found a mapping"
    ])
    expect(refusal("x.yaml", text).message).toBe(
      'x.yaml:1:7: name: expected a name of letters, digits and hyphens, such as code-reviewer, found "" (and 4 more)'
    )
  })
})

describe("generated definitions", () => {
  it("read what filesystem names, and write their artifacts", () => {
    const { definition, format, warnings } = parseText("license-checker.json", fixture("license-checker.json"))
    expect({ format, warnings, permissions: definition.permissions, tokens: definition.limits.tokens }).toStrictEqual({
      format: "generated",
      warnings: [],
      permissions: { ...reading, read: ["./src/**", "./packages/**"] },
      tokens: 12_000
    })
    expect(grantOf(definition).write).toStrictEqual(["artifacts/licences.md"])
    expect(definition.tools).toStrictEqual(["read_file", "grep", "list_dir", "glob", "write_file", "edit"])
  })

  it("may be written as YAML, and reach what network names", () => {
    const text =
      "name: a\ngoal: g\ntools: {mcp: [], shell: [cargo test]}\npolicies: {permissions: {filesystem: [src], network: ['https://docs.rs/*']}}\n"
    expect(rightsOf("x.yaml", text)).toStrictEqual({
      ...reading,
      read: ["src"],
      net: ["https://docs.rs/*"],
      exec: ["cargo test *"]
    })
  })

  it("are refused with the place of what is wrong in their JSON", () => {
    expect(problems("x.json", '{"name":"a","goal":5,\n "policies":{"permissions":{"filesystem":{}}}}')).toStrictEqual([
      "2:42 policies.permissions.filesystem: expected a list of texts, found a mapping"
    ])
  })
})
