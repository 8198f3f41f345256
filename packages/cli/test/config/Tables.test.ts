/** What is made from the tables of settings: the schema, the commented file, the tables of the guide. */
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { plain } from "@deputize/core/document/Value"
import { parseYaml } from "@deputize/core/document/Yaml"
import { Ajv2020 } from "ajv/dist/2020.js"
import { describe, expect, it } from "vitest"
import { commandTable } from "../../src/commands/table.ts"
import { commentedConfig } from "../../src/config/CommentedConfig.ts"
import { parseConfig } from "../../src/config/ConfigFile.ts"
import { configJsonSchema } from "../../src/config/ConfigJsonSchema.ts"
import { providerFields } from "../../src/config/ProviderField.ts"
import { settings } from "../../src/config/Settings.ts"
import { providerMarkdown, settingsMarkdown } from "../../src/config/SettingsTable.ts"

const uncommented = (text: string): string => text.replaceAll(/^# (?! *#)(?=\S+:| )/gm, "")
const keysOf = (text: string): ReadonlyArray<string> =>
  parseYaml("config.yaml", uncommented(text)).root.entries.map(({ key }) => key)
const keys = Object.values(settings).map(({ key }) => key)

describe("the commented file", () => {
  it("names every setting, and is read without a remark once its comment signs are taken away", () => {
    const text = commentedConfig("user")
    expect(keysOf(text)).toStrictEqual([...keys, "worktree", "providers", "prices"])
    const read = parseConfig("config.yaml", uncommented(text), "user")
    expect(read.warnings).toStrictEqual([])
    expect(Object.values(read.sayings).every((said) => said !== undefined)).toBe(true)
    expect(new Set(read.leaves.map(({ key }) => key.split(".").at(-1)))).toStrictEqual(
      new Set([...Object.values(providerFields).map(({ key }) => key), "input", "cached", "output"])
    )
  })

  it("of a project has nothing that only a user can decide", () => {
    expect(keysOf(commentedConfig("project"))).toStrictEqual([...keys.filter((key) => key !== "provider"), "worktree"])
  })

  it("says nothing as it is written", () => {
    for (const by of ["user", "project"] as const) {
      const { leaves, sayings } = parseConfig("config.yaml", commentedConfig(by), by)
      expect([leaves, Object.values(sayings).filter((said) => said !== undefined)]).toStrictEqual([[], []])
    }
  })
})

describe("the JSON Schema", () => {
  const validate = new Ajv2020({ allErrors: true }).compile(configJsonSchema())
  const problems = (text: string) => {
    validate(plain(parseYaml("config.yaml", text).root))
    return (validate.errors ?? []).map(({ instancePath, keyword }) => `${instancePath} ${keyword}`)
  }

  it("takes what the reader takes", () => {
    expect(problems(uncommented(commentedConfig("user")))).toStrictEqual([])
    expect(problems("budget: 40000\nmax_parallel: auto\ndeadline: 60\nproviders: {}\n")).toStrictEqual([])
  })

  it.each([
    ["modle: x", " additionalProperties"],
    ["max_agents: 0", "/max_agents minimum"],
    ["sandbox: none", "/sandbox enum"],
    ["budget: {}", "/budget anyOf"],
    ["providers: { a: { wire_api: chat } }", "/providers/a required"],
    ["providers: { openai: { base_url: 'http://x' } }", "/providers propertyNames"],
    ["providers: { a: { base_url: here } }", "/providers/a/base_url pattern"],
    ["prices: { m: { input: 1 } }", "/prices/m required"]
  ])("refuses %s", (text, problem) => {
    expect(problems(text)).toContain(problem)
  })
})

describe("the guide", () => {
  const guide = readFileSync(
    join(import.meta.dirname, "..", "..", "..", "..", "docs", "guide", "configuration.md"),
    "utf8"
  )
  const between = (name: string) =>
    new RegExp(`<!-- ${name} -->\\n\\n([\\s\\S]*?)\\n\\n<!-- /${name} -->`).exec(guide)?.[1]

  it("lists the settings as they are", () => {
    expect(between("settings")).toBe(settingsMarkdown())
  })
  it("lists the fields of providers as they are", () => {
    expect(between("provider fields")).toBe(providerMarkdown())
  })
})

describe("a flag of a setting", () => {
  it("takes the words that the setting takes, in every command", () => {
    const flags = commandTable.commands.flatMap((command) =>
      command.flags.flatMap((flag) => {
        const setting = Object.values(settings).find((each) => each.flag === flag.name)
        return setting === undefined || setting.flag === "budget" ? [] : [{ command: command.name, flag, setting }]
      })
    )
    expect(flags.length).toBeGreaterThan(5)
    for (const { command, flag, setting } of flags) {
      expect([command, flag.name, flag.choices, flag.metavar]).toStrictEqual([
        command,
        flag.name,
        setting.choices,
        setting.metavar
      ])
    }
  })
})
