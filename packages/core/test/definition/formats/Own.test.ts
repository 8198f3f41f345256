import { describe, expect, it } from "@effect/vitest"
import { parseText } from "../../../src/definition/ReadDefinition.ts"
import { fixture, plain, problems, reading, refusal, remarks, rightsOf, unprovided } from "./Texts.ts"

const front = (lines: string) => `---\nname: a\n${lines}\n---\nDo it.\n`

describe("Markdown definitions", () => {
  it("grant by the names of their tools", () => {
    const { definition } = parseText("test-writer.md", fixture("test-writer.md"))
    expect(remarks("test-writer.md", fixture("test-writer.md"))).toStrictEqual([`4:8 tools: "shell" ${unprovided}`])
    expect(definition.tools).toStrictEqual(["read_file", "grep", "glob", "write_file", "shell"])
    expect(definition.permissions).toStrictEqual({ ...reading, write: ["**"], exec: ["npm test"] })
    expect({ ...definition.limits }).toStrictEqual({ tokens: 40_000, turns: 12 })
    expect(definition.isolation).toBe("worktree")
    expect(definition.instructions).toBe(
      "You write unit tests for code that has none. Read the code first, follow the style of the tests next to it, run them."
    )
  })

  it("without tools get the reading ones", () => {
    expect(plain("x.md", front("description: d")).tools).toStrictEqual(["read_file", "list_dir", "glob", "grep"])
  })

  it.each([
    ["Write", { write: ["**"] }],
    ["Edit", { write: ["**"] }],
    ["Write(docs/**), Edit(/src/a.ts)", { write: ["docs/**", "./src/a.ts"] }],
    ["Read(src/**), Grep", { read: ["src/**"] }],
    ["Read, Read(src/**)", { read: ["**"] }],
    ["Bash", { exec: ["*"] }],
    ["Bash(npm test), Bash(git log:*)", { exec: ["npm test", "git log *"] }],
    ["Bash(npm run *)", { exec: ["npm run *"] }],
    ["Bash(:*)", { exec: [""] }],
    ['"Bash(echo a, b), Bash(echo $(date))"', { exec: ["echo a, b", "echo $(date)"] }],
    ["[Bash(npm test), Read]", { exec: ["npm test"] }],
    ["WebFetch", { net: ["https://*"] }],
    ["WebFetch(domain:docs.rs)", { net: ["https://docs.rs/**"] }],
    ["WebSearch", {}],
    ["Task", { spawn: ["*"] }],
    ["spawn_agent", { spawn: ["*"] }],
    ["Task(explorer, Code Reviewer)", { spawn: ["explorer", "code-reviewer"] }],
    ["mcp__git, mcp__files__*", { mcp: ["git", "files"] }],
    ["mcp__files__read, files__list", {}],
    ["[]", {}]
  ])("with tools: %s get the rights that these carry and no others", (tools, rights) => {
    expect(rightsOf("x.md", front(`tools: ${tools}`))).toStrictEqual({ ...reading, ...rights })
  })

  it("name tools of MCP servers as servers and tools are named here", () => {
    expect(plain("x.md", front("tools: Read, mcp__git, mcp__git__log")).tools).toStrictEqual(["read_file", "git__log"])
  })

  it.each([
    ["a list of names", "[git, files]"],
    ["a text with commas", "git, files"],
    ["names with what starts them", "{git: {command: x}, files: {}}"],
    ["a list of both", "[git, {files: {command: x}}]"]
  ])("grant the servers of mcpServers as %s", (_, servers) => {
    expect(rightsOf("x.md", front(`mcpServers: ${servers}`))).toStrictEqual({ ...reading, mcp: ["git", "files"] })
  })

  it("start no server that they describe, and say so", () => {
    expect(remarks("x.md", front("mcpServers: {git: {command: x}}"))).toStrictEqual([
      "3:1 mcpServers: grants these servers by name; what starts them is not read from a definition"
    ])
  })

  it("narrow the skills that they are offered", () => {
    const skills = (line: string) => plain("x.md", front(line)).skills
    expect([
      skills("skills: [a, b]"),
      skills("skills: a, b"),
      skills("skills: []"),
      skills("description: d")
    ]).toStrictEqual([["a", "b"], ["a", "b"], [], undefined])
  })

  it("lose tools that they deny, with all that these grant", () => {
    const { definition } = parseText(
      "x.md",
      front("tools: Read, Write(docs/**), Bash(npm test), mcp__git\ndisallowedTools: Write, Bash(rm:*), mcp__git")
    )
    expect([definition.tools, definition.permissions]).toStrictEqual([["read_file"], reading])
    const servers = "mcpServers: [git, files, web]\ntools: mcp__git__log, mcp__files__read, Read"
    expect(rightsOf("x.md", front(`${servers}\ndisallowedTools: mcp__git, mcp__files__write`))).toStrictEqual({
      ...reading,
      mcp: ["web"]
    })
    expect(plain("x.md", front(`${servers}\ndisallowedTools: mcp__git, mcp__files__write`)).tools).toStrictEqual([
      "files__read",
      "read_file"
    ])
    expect(plain("x.md", front("disallowedTools: Grep")).tools).toStrictEqual(["read_file", "list_dir", "glob"])
  })

  it("neither write nor run in the mode of planning, and get no rights by any mode", () => {
    const tools = "tools: Read, Write, Bash\npermissionMode:"
    expect(rightsOf("x.md", front(`${tools} plan`))).toStrictEqual(reading)
    expect(rightsOf("x.md", front("permissionMode: bypassPermissions"))).toStrictEqual(reading)
    expect(remarks("x.md", front("permissionMode: bypassPermissions"))).toStrictEqual([
      "3:1 permissionMode: grants nothing: rights are what tools and permissions say"
    ])
    expect(problems("x.md", front("permissionMode: everything"))[0]).toBe(
      '3:17 permissionMode: expected one of default, manual, acceptEdits, auto, dontAsk, plan, bypassPermissions, found "everything"'
    )
  })

  it("get exactly the rights of permissions where they have them, whatever their tools are called", () => {
    const text = front("tools: Read, Write, Bash, Task\npermissions: {read: [src], exec: [npm test]}")
    expect(rightsOf("x.md", text)).toStrictEqual({ ...reading, read: ["src"], exec: ["npm test"] })
    expect(problems("x.md", front("tools: [Read, Write(docs)]\npermissions: {write: [docs]}"))).toStrictEqual([
      "3:1 tools: write_file(docs) grants in parentheses what permissions says for the whole"
    ])
  })

  it("may set every limit", () => {
    const limits = "{tokens: 5, usd: 0.25, wall_ms: 6, turns: 7, tool_calls: 8, children: 9, depth: 1}"
    expect(plain("x.md", front(`limits: ${limits}`)).limits).toStrictEqual({
      tokens: 5,
      nanoUsd: 250_000_000,
      wallMs: 6,
      turns: 7,
      toolCalls: 8,
      children: 9,
      depth: 1
    })
    expect(problems("x.md", front("limits: {turns: 1, calls: 2}\nmaxTurns: 3"))).toStrictEqual([
      "4:1 maxTurns: says again what limits.turns says"
    ])
  })

  it("may say how they are supervised, in times that have a unit", () => {
    const supervision = (text: string) => plain("x.md", front(`supervision: ${text}`)).supervision
    expect([
      supervision("{restart: transient, intensity: 5, period: 90s, backoff: 500ms, silence: 10min}"),
      supervision("{restart: permanent, intensity: 0, backoff: 0s, silence: none}"),
      supervision("{}"),
      plain("x.md", front("color: red")).supervision
    ]).toStrictEqual([
      { restart: "transient", intensity: 5, periodMs: 90_000, backoffMs: 500, silenceMs: 600_000 },
      { restart: "permanent", intensity: 0, backoffMs: 0, silenceMs: null },
      {},
      undefined
    ])
    const lead = plain("x.md", front("tools: Task(explorer)\nsupervision: {strategy: rest-for-one}"))
    expect(lead.supervision).toStrictEqual({ strategy: "rest-for-one" })
  })

  it("are told of everything that is wrong with how they are to be supervised, with its place", () => {
    const text = [
      "supervision:",
      "  restart: always",
      "  strategy: all-for-one",
      "  intensity: -1",
      "  period: 60",
      "  backoff: [1s]",
      "  silence: 0s"
    ].join("\n")
    expect(problems("x.md", front(text))).toStrictEqual([
      '4:12 supervision.restart: expected one of permanent, transient, temporary, found "always"',
      '5:13 supervision.strategy: expected one of one-for-one, one-for-all, rest-for-one, found "all-for-one"',
      "6:14 supervision.intensity: expected a whole number from 0 to 1000000, found -1",
      "7:11 supervision.period: expected a time such as 90s, 10min or 2h, found 60",
      "8:12 supervision.backoff: expected a text, found a list",
      '9:12 supervision.silence: expected a time such as 90s, 10min or 2h, or none, found "0s"'
    ])
    expect(problems("x.md", front("supervision: transient"))).toStrictEqual([
      '3:14 supervision: expected a mapping, found "transient"'
    ])
    const idle = "supervision: {restart: temporary, intensity: 3, strategy: one-for-all, retries: 2}"
    expect(remarks("x.md", front(idle))).toStrictEqual([
      "3:35 supervision.intensity: means nothing for an agent that is never restarted",
      "3:49 supervision.strategy: is about the agents that this one starts, and it may start none",
      "3:72 supervision.retries: unknown key; known are restart, strategy, intensity, period, backoff, silence"
    ])
  })

  it("may ask for a tree of their own, in a word or with what that needs", () => {
    const asked = (text: string) => {
      const { isolation, worktree } = plain("x.md", front(`isolation: ${text}`))
      return [isolation, worktree]
    }
    expect([
      asked("worktree"),
      asked("none"),
      asked("{kind: worktree}"),
      asked("{kind: worktree, copy: [.env, node_modules], setup: [npm ci, 'touch ready']}"),
      asked("{kind: worktree, copy: .env}"),
      asked("{kind: none, copy: [.env]}")
    ]).toStrictEqual([
      ["worktree", undefined],
      ["none", undefined],
      ["worktree", undefined],
      ["worktree", { copy: [".env", "node_modules"], setup: ["npm ci", "touch ready"] }],
      ["worktree", { copy: [".env"], setup: [] }],
      ["none", undefined]
    ])
  })

  it("are told of everything that is wrong with the tree that they ask for", () => {
    expect(problems("x.md", front("isolation: container"))).toStrictEqual([
      '3:12 isolation: expected one of none, worktree, found "container"'
    ])
    expect(problems("x.md", front("isolation: {copy: [.env]}"))).toStrictEqual([
      "3:12 isolation.kind: missing; expected one of none, worktree"
    ])
    const odd = "isolation: {kind: worktree, copy: [../up, '!x', .git/config], clone: true}"
    expect(remarks("x.md", front(odd))).toStrictEqual([
      '3:36 isolation.copy[0]: "../up" leads out of the repository',
      '3:43 isolation.copy[1]: "!x" is an exception, and only what is to be copied can be named',
      '3:49 isolation.copy[2]: ".git/config" names the repository itself',
      "3:63 isolation.clone: unknown key; known are kind, copy, setup"
    ])
    expect(remarks("x.md", front("isolation: {kind: none, setup: [npm ci]}"))).toStrictEqual([
      "3:25 isolation.setup: means nothing without a tree of the agent's own"
    ])
  })

  it("keep the line ends of no system in what the model reads", () => {
    expect(plain("x.md", "---\r\nname: a\r\n---\r\nOne.\r\n\r\nTwo.\r\n").instructions).toBe("One.\n\nTwo.")
  })

  it("with unknown keys, rules of no use and commands that cannot match are read with a warning for each", () => {
    const text = front('temperature: 1\ntools: "Write(/../x), WebFetch(ftp://x), Bash(a | b)"')
    expect(remarks("x.md", text).map((remark) => remark.replace(/known are .*/, "…"))).toStrictEqual([
      "3:1 temperature: unknown key; …",
      '4:8 tools: "./../x" is absolute or leads out of the workspace, and grants nothing',
      `4:8 tools: "fetch" ${unprovided}`,
      '4:8 tools: "https://ftp://x/**" is no address such as https://docs.rs/* or https://*.example.org, and grants nothing',
      `4:8 tools: "shell" ${unprovided}`,
      '4:8 tools: "a | b" is compared word by word, without quotes or what a shell reads'
    ])
  })

  it("whose front matter is no YAML are read as plain text where it is none, with a warning", () => {
    const text = front('description: Use when: user: "x" says so\nmaxTurns: 3\ntools:\n  - Read\n  - Grep')
    const { description, limits, tools } = plain("x.md", text)
    expect({ description, turns: limits.turns, tools }).toStrictEqual({
      description: 'Use when: user: "x" says so',
      turns: 3,
      tools: ["read_file", "grep"]
    })
    expect(remarks("x.md", text)).toStrictEqual([
      "3:14 : not valid YAML (nested mappings are not allowed in compact mappings); read as plain text"
    ])
  })

  it("may have a description of many lines that is no YAML, and errors below keep their line", () => {
    const text =
      '---\nname: a\ndescription: For example:\n\nContext: it broke\nuser: "help" me\nmodel: 5\nmaxTurns: soon\n---\nDo it.'
    expect(problems("x.md", text)).toStrictEqual(['8:11 maxTurns: expected a whole number above 0, found "soon"'])
    const { description, model } = plain("x.md", text.replace("soon", "4"))
    expect({ description, model }).toStrictEqual({
      description: 'For example:\n\nContext: it broke\nuser: "help" me',
      model: "5"
    })
  })

  it.each([
    ["no front matter", "Do it.\n", "1:1 : the file does not begin with front matter"],
    ["front matter without end", "---\nname: a\n", "1:1 : the front matter has no end"],
    ["no instruction", "---\nname: a\n---\n", "4:1 : there is no instruction below the front matter"],
    ["two instructions", front("instructions: x"), "3:1 instructions: stands in the file twice, here and below"],
    ["nothing in the front matter", "---\n---\nDo it.\n", "2:1 : the file is empty"],
    ["a tab as indentation", front("tools:\n\t- Read"), "4:1 : a tab indents this line"],
    ["a key given twice", front("name: b"), "3:1 name: given twice"],
    ["an open parenthesis", front("tools: Bash(npm test"), "3:8 tools: a parenthesis has no partner"],
    ["a closing parenthesis alone", front("tools: [Read, Bash)]"), "3:15 tools[1]: a parenthesis has no partner"],
    [
      "rights of another format",
      front("policies: {}"),
      "3:1 policies: belongs to another format than the rest, which is Markdown"
    ]
  ])("with %s are refused with line and column", (_, text, problem) => {
    expect(problems("x.md", text)).toStrictEqual([problem])
    expect(refusal("x.md", text).hint).not.toBe("")
  })
})

describe("definitions of our own in other languages", () => {
  it.each([
    ["x.yaml", "name: a\ninstructions: Do it.\ntools: [Read, Write]\nlimits: {turns: 2}\n"],
    ["x.json", '{"name":"a","instructions":"Do it.","tools":["Read","Write"],"limits":{"turns":2}}'],
    ["x.toml", 'name = "a"\ninstructions = "Do it."\ntools = ["Read", "Write"]\n[limits]\nturns = 2\n']
  ])("mean the same as Markdown: %s", (file, text) => {
    expect(parseText(file, text).format).toBe("deputize")
    expect(plain(file, text)).toStrictEqual(plain("x.md", front("tools: Read, Write\nmaxTurns: 2")))
  })

  it("without an instruction are refused", () => {
    expect(problems("x.yaml", "name: a\nlimits: {}\n")).toStrictEqual([
      "1:1 instructions: missing; expected what the agent is to do"
    ])
  })
})
