/**
 * Help pages, as text of 100 columns at most. The build renders them all, so that showing one loads nothing.
 */
import { type CommandSpec, type FlagSpec, globalFlags, globalFlagsOf } from "./Command.ts"
import type { CommandTable } from "./Parse.ts"

/** Every topic with its page: "" for the whole, then groups and commands by name. */
export const helpPages = (table: CommandTable): Record<string, string> =>
  Object.fromEntries([
    ["", overview(table)],
    ...table.groups.map(({ name, summary }) => [name, groupPage(table, name, summary)]),
    ...table.commands.map((command) => [command.name, commandPage(table, command)])
  ])

// internal

const columns = 100

const overview = (table: CommandTable): string =>
  page([
    ["Delegates work in a repository to agents, within budgets and rights, on the record."],
    ["Usage: deputize COMMAND [ARGUMENTS] [FLAGS]"],
    ["Commands:", ...rows(table.commands.map((command) => [usageOf(command), command.summary]))],
    ["Flags of every command:", ...rows(globalFlags.map(flagRow))],
    ["Examples:", ...table.commands.flatMap((command) => command.examples.slice(0, 1).map(({ line }) => `  ${line}`))],
    [
      "Exit codes: 0 done, 1 task failed, 2 usage or config, 3 budget, 4 deadline, 5 some agents failed,",
      "  6 permission, 7 provider, 8 verification, 130 and 143 stopped by a signal."
    ],
    ["`deputize COMMAND --help` says more about a command."]
  ])

const groupPage = (table: CommandTable, name: string, summary: string): string =>
  page([
    [`${summary}.`],
    [`Usage: deputize ${name} COMMAND [FLAGS]`],
    ["Commands:", ...rows(below(table, name).map((command) => [usageOf(command), command.summary]))],
    [`\`deputize ${name} COMMAND --help\` says more about a command.`]
  ])

const commandPage = (table: CommandTable, command: CommandSpec): string =>
  page([
    [`${command.summary}.`],
    ...(command.details ?? []).map((paragraph) => fold(paragraph, columns)),
    [`Usage: deputize ${usageOf(command)} [FLAGS]`],
    section("Arguments:", rows(command.arguments.map(({ name, description }) => [name, description]))),
    section("Commands below it:", rows(below(table, command.name).map((each) => [usageOf(each), each.summary]))),
    section("Flags:", rows(command.flags.map(flagRow))),
    ["Flags of every command:", ...rows(globalFlagsOf(command).map(flagRow))],
    ["Examples:", ...command.examples.flatMap(({ line, what }) => [`  # ${what}`, `  ${line}`])]
  ])

/** The commands that the words of `name` lead on to. */
const below = ({ commands }: CommandTable, name: string): ReadonlyArray<CommandSpec> =>
  commands.filter((command) => command.name.startsWith(`${name} `))

const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : [title, ...lines]

const page = (blocks: ReadonlyArray<ReadonlyArray<string>>): string =>
  `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join("\n"))
    .join("\n\n")}\n`

const usageOf = (command: CommandSpec): string =>
  [
    command.name,
    ...command.arguments.map(({ name, repeatable, required }) => {
      const each = repeatable === true ? `${name}...` : name
      return required ? each : `[${each}]`
    })
  ].join(" ")

const flagRow = (flag: FlagSpec): readonly [string, string] => [
  `${flag.alias === undefined ? "    " : `-${flag.alias}, `}--${flag.name}${flag.metavar === undefined ? "" : ` ${flag.metavar}`}`,
  [
    flag.description,
    flag.choices === undefined ? "" : `: ${flag.choices.join(" or ")}`,
    flag.fallback === undefined ? "" : ` (default: ${flag.fallback})`,
    flag.repeatable === true ? "; may be repeated" : ""
  ].join("")
]

/** Two columns; the right one is folded under itself. */
const rows = (pairs: ReadonlyArray<readonly [string, string]>): ReadonlyArray<string> => {
  const left = Math.max(0, ...pairs.map(([name]) => name.length)) + 4
  return pairs.flatMap(([name, text]) =>
    fold(text, columns - left).map((line, index) => `${(index === 0 ? `  ${name}` : "").padEnd(left)}${line}`)
  )
}

const fold = (text: string, width: number): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ""
    }
    line = line === "" ? word : `${line} ${word}`
  }
  return [...lines, line]
}
