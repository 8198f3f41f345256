import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { AgentDefinition } from "../../src/definition/AgentDefinition.ts"
import { DefinitionError } from "../../src/definition/DefinitionError.ts"
import * as Markdown from "../../src/definition/formats/Markdown.ts"
import * as YamlA from "../../src/definition/formats/YamlA.ts"

const fixture = (name: string) => readFileSync(join(import.meta.dirname, "fixtures", name), "utf8")

const unprovided = "is a tool that nothing here provides; the agent goes without it"
const shapes =
  "read are YAML with name, goal, tools {mcp, fs, net, shell} and policies {context, secrets, net, shell}, and Markdown with front matter"

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
    expect(warnings).toStrictEqual([
      { line: 7, column: 7, field: "tools.mcp[2]", problem: `"codebase_search" ${unprovided}` }
    ])
    expect({ ...definition, limits: { ...definition.limits } }).toStrictEqual({
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
        "delete_file"
      ],
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
    const { definition, warnings } = YamlA.parse("python-reviewer.yaml", fixture("python-reviewer.yaml"))
    expect({ name: definition.name, title: definition.title }).toStrictEqual({
      name: "python-reviewer",
      title: "Python Reviewer"
    })
    expect(warnings).toStrictEqual([
      { line: 7, column: 7, field: "tools.mcp[0]", problem: `"code_indexer" ${unprovided}` },
      { line: 8, column: 7, field: "tools.mcp[1]", problem: `"ast_analyzer" ${unprovided}` },
      { line: 9, column: 7, field: "tools.mcp[2]", problem: `"python_language_server" ${unprovided}` }
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
    expect(definition.instructions).toContain("docstring_coverage")
  })

  it("may grant no shell by an empty list", () => {
    const { definition } = YamlA.parse("researcher.yaml", fixture("researcher.yaml"))
    expect(definition.permissions.exec).toStrictEqual([])
    expect(definition.redactSecrets).toBe(false)
  })

  it("without tools, rights and limits read the workspace, write their artifacts, and spend 40,000 tokens", () => {
    const { definition } = YamlA.parse("x.yaml", "name: a\ngoal: g\nartifacts: [out.md]\n")
    expect({
      tools: definition.tools,
      permissions: definition.permissions,
      write: definition.grant.write,
      limits: { ...definition.limits }
    }).toStrictEqual({
      tools: ["read_file", "list_dir", "glob", "grep", "write_file", "edit"],
      permissions: { read: ["**"], write: [], net: [], exec: [] },
      write: ["out.md"],
      limits: { tokens: 40_000 }
    })
  })

  it.each([
    ["a list", "net: [docs.rs], shell: [git log]", { net: ["docs.rs"], exec: ["git log"] }],
    ["a mapping", "net: {allow: [docs.rs]}, shell: {exec: [git log]}", { net: ["docs.rs"], exec: ["git log"] }],
    ["an empty list", "net: [], shell: []", { net: [], exec: [] }],
    ["none", "net: none, shell: [none]", { net: [], exec: [] }]
  ])("may state net and shell under policies as %s", (_, policies, expected) => {
    const { definition, warnings } = YamlA.parse("x.yaml", `name: a\ngoal: g\npolicies: {${policies}}\n`)
    const { exec, net } = definition.permissions
    expect({ net, exec, warnings }).toStrictEqual({ ...expected, warnings: [] })
  })

  it("grant what tools and policies grant together, and nothing where one of them says nothing", () => {
    const { definition } = YamlA.parse(
      "x.yaml",
      "name: a\ntools: {net: [a.org, b.org], shell: [git]}\npolicies: {net: [b.org, c.org], shell: []}\n"
    )
    expect(definition.permissions.net).toStrictEqual(["a.org", "b.org", "c.org"])
    expect(definition.permissions.exec).toStrictEqual([])
  })

  it("may write all, some or no files", () => {
    const written = (write: string) =>
      YamlA.parse("x.yaml", `name: a\ntools: {fs: {write: ${write}}}\n`).definition.permissions.write
    expect([written("true"), written("false"), written("docs"), written("[docs, ./a]")]).toStrictEqual([
      ["**"],
      [],
      ["docs"],
      ["docs", "./a"]
    ])
  })

  it("may repeat a value by an alias, also in keys of their own", () => {
    const { definition } = YamlA.parse("x.yaml", "name: a\ngoal: &g find it\nmore: [*g]\nartifacts: [*g]\n")
    expect({ extra: definition.extra, artifacts: definition.artifacts }).toStrictEqual({
      extra: { more: ["find it"] },
      artifacts: ["find it"]
    })
  })

  it("mean what YAML 1.2 says, whatever version they ask for", () => {
    const { definition } = YamlA.parse(
      "x.yaml",
      "%YAML 1.1\n---\nname: a\ngoal: no\nday: 2001-01-01\nl: {<<: 5}\nn: .inf\n"
    )
    expect({ goal: definition.goal, extra: definition.extra }).toStrictEqual({
      goal: "no",
      extra: { day: "2001-01-01", l: { "<<": 5 }, n: null }
    })
  })

  it("with rules that can cover nothing are read with a warning for each", () => {
    const { warnings } = YamlA.parse(
      "x.yaml",
      "name: a\ntools:\n  fs: {read: [/etc], write: [../out]}\n  net: ['ftp://x.org']\nartifacts: [~/x]\n"
    )
    expect(warnings.map(({ column, field, line }) => [line, column, field])).toStrictEqual([
      [3, 15, "tools.fs.read[0]"],
      [3, 30, "tools.fs.write[0]"],
      [4, 9, "tools.net[0]"],
      [5, 13, "artifacts[0]"]
    ])
    expect(warnings[0]?.problem).toBe('"/etc" is absolute or leads out of the workspace, and grants nothing')
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
    ["a key given twice", "name: a\nname: b\n", "x.yaml:2:1: name: given twice"],
    ["two documents", "name: a\n---\nname: b\n", "x.yaml:2:1: the file holds more than one YAML document"],
    ["an empty file", "", "x.yaml:1:1: the file is empty"],
    ["a list for a file", "- a\n", "x.yaml:1:1: the file is not a mapping of keys to values"],
    ["no name", "goal: g\n", "x.yaml:1:1: name: missing; expected a name"],
    ["a key without a value", "name: a\ngoal:\n", "x.yaml:2:6: goal: expected a text, found nothing"],
    [
      "a key given twice below",
      "name: a\ntools:\n  fs: {read: true, read: false}\n",
      "x.yaml:3:20: tools.fs.read: given twice"
    ],
    ["a key that is a list", "name: a\n? [b]\n: c\n", "x.yaml:2:3: a key that is not a text"],
    [
      "CRLF line ends",
      "name: a\r\ngoal: g\r\ntools:\r\n  fs: 5\r\n",
      "x.yaml:4:7: tools.fs: expected a mapping, found 5"
    ],
    ["a byte order mark", "\uFEFFname: a\ngoal: [g]\n", "x.yaml:2:7: goal: expected a text, found a list"],
    [
      "keys that would move the cursor",
      'name: a\ntools: {fs: {"\\e[2J": 1, "\\e[2J": 2}}\n',
      "x.yaml:2:26: tools.fs.\\u{1b}[2J: given twice"
    ],
    ["nothing but a name", "name: a\nservices: []\n", `x.yaml:1:1: this is no agent definition; ${shapes}`],
    [
      "a name that leads out",
      "name: ../../etc\n",
      'x.yaml:1:7: name: expected a name of letters, digits and hyphens, such as code-reviewer, found "../../etc"'
    ],
    [
      "dots for a name",
      "name: a..b\n",
      'x.yaml:1:7: name: expected a name of letters, digits and hyphens, such as code-reviewer, found "a..b"'
    ],
    [
      "a list of tools",
      "name: a\ntools: [read_file]\n",
      `x.yaml:2:1: tools: a list is of a shape that is not read yet; ${shapes}`
    ],
    [
      "rights of another shape",
      "name: a\ngoal: g\npermissions: {shell: false}\n",
      `x.yaml:3:1: permissions: is of a shape that is not read yet; ${shapes}`
    ],
    [
      "a limit of another shape",
      "name: a\ngoal: g\nmax_tokens: 500\n",
      `x.yaml:3:1: max_tokens: is of a shape that is not read yet; ${shapes}`
    ],
    [
      "the rights of a generated definition",
      '{"name":"a","goal":"g","policies":{"permissions":{"filesystem":["./src"]}}}',
      `x.yaml:1:36: policies.permissions: is of a shape that is not read yet; ${shapes}`
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

  it.each([
    ["aliases of themselves", "k: &a [*a]", "x.yaml:1:1: its aliases (*name) expand to too much"],
    [
      "aliases without number",
      `k: &a 1\nl: [${"*a,".repeat(101)}]`,
      "x.yaml:4:305: its aliases (*name) expand to too much"
    ],
    [
      "more values than anybody writes",
      "- a\n".repeat(20_000).replace(/^/, "k:\n"),
      "x.yaml:10000:3: more than 10000 values"
    ],
    ["lists in lists in lists", `k: ${"[".repeat(66)}${"]".repeat(66)}`, "x.yaml:3:68: nested deeper than 64 levels"]
  ])("with %s are refused", (_, text, message) => {
    expect(refusal(() => YamlA.parse("x.yaml", `name: a\ngoal: g\n${text}\n`)).message).toBe(message)
  })

  it("nested deeper than the stack are refused", () => {
    for (const opening of ["[", "{a: ", "- ", "? "]) {
      expect(refusal(() => YamlA.parse("x.yaml", `name: a\nk:\n  ${opening.repeat(50_000)}`)).hint).not.toBe("")
    }
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
    expect(warnings).toStrictEqual([{ line: 4, column: 8, field: "tools", problem: `"shell" ${unprovided}` }])
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

  it.each([
    ["Write", { write: ["**"] }],
    ["Edit", { write: ["**"] }],
    ["Write(docs/**), Edit(/src/a.ts)", { write: ["docs/**", "./src/a.ts"] }],
    ["Read(src/**), Grep", { read: ["src/**"] }],
    ["Read, Read(src/**)", { read: ["**"] }],
    ["Bash", { exec: ["*"] }],
    ["Bash(npm test), Bash(git log:*)", { exec: ["npm test", "git log"] }],
    ['"Bash(echo a, b), Bash(echo $(date))"', { exec: ["echo a, b", "echo $(date)"] }],
    ["[Bash(npm test), Read]", { exec: ["npm test"] }],
    ["WebFetch", { net: ["https://*"] }],
    ["WebFetch(domain:docs.rs)", { net: ["https://docs.rs/**"] }],
    ["[]", {}]
  ])("with tools: %s get the rights that these carry and no others", (tools, rights) => {
    const { definition } = Markdown.parse("x.md", `---\nname: a\ntools: ${tools}\n---\nDo it.\n`)
    expect(definition.permissions).toStrictEqual({ read: ["**"], write: [], net: [], exec: [], ...rights })
  })

  it("keep the line ends of no system in what the model reads", () => {
    const { definition } = Markdown.parse("x.md", "---\r\nname: a\r\n---\r\nOne.\r\n\r\nTwo.\r\n")
    expect(definition.instructions).toBe("One.\n\nTwo.")
  })

  it("with keys that are unknown or of no use are read with a warning for each", () => {
    const { warnings } = Markdown.parse("x.md", "---\nname: a\nskills: [b]\ntemperature: 1\n---\nDo it.\n")
    expect(warnings).toStrictEqual([
      {
        line: 4,
        column: 1,
        field: "temperature",
        problem:
          "unknown key; known are name, description, tools, model, permissionMode, isolation, maxTurns, mcpServers, skills, color"
      },
      { line: 3, column: 1, field: "skills", problem: "not used yet" }
    ])
  })

  it("whose front matter is no YAML are read as plain text where it is none, with a warning", () => {
    const { definition, warnings } = Markdown.parse(
      "x.md",
      '---\nname: a\ndescription: Use when: user: "x" says so\nmaxTurns: 3\ntools:\n  - Read\n  - Grep\n---\nDo it.\n'
    )
    expect({
      description: definition.description,
      turns: definition.limits.turns,
      tools: definition.tools
    }).toStrictEqual({
      description: 'Use when: user: "x" says so',
      turns: 3,
      tools: ["read_file", "grep"]
    })
    expect(warnings).toStrictEqual([
      {
        line: 3,
        column: 14,
        field: "",
        problem: "not valid YAML (Nested mappings are not allowed in compact mappings); read as plain text"
      }
    ])
  })

  it("may have a description of many lines that is no YAML, and errors below keep their line", () => {
    const text =
      '---\nname: a\ndescription: For example:\n\nContext: it broke\nuser: "help" me\nmodel: 5\nmaxTurns: soon\n---\nDo it.'
    expect(refusal(() => Markdown.parse("x.md", text)).message).toBe(
      'x.md:8:11: maxTurns: expected a whole number above 0, found "soon"'
    )
    const { definition } = Markdown.parse("x.md", text.replace("soon", "4"))
    expect({ description: definition.description, model: definition.model }).toStrictEqual({
      description: 'For example:\n\nContext: it broke\nuser: "help" me',
      model: "5"
    })
  })

  it.each([
    ["no front matter", "Do it.\n", "x.md:1:1: the file does not begin with front matter"],
    ["front matter without end", "---\nname: a\n", "x.md:1:1: the front matter has no end"],
    [
      "a wrong type",
      "---\nname: a\nmaxTurns: soon\n---\nDo it.\n",
      'x.md:3:11: maxTurns: expected a whole number above 0, found "soon"'
    ],
    ["no instruction", "---\nname: a\n---\n", "x.md:4:1: there is no instruction below the front matter"],
    ["nothing in the front matter", "---\n---\nDo it.\n", "x.md:2:1: the file is empty"],
    [
      "a tab as indentation",
      "---\nname: a\ntools:\n\t- Read\n---\nDo it.\n",
      "x.md:4:1: Tabs are not allowed as indentation"
    ],
    ["a key given twice", "---\nname: a\nname: b\n---\nDo it.\n", "x.md:3:1: name: given twice"],
    [
      "an open parenthesis",
      "---\nname: a\ntools: Bash(npm test\n---\nDo it.\n",
      "x.md:3:8: tools: a parenthesis has no partner"
    ],
    [
      "a closing parenthesis alone",
      "---\nname: a\ntools: [Read, Bash)]\n---\nDo it.\n",
      "x.md:3:15: tools[1]: a parenthesis has no partner"
    ]
  ])("with %s are refused with file, line and column", (_, text, message) => {
    expect(refusal(() => Markdown.parse("x.md", text)).message).toBe(message)
  })
})

describe("any text", () => {
  const survives = (text: string): void => {
    for (const parse of [
      () => YamlA.parse("x", text),
      () => YamlA.parse("x", `name: a\ngoal: g\n${text}`),
      () => YamlA.parse("x", `name: a\ntools: {mcp: ${text}}\n`),
      () => Markdown.parse("x", text),
      () => Markdown.parse("x", `---\nname: a\n${text}\n---\nbody`),
      () => Markdown.parse("x", `---\nname: a\ndescription: b: c\ntools: ${text}\n---\nbody`)
    ]) {
      try {
        Schema.decodeUnknownSync(AgentDefinition)({ ...parse().definition })
      } catch (error) {
        if (!(error instanceof DefinitionError)) throw error
      }
    }
  }

  it.prop("is a definition or a DefinitionError, never a crash", [Schema.String], ([text]) => survives(text))

  // Text at random is hardly ever YAML; its words put together at random often are, or nearly.
  const words = [
    ..."\n|\n  |\n- |: |, |[|]|{|}|(|)|? |#|'|\"|\\|%YAML 1.1\n---\n|---\n|...\n|&a |*a|<<: |!!set |!!binary |!x |~|.nan|0x1|1e999|\t".split(
      "|"
    ),
    "|",
    ">-\n",
    "name: ",
    "goal: ",
    "tools: ",
    "mcp: ",
    "fs: ",
    "write: ",
    "net: ",
    "policies: ",
    "context: ",
    "max_tokens: ",
    "__proto__: ",
    "Bash(",
    "\u0000",
    "\ud800",
    "\uFEFF",
    "\r\n",
    "ä"
  ]
  it.prop("made of YAML's own words is one of the two as well", [Schema.Array(Schema.Literals(words))], ([parts]) =>
    survives(parts.join(""))
  )
})
