import { describe, expect, it } from "vitest"
import { globalFlags } from "../../src/command/Command.ts"
import { type Parsed, parse } from "../../src/command/Parse.ts"
import { commandTable } from "../../src/commands/table.ts"

const run = (...argv: ReadonlyArray<string>): Parsed => parse(commandTable, argv)

const flags = (parsed: Parsed, ...names: ReadonlyArray<string>) =>
  parsed._tag === "Run" ? Object.fromEntries(names.map((name) => [name, parsed.invocation.all(name)])) : parsed

describe("parse", () => {
  it("gives arguments and flags of a command", () => {
    const parsed = run("delegate", "code-reviewer", "Review src", "--scope", "a", "--scope=b", "-o", "out.json", "-q")
    expect(flags(parsed, "scope", "out", "quiet", "budget")).toStrictEqual({
      scope: ["a", "b"],
      out: ["out.json"],
      quiet: [],
      budget: []
    })
    expect(parsed._tag === "Run" && parsed.invocation.arguments).toStrictEqual(["code-reviewer", "Review src"])
  })

  it("lets the value of a flag begin with a dash", () => {
    for (const goal of ["-fix this", "--- steps ---", "--help", "-", "-h", "--"]) {
      expect(flags(run("delegate", "x", "-g", goal), "goal")).toStrictEqual({ goal: [goal] })
      expect(flags(run("delegate", "x", "--goal", goal), "goal")).toStrictEqual({ goal: [goal] })
    }
  })

  it("lets an argument begin with a dash after --", () => {
    const parsed = run("delegate", "x", "-q", "--", "--fix this")
    expect(parsed._tag === "Run" && parsed.invocation.arguments).toStrictEqual(["x", "--fix this"])
    expect(parsed._tag === "Run" && parsed.invocation.quiet).toBe(true)
  })

  it("takes a text with a space for an argument, whatever it begins with, but not the value of a flag", () => {
    for (const goal of ["- a\n- list", "--help is wrong", "-x and -y"]) {
      const parsed = run("delegate", "x", goal, "-oa file.json", "--scope=a b")
      expect(parsed._tag === "Run" && parsed.invocation.arguments).toStrictEqual(["x", goal])
      expect(flags(parsed, "out", "scope")).toStrictEqual({ out: ["a file.json"], scope: ["a b"] })
    }
  })

  it("takes the flags of every command before its name", () => {
    const parsed = run("-C", "/tmp", "--json", "agents", "list")
    expect(parsed._tag === "Run" && parsed.command.name).toBe("agents list")
    expect(parsed._tag === "Run" && parsed.invocation.value("directory")).toBe("/tmp")
    expect(parsed._tag === "Run" && parsed.invocation.json).toBe(true)
  })

  it("takes them between the words of its name as well", () => {
    const parsed = run("agents", "-q", "-C", "/tmp", "--output-format=json", "list")
    expect(parsed._tag === "Run" && parsed.command.name).toBe("agents list")
    expect(flags(parsed, "quiet", "directory", "output-format")).toStrictEqual({
      quiet: [],
      directory: ["/tmp"],
      "output-format": ["json"]
    })
  })

  it("knows a command with arguments of its own from those that its name leads on to", () => {
    const wordsOf = (...argv: ReadonlyArray<string>) => {
      const parsed = run(...argv)
      return parsed._tag === "Run" ? [parsed.command.name, ...parsed.invocation.arguments] : parsed
    }
    expect([
      wordsOf("build"),
      wordsOf("build", "ci.yaml", "compile", "test", "release/sign"),
      wordsOf("build", "--release", "test"),
      wordsOf("build", "status"),
      wordsOf("build", "-q", "status", "20261121_103000"),
      wordsOf("build", "--", "status"),
      wordsOf("build", "--release", "status")
    ]).toStrictEqual([
      ["build"],
      ["build", "ci.yaml", "compile", "test", "release/sign"],
      ["build", "test"],
      ["build status"],
      ["build status", "20261121_103000"],
      ["build", "status"],
      ["build", "status"]
    ])
  })

  it("knows how standard output is to be written", () => {
    const formatOf = (...argv: ReadonlyArray<string>) => {
      const parsed = run(...argv)
      return parsed._tag === "Run" ? parsed.invocation.format : parsed
    }
    expect([
      formatOf("delegate", "x", "y"),
      formatOf("delegate", "x", "y", "--json"),
      formatOf("delegate", "x", "y", "--output-format", "json", "--json"),
      formatOf("--output-format", "stream-json", "delegate", "x", "y"),
      formatOf("delegate", "x", "y", "--output-format=text")
    ]).toStrictEqual(["text", "json", "json", "stream-json", "text"])
  })

  it("groups letters of switches", () => {
    const parsed = run("agents", "list", "-qv")
    expect(parsed._tag === "Run" && [parsed.invocation.quiet, parsed.invocation.verbose]).toStrictEqual([true, true])
  })

  it.each([
    [["--help"], ""],
    [[], ""],
    [["help"], ""],
    [["help", "delegate"], "delegate"],
    [["help", "agents", "list"], "agents list"],
    [["agents"], "agents"],
    [["agents", "--help"], "agents"],
    [["delegate", "code-reviewer", "--help"], "delegate"],
    [["-q", "delegate", "-h"], "delegate"],
    [["delegate", "--no-such-flag", "--help"], "delegate"],
    [["build", "--help"], "build"],
    [["build", "logs", "-h"], "build logs"],
    [["help", "build", "logs"], "build logs"]
  ])("shows help for %j", (argv, topic) => {
    expect(run(...argv)).toStrictEqual({ _tag: "Help", topic })
  })

  it.each([[["--version"]], [["-V"]], [["version"]], [["-q", "--version"]]])("shows the version for %j", (argv) => {
    expect(run(...argv)).toStrictEqual({ _tag: "Version" })
  })

  it.each([
    [
      ["delegat", "x"],
      'there is no command "delegat"',
      "Did you mean `deputize delegate`? `deputize --help` lists the commands."
    ],
    [
      ["agents", "lst"],
      'there is no command "agents lst"',
      "Did you mean `deputize agents list`? `deputize --help` lists the commands."
    ],
    [["help", "zzzzzzzz"], 'there is no command "zzzzzzzz"', "`deputize --help` lists the commands."],
    [
      ["delegate", "x", "--scpe", "y"],
      "there is no flag --scpe; did you mean --scope?",
      "See `deputize delegate --help`."
    ],
    [["delegate", "x", "--zzzzzzzz"], "there is no flag --zzzzzzzz", "See `deputize delegate --help`."],
    [
      ["delegate", "x", "-z"],
      "there is no flag -z; put -- before an argument that begins with a dash",
      "See `deputize delegate --help`."
    ],
    [
      ["delegate"],
      "delegate needs AGENT: name of the agent; `deputize agents list` shows them",
      "See `deputize delegate --help`."
    ],
    [
      ["delegate", "x", "y", "z"],
      'delegate takes 2 arguments, and "z" is one too many',
      "Put quotes around a text with spaces. See `deputize delegate --help`."
    ],
    [
      ["completion", "bsh"],
      'SHELL is "bsh", but it can only be bash or zsh or fish or powershell',
      "Did you mean bash?"
    ],
    [
      ["completion", "cmd"],
      'SHELL is "cmd", but it can only be bash or zsh or fish or powershell',
      "See `deputize completion --help`."
    ],
    [
      ["config", "explian"],
      'there is no command "config explian"',
      "Did you mean `deputize config explain`? `deputize --help` lists the commands."
    ],
    [["delegate", "x", "--goal"], "--goal needs a value: --goal TEXT", "See `deputize delegate --help`."],
    [["delegate", "x", "-o", "a", "-o", "b"], "--out is given more than once", "See `deputize delegate --help`."],
    [["agents", "list", "--json=yes"], "--json takes no value", "See `deputize agents list --help`."],
    [
      ["agents", "list", "--output-format", "xml"],
      '--output-format is "xml", but it can only be text or json',
      "See `deputize agents list --help`."
    ],
    [
      ["agents", "list", "--output-format", "stream-json"],
      "agents list runs no agents, so that there are no events for --output-format stream-json",
      "Use --output-format json."
    ],
    [
      ["delegate", "x", "--output-format", "xml"],
      '--output-format is "xml", but it can only be text or json or stream-json',
      "See `deputize delegate --help`."
    ],
    [
      ["--json", "delegate", "x", "y", "--output-format", "stream-json"],
      "--json and --output-format stream-json are both given",
      "Leave one of them out."
    ]
  ])("refuses %j and says what to do", (argv, message, hint) => {
    expect(run(...argv)).toStrictEqual({ _tag: "Refused", message, hint })
  })
})

describe("the table of commands", () => {
  it("has no flag or letter twice in a command", () => {
    for (const command of commandTable.commands) {
      const all = [...command.flags, ...globalFlags]
      const names = all.flatMap(({ alias, name }) => (alias === undefined ? [name] : [name, alias]))
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toStrictEqual([])
    }
  })

  it("parses every example of its own help", () => {
    const words = (line: string) =>
      Array.from(line.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g), ([word]) =>
        word.replaceAll(/"([^"]*)"|'([^']*)'/g, (_, one, other) => one ?? other)
      )
    // What stands in a substitution, and without where its output goes.
    const commandIn = (line: string) => (/\$\((deputize [^)]*)\)/.exec(line)?.[1] ?? line).replace(/ > .*/, "")
    for (const command of commandTable.commands) {
      for (const example of command.examples) {
        const line = commandIn(example.line)
        const argv = words(line.slice(line.indexOf("deputize ") + "deputize ".length))
        const parsed = run(...argv)
        expect([line, parsed._tag === "Run" ? parsed.command.name : parsed]).toStrictEqual([line, command.name])
      }
    }
  })
})
