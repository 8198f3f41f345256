/**
 * What can be completed where: the table of commands, as the scripts of all shells are made from it. Pure.
 */
import { type ArgumentSpec, type Completes, type FlagSpec, globalFlagsOf } from "../Command.ts"
import type { CommandTable } from "../Parse.ts"

/** The words of a command, or of what leads to commands; "" where nothing is typed yet. */
export interface CompletionEntry {
  readonly path: string
  readonly subcommands: ReadonlyArray<Subcommand>
  readonly flags: ReadonlyArray<CompletionFlag>
  /** In order; the last one again and again where `repeats`. */
  readonly arguments: ReadonlyArray<CompletionArgument>
  readonly repeats: boolean
}

export interface Subcommand {
  readonly word: string
  readonly about: string
}

export interface CompletionFlag {
  /** With its dashes, the letter first: `-g`, `--goal`. */
  readonly names: ReadonlyArray<string>
  readonly about: string
  /** Null for a switch. */
  readonly value: Completes | null
  readonly repeats: boolean
}

export interface CompletionArgument {
  readonly name: string
  readonly value: Completes
}

export const completionTable = (table: CommandTable): ReadonlyArray<CompletionEntry> => {
  const commands = table.commands.filter(({ hidden }) => hidden !== true)
  const paths = new Set(["", ...commands.flatMap(({ name }) => prefixes(name))])
  const summaryOf = (path: string) =>
    [...commands, ...table.groups].find(({ name }) => name === path)?.summary ?? `Commands of ${path}`
  const entries = [...paths].map((path): CompletionEntry => {
    const command = commands.find(({ name }) => name === path)
    const below = [...paths].filter((each) => each !== "" && parentOf(each) === path)
    return {
      path,
      subcommands: below.map((each) => ({ word: lastWord(each), about: summaryOf(each) })),
      flags: [...(command?.flags ?? []), ...globalFlagsOf(command ?? {})].map(flagOf),
      arguments: (command?.arguments ?? []).map((argument) => ({
        name: argument.name,
        value: offerOf(argument, argument.name)
      })),
      repeats: command?.arguments.at(-1)?.repeatable === true
    }
  })
  return withHelp(entries)
}

// internal

/** `build list` is below `build`. */
const prefixes = (name: string): ReadonlyArray<string> => {
  const words = name.split(" ")
  return words.map((_, index) => words.slice(0, index + 1).join(" "))
}

const parentOf = (path: string): string => path.split(" ").slice(0, -1).join(" ")

const lastWord = (path: string): string => path.split(" ").at(-1) ?? ""

const flagOf = (flag: FlagSpec): CompletionFlag => ({
  names: [...(flag.alias === undefined ? [] : [`-${flag.alias}`]), `--${flag.name}`],
  about: flag.description,
  // A value that may be left out is no word of its own.
  value: flag.metavar === undefined || flag.optional === true ? null : offerOf(flag, flag.metavar),
  repeats: flag.repeatable === true
})

/** By what help calls it: most commands need to say no more. */
const usual: Readonly<Record<string, Completes>> = {
  AGENT: "agent",
  AGENTS: "agents",
  DIR: "folders",
  FILE: "files",
  FOLDER: "folders",
  RUN: "run"
}

const offerOf = ({ choices, completes }: Pick<ArgumentSpec, "choices" | "completes">, name: string): Completes =>
  choices ?? completes ?? usual[name] ?? "nothing"

/** `deputize help build` is no command of the table. */
const withHelp = (entries: ReadonlyArray<CompletionEntry>): ReadonlyArray<CompletionEntry> => {
  const words = entries.find(({ path }) => path === "")?.subcommands.map(({ word }) => word) ?? []
  const help: CompletionEntry = {
    path: "help",
    subcommands: [],
    flags: [],
    arguments: [{ name: "COMMAND", value: words }],
    repeats: false
  }
  return [
    ...entries.map((entry) =>
      entry.path === ""
        ? { ...entry, subcommands: [...entry.subcommands, { word: "help", about: "Shows help of a command" }] }
        : entry
    ),
    help
  ]
}
