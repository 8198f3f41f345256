import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { AgentDefinition, grantOf } from "../../../src/definition/AgentDefinition.ts"
import { DefinitionError } from "../../../src/definition/DefinitionError.ts"
import { statedName } from "../../../src/definition/formats/Formats.ts"
import { parseText } from "../../../src/definition/ReadDefinition.ts"
import { problems, refusal } from "./Texts.ts"

describe("a definition file", () => {
  it("of a kind that is not read says which are", () => {
    expect(refusal("x.txt", "name: a").message).toBe(
      "x.txt:1:1: is of a kind that is not read (.txt); read are .md, .yaml, .yml, .json, .toml"
    )
  })

  it.each([
    ["x.yaml", "name: a\nservices: []\n"],
    ["x.json", '{"name": "a"}']
  ])("that is no definition says what would be one: %s", (file, text) => {
    expect(problems(file, text)).toStrictEqual([
      "1:1 : this is no agent definition; read are name, instructions, tools, permissions and limits; name, goal, tools {mcp, shell} and policies {context, permissions}; name, goal and tools as a list of {type: mcp, server}; name, goal and tools as a list of mcp, fs.read, fs.write, net.allow, shell.exec; name, goal, tools, max_tokens, timeout_seconds and permissions {file_read, file_write, shell, network}; name, goal, tools {mcp, fs, net, shell} and policies {context, secrets, net, shell}"
    ])
  })

  it.each([
    ["name: Py Reviewer # x\ngoal: [", "py-reviewer"],
    ["---\nname: 'a'\n", "a"],
    ['{\n  "name": "b c",\n', "b-c"],
    ['{"name":"d","x":', "d"],
    ['name = "e"\nx = [', "e"],
    ["tools:\n  name: inner\n", undefined],
    ["goal: g", undefined]
  ])("states its name where it cannot be parsed: %j", (text, name) => {
    expect(statedName(text)).toBe(name)
  })
})

const files = ["x.yaml", "x.json", "x.toml", "x.md"]

/** The definition, or undefined for a text that is refused with a place and something to do. */
const read = (file: string, text: string): AgentDefinition | undefined => {
  try {
    return Schema.decodeUnknownSync(AgentDefinition)({ ...parseText(file, text).definition })
  } catch (error) {
    if (!(error instanceof DefinitionError)) throw error
    expect(error.hint).not.toBe("")
    expect(error.message).toMatch(/^x\.\w+:\d+:\d+: /)
    return undefined
  }
}

describe("any text", () => {
  const survives = (text: string): void => {
    for (const file of files) read(file, text)
    read("x.yaml", `name: a\ngoal: g\n${text}`)
    read("x.yaml", `name: a\ntools: {mcp: ${text}}\n`)
    read("x.yaml", `name: a\ntools: ${text}\npermissions: {write: ${text}}\n`)
    read("x.json", `{"name":"a","goal":"g",${text}}`)
    read("x.json", `{"name":"a","tools":${text}}`)
    read("x.toml", `name = "a"\ndeveloper_instructions = "d"\n${text}`)
    read("x.toml", `name = "a"\ninstructions = ${text}`)
    read("x.md", `---\nname: a\n${text}\n---\nbody`)
    read("x.md", `---\nname: a\ndescription: b: c\ntools: ${text}\n---\nbody`)
  }

  it.prop("is a definition or a DefinitionError, never a crash", [Schema.String], ([text]) => survives(text))

  // Text at random is hardly ever a document; its words put together at random often are, or nearly.
  const words = [
    ...'\n|\n  |\n- |: |, |[|]|{|}|(|)|? |#|\'|"|\\|%YAML 1.1\n---\n|---\n|...\n|&a |*a|<<: |!!set |!!binary |!x |~|.nan|0x1|1e999|\t| = |[[|]]|"""|\'\'\'|"a":|null|\\u'.split(
      "|"
    ),
    "|",
    ">-\n",
    "name: ",
    "goal: ",
    "tools: ",
    "mcp: ",
    "fs.write",
    "type: mcp",
    "permissions: ",
    "shell: true",
    "policies: ",
    "limits: ",
    "max_tokens: ",
    "__proto__: ",
    "Bash(",
    "\u0000",
    "\ud800",
    "\uFEFF",
    "\r\n",
    "ä"
  ]
  it.prop("made of documents' own words is one of the two as well", [Schema.Array(Schema.Literals(words))], ([parts]) =>
    survives(parts.join(""))
  )
})

describe("rights", () => {
  const kinds = ["read", "write", "net", "exec"] as const
  const rule = Schema.Literals(["src", "docs/**", "npm test", "git", "https://a.org", "a.org", "*"])
  const rules = Schema.Array(rule)
  const rights = Schema.Struct({ read: rules, write: rules, net: rules, exec: rules })

  /** The same rights in the words of each format. */
  const texts = ({ exec, net, read, write }: typeof rights.Type): ReadonlyArray<readonly [string, unknown]> => [
    ["x.yaml", { name: "a", goal: "g", tools: { fs: { read, write }, net: { allow: net }, shell: { exec } } }],
    [
      "x.json",
      {
        name: "a",
        goal: "g",
        tools: { shell: exec, fs: { write } },
        policies: { permissions: { filesystem: read, network: net } }
      }
    ],
    [
      "x.yaml",
      {
        name: "a",
        goal: "g",
        tools: [{ "fs.read": read }, { "fs.write": write }, { "net.allow": net }, { "shell.exec": exec }]
      }
    ],
    [
      "x.yaml",
      {
        name: "a",
        goal: "g",
        permissions: { file_read: read, file_write: write, shell: exec.length > 0, network: net.length > 0 }
      }
    ],
    ["x.json", { name: "a", instructions: "i", permissions: { read, write, net, exec } }]
  ]

  /** Whether the rule is written in the file, as it stands or as what the format says by a word of its own. */
  const isWritten = (kind: (typeof kinds)[number], rule: string, given: typeof rights.Type): boolean =>
    given[kind].some((each) => rule === each || (kind === "exec" && rule === `${each} *`)) ||
    (kind === "exec" && rule === "*" && given.exec.length > 0) ||
    (kind === "net" && rule === "https://*" && given.net.length > 0)

  it.prop("are never more than a file says, in any format", [rights], ([given]) => {
    for (const [file, value] of texts(given)) {
      const definition = read(file, JSON.stringify(value))
      expect(definition).toBeInstanceOf(AgentDefinition)
      if (definition === undefined) continue
      const grant = grantOf(definition)
      const more = kinds.flatMap((kind) => grant[kind].filter((each) => !isWritten(kind, each, given)))
      expect([file, more, grant.mcp, grant.spawn]).toStrictEqual([file, [], [], []])
    }
  })

  it.prop(
    "are reading alone where a file says nothing of rights",
    [Schema.Literals(["goal", "instructions", "max_tokens"]), Schema.String],
    ([key, text]) => {
      const value = { name: "a", [key]: key === "max_tokens" ? 5 : `x${text}` }
      expect(read("x.json", JSON.stringify(value))?.permissions).toStrictEqual({
        read: ["**"],
        write: [],
        net: [],
        exec: [],
        mcp: [],
        spawn: []
      })
    }
  )
})
