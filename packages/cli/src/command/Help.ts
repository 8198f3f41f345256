/**
 * Help pages by topic, as blocks that are laid out for the terminal that shows them. The build keeps them all, so that
 * showing one loads nothing else.
 */
import { type ArgumentSpec, type CommandSpec, type FlagSpec, globalFlags } from "./Command.ts"
import type { HelpLine, HelpPage } from "./HelpLayout.ts"
import type { CommandTable } from "./Parse.ts"

/** Every topic with its page: "" for the whole, then groups and commands by name. */
export const helpPages = ({ commands, groups }: CommandTable): Record<string, HelpPage> => {
  const table = { groups, commands: commands.filter(({ hidden }) => hidden !== true) }
  return Object.fromEntries([
    ["", overview(table)],
    ...table.groups.map(({ name, summary }) => [name, groupPage(table, name, summary)]),
    ...table.commands.map((command) => [command.name, commandPage(table, command)])
  ])
}

// internal

const overview = (table: CommandTable): HelpPage =>
  page([
    ["Delegates work in a repository to agents, within budgets and rights, on the record."],
    ["Usage: deputize COMMAND [ARGUMENTS] [FLAGS]"],
    ["Commands:", ...table.commands.map(commandRow)],
    ["Flags of every command, before or after its name:", ...globalFlags.map(flagRow)],
    ["Examples:", ...table.commands.flatMap(({ examples }) => examples.slice(0, 1)).slice(0, mostExamples)],
    ["Exit codes:", ...exitCodes],
    [
      "`deputize COMMAND --help` says more about a command, `deputize config explain` shows what is configured, and `deputize completion --help` has your shell complete all of this."
    ]
  ])

const groupPage = (table: CommandTable, name: string, summary: string): HelpPage =>
  page([
    [`${summary}.`],
    [`Usage: deputize ${name} COMMAND [FLAGS]`],
    ["Commands:", ...below(table, name).map(commandRow)],
    [`\`deputize ${name} COMMAND --help\` says more about a command.`]
  ])

const commandPage = (table: CommandTable, command: CommandSpec): HelpPage =>
  page([
    [`${command.summary}.`],
    ...(command.details ?? []).map((paragraph) => [paragraph]),
    [`Usage: deputize ${usageOf(command)} [FLAGS]`],
    section("Arguments:", command.arguments.map(argumentRow)),
    section("Commands below it:", below(table, command.name).map(commandRow)),
    section("Flags:", command.flags.map(flagRow)),
    [
      `Flags of every command, which \`deputize --help\` tells about: ${globalFlags.map(({ name }) => `--${name}`).join(", ")}.`
    ],
    ["Exit codes:", ...exitCodesOf(command)],
    ["Examples:", ...command.examples]
  ])

/** Of the commands that come first. */
const mostExamples = 5

/** The commands that the words of `name` lead on to. */
const below = ({ commands }: CommandTable, name: string): ReadonlyArray<CommandSpec> =>
  commands.filter((command) => command.name.startsWith(`${name} `))

const section = (title: string, lines: ReadonlyArray<HelpLine>): ReadonlyArray<HelpLine> =>
  lines.length === 0 ? [] : [title, ...lines]

const page = (blocks: HelpPage): HelpPage => blocks.filter((block) => block.length > 0)

const commandRow = (command: CommandSpec): HelpLine => [usageOf(command), command.summary]

const usageOf = (command: CommandSpec): string =>
  [
    command.name,
    ...command.arguments.map(({ name, repeatable, required }) => {
      const each = repeatable === true ? `${name}...` : name
      return required ? each : `[${each}]`
    })
  ].join(" ")

const argumentRow = ({ choices, description, name }: ArgumentSpec): HelpLine => [
  name,
  choices === undefined ? description : `${description}: ${choices.join(" or ")}`
]

const valueText = ({ metavar, optional }: FlagSpec): string =>
  metavar === undefined ? "" : optional === true ? `[=${metavar}]` : ` ${metavar}`

const flagRow = (flag: FlagSpec): HelpLine => [
  `${flag.alias === undefined ? "    " : `-${flag.alias}, `}--${flag.name}${valueText(flag)}`,
  [
    flag.description,
    flag.choices === undefined ? "" : `: ${flag.choices.join(" or ")}`,
    flag.fallback === undefined ? "" : ` (default: ${flag.fallback})`,
    flag.repeatable === true ? "; may be repeated" : ""
  ].join("")
]

const exitCodes: ReadonlyArray<readonly [string, string]> = [
  ["0", "done"],
  ["1", "a task failed"],
  ["2", "usage or configuration; nothing was started"],
  ["3", "a budget was used up"],
  ["4", "a deadline was reached"],
  ["5", "a part failed, or could not be brought into the workspace, or put back"],
  ["6", "permission was denied"],
  ["7", "the provider failed"],
  ["8", "a check did not pass"],
  ["130, 143", "stopped by Ctrl-C, or by another signal"]
]

/** Only runs of agents end with the codes of budgets, providers and checks. */
const exitCodesOf = ({ exitCodes: more = [], flags }: CommandSpec): ReadonlyArray<HelpLine> =>
  flags.some(({ name }) => name === "budget") && flags.some(({ name }) => name === "provider")
    ? exitCodes
    : exitCodes.filter(([code]) => ["0", "1", "2", "130, 143", ...more].includes(code))
