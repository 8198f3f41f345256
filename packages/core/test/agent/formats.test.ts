import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { DefinitionError } from "../../src/agent/DefinitionError.ts"
import * as Markdown from "../../src/agent/formats/Markdown.ts"
import * as YamlA from "../../src/agent/formats/YamlA.ts"

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8")

const refusal = (parse: () => unknown): { readonly message: string; readonly hint: string } => {
  try {
    parse()
  } catch (error) {
    if (error instanceof DefinitionError) return { message: error.message, hint: error.hint }
    throw error
  }
  throw new Error("it was read")
}

describe("YAML definitions", () => {
  it("are read with their tools, rights, limits, criteria and artifacts", () => {
    const { definition, warnings } = YamlA.parse("code-reviewer.yaml", fixture("code-reviewer.yaml"))
    expect(warnings).toStrictEqual([])
    expect({ ...definition, limits: { ...definition.limits } }).toStrictEqual({
      name: "code-reviewer",
      description: "Comprehensive code review with security, performance, and best practices analysis",
      goal: "Comprehensive code review with security, performance, and best practices analysis",
      instructions: "Comprehensive code review with security, performance, and best practices analysis",
      tools: ["grep", "read_file", "codebase_search"],
      permissions: {
        read: ["**"],
        write: ["./artifacts", "./code-review-reports"],
        net: [
          "https://docs.rs/*",
          "https://doc.rust-lang.org/*",
          "https://docs.python.org/*",
          "https://developer.mozilla.org/*"
        ],
        exec: ["cargo", "npm", "python", "rustfmt", "clippy"]
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
    const { definition } = YamlA.parse("python-reviewer.yaml", fixture("python-reviewer.yaml"))
    expect(definition.name).toBe("python-reviewer")
    expect(definition.permissions.net).toStrictEqual([
      "https://docs.python.org",
      "https://peps.python.org",
      "https://django-doc.readthedocs.io",
      "https://fastapi.tiangolo.com"
    ])
    expect(definition.limits.tokens).toBe(20_000)
    expect(Object.keys(definition.extra)).toContain("python_checks")
    expect(definition.instructions).toContain("docstring_coverage")
  })

  it("may grant no shell by an empty list", () => {
    const { definition } = YamlA.parse("researcher.yaml", fixture("researcher.yaml"))
    expect(definition.permissions.exec).toStrictEqual([])
    expect(definition.redactSecrets).toBe(false)
  })

  it.each([
    [
      "a wrong type",
      "name: a\ngoal: g\npolicies:\n  context:\n    max_tokens: many\n",
      'x.yaml:5:17: policies.context.max_tokens: expected a whole number above 0, found "many"'
    ],
    [
      "a list with a mapping in it",
      "name: a\nartifacts:\n  - {a: b}\n",
      "x.yaml:3:5: artifacts[0]: this entry is not a text"
    ],
    ["bad YAML", "name: a\ngoal: 'open\n", "x.yaml:3:1: Missing closing 'quote"],
    ["a tab as indentation", "name: a\ntools:\n\tmcp: []\n", "x.yaml:3:1: Tabs are not allowed as indentation"],
    ["a key given twice", "name: a\nname: b\n", "x.yaml:2:1: Map keys must be unique"],
    ["two documents", "name: a\n---\nname: b\n", "x.yaml:2:1: the file holds more than one YAML document"],
    ["an empty file", "", "x.yaml:1:1: the file is empty"],
    ["a list for a file", "- a\n", "x.yaml:1:1: the file is not a mapping of keys to values"],
    ["no name", "goal: g\n", "x.yaml:1:1: name: missing; expected a name"],
    [
      "a name that leads out",
      "name: ../../etc\n",
      'x.yaml:1:7: name: expected a name of letters, digits and hyphens, such as code-reviewer, found "../../etc"'
    ],
    [
      "tools of another shape",
      "name: a\ntools: [read_file]\n",
      "x.yaml:2:8: tools: expected a mapping such as `tools: {mcp: [read_file], fs: {read: true}}` (lists of tools are not read yet), found a list"
    ],
    [
      "a retention nobody knows",
      "name: a\npolicies: {context: {retention: ever}}\n",
      'x.yaml:2:33: policies.context.retention: expected one of job, session, permanent, found "ever"'
    ]
  ])("with %s are refused with file, line and column", (_, text, message) => {
    expect(refusal(() => YamlA.parse("x.yaml", text)).message).toBe(message)
  })

  it("with aliases that expand without end are refused before they do", () => {
    const levels = Array.from(
      { length: 12 },
      (_, index) =>
        `k${index}: &a${index} [${
          index === 0
            ? "x"
            : Array(9)
                .fill(`*a${index - 1}`)
                .join(",")
        }]`
    )
    expect(refusal(() => YamlA.parse("x.yaml", `name: a\n${levels.join("\n")}\n`)).message).toBe(
      "x.yaml:1:1: its aliases (*name) expand to too much"
    )
  })

  it("with unknown keys under tools and policies are read with a warning for each", () => {
    const { warnings } = YamlA.parse("x.yaml", "name: a\r\ntools:\r\n  mpc: [grep]\r\n  fs: {raed: true}\r\n")
    expect(warnings).toStrictEqual([
      { line: 3, column: 3, field: "tools.mpc", problem: "unknown key; known are mcp, fs, net, shell" },
      { line: 4, column: 8, field: "tools.fs.raed", problem: "unknown key; known are read, write" }
    ])
  })
})

describe("Markdown definitions", () => {
  it("grant by the names of their tools", () => {
    const { definition, warnings } = Markdown.parse("test-writer.md", fixture("test-writer.md"))
    expect(warnings).toStrictEqual([])
    expect(definition.tools).toStrictEqual(["read_file", "grep", "glob", "write_file", "shell"])
    expect(definition.permissions).toStrictEqual({ read: ["**"], write: ["**"], net: [], exec: ["npm test"] })
    expect(definition.limits.turns).toBe(12)
    expect(definition.isolation).toBe("worktree")
    expect(definition.instructions).toBe(
      "You write unit tests for code that has none. Read the code first, follow the style of the tests next to it, run them."
    )
  })

  it("without tools get the reading ones", () => {
    const { definition } = Markdown.parse("x.md", "---\nname: a\ndescription: d\n---\nDo it.\n")
    expect(definition.tools).toStrictEqual(["read_file", "list_dir", "glob", "grep"])
  })

  it("fetch what their tools name", () => {
    const { definition } = Markdown.parse(
      "x.md",
      "---\nname: a\ntools: WebFetch(domain:docs.rs), WebFetch\n---\nDo it.\n"
    )
    expect(definition.permissions.net).toStrictEqual(["https://docs.rs/*", "https://*"])
  })

  it("whose front matter is no YAML are read line by line, with a warning", () => {
    const { definition, warnings } = Markdown.parse(
      "x.md",
      '---\nname: a\ndescription: Use when: user: "x" says so\n---\nDo it.\n'
    )
    expect(definition.description).toBe('Use when: user: "x" says so')
    expect(warnings).toHaveLength(1)
    expect(warnings[0]?.line).toBe(3)
    expect(warnings[0]?.problem).toContain("not valid YAML")
  })

  it.each([
    ["no front matter", "Do it.\n", "x.md:1:1: the file does not begin with front matter"],
    ["front matter without end", "---\nname: a\n", "x.md:1:1: the front matter has no end"],
    [
      "a wrong type",
      "---\nname: a\nmaxTurns: soon\n---\nDo it.\n",
      'x.md:3:11: maxTurns: expected a whole number above 0, found "soon"'
    ],
    ["no instruction", "---\nname: a\n---\n", "x.md:2:8: there is no instruction below the front matter"]
  ])("with %s are refused with file, line and column", (_, text, message) => {
    expect(refusal(() => Markdown.parse("x.md", text)).message).toBe(message)
  })
})

describe("any text", () => {
  it.prop("is a definition or a DefinitionError, never a crash", [Schema.String], ([text]) => {
    for (const parse of [
      () => YamlA.parse("x", text),
      () => YamlA.parse("x", `name: a\n${text}`),
      () => Markdown.parse("x", `---\n${text}\n---\nbody`)
    ]) {
      try {
        parse()
      } catch (error) {
        if (!(error instanceof DefinitionError)) throw error
      }
    }
  })
})
