/**
 * What a command is, as data: the parser, the help pages and the completions are all made from it. Tables of commands
 * load in a millisecond; the code that runs one is behind `load`.
 */
import type { Effect } from "effect/Effect"
import type { Configuration } from "../config/Configuration.ts"
import type { Output } from "../render/Output.ts"
import type { Invocation } from "./Invocation.ts"
import type { CommandTable } from "./Parse.ts"

export interface FlagSpec {
  /** Without the dashes: `max-turns`. */
  readonly name: string
  /** One letter. */
  readonly alias?: string
  /** What stands for the value in help; a flag without one is a switch. */
  readonly metavar?: string
  /** A switch that also takes a value, behind `=`: `--save`, `--save=FOLDER`. Its value is "" where it is a switch. */
  readonly optional?: boolean
  /** May be given more than once; otherwise a second one is an error. */
  readonly repeatable?: boolean
  /** The only values that are allowed. */
  readonly choices?: ReadonlyArray<string>
  /** In words, for help. */
  readonly fallback?: string
  /** What a shell offers for the value, where `metavar` does not say it. */
  readonly completes?: Completes
  readonly description: string
}

export interface ArgumentSpec {
  /** As in help: `AGENT`. */
  readonly name: string
  readonly required: boolean
  /** Only of the last one: it takes all words that are left. */
  readonly repeatable?: boolean
  /** The only values that are allowed. */
  readonly choices?: ReadonlyArray<string>
  /** What a shell offers for it, where `name` does not say it. */
  readonly completes?: Completes
  readonly description: string
}

/** Some of the words that it can be, or what is looked for; `agents` are several names with commas between them. */
export type Completes = ReadonlyArray<string> | "files" | "folders" | "agent" | "agents" | "run" | "nothing"

interface Example {
  readonly line: string
  readonly what: string
}

/** Runs a command and gives the exit code. Whatever it fails with has a message for the user, most also a hint. */
export type Handler = (invocation: Invocation, table: CommandTable) => Effect<number, Error, Output | Configuration>

export interface CommandSpec {
  /** Its words: `agents list`. The file in `commands/` has the same path. A command may lead on: `build`, `build list`. */
  readonly name: string
  readonly summary: string
  /** More than the summary says, a paragraph each. */
  readonly details?: ReadonlyArray<string>
  readonly arguments: ReadonlyArray<ArgumentSpec>
  readonly flags: ReadonlyArray<FlagSpec>
  readonly examples: ReadonlyArray<Example>
  /** It runs agents, whose events --output-format stream-json shows. */
  readonly streams?: boolean
  /** It looks at runs of other processes: what interrupts it ends the view. */
  readonly onlyLooks?: boolean
  /** Exit codes beside 0, 1, 2 and those of signals. A command that runs agents has all that there are. */
  readonly exitCodes?: ReadonlyArray<string>
  /** For shells and programs: help does not name it. */
  readonly hidden?: boolean
  /** It works also where the configuration cannot be read, and goes by none of it. */
  readonly needsNoConfig?: boolean
  readonly load: () => Promise<{ readonly handler: Handler }>
}

/** A word that only leads to commands below it: `agents`. */
export interface GroupSpec {
  readonly name: string
  readonly summary: string
}

/** A line of JSON for each event, of commands that run agents. */
export const streamFormat = "stream-json"

/** The flags that every command takes, before or after its name. */
export const globalFlags: ReadonlyArray<FlagSpec> = [
  {
    name: "directory",
    alias: "C",
    metavar: "DIR",
    description: "Work in DIR instead of the workspace around the current folder"
  },
  {
    name: "output-format",
    metavar: "FORMAT",
    choices: ["text", "json", streamFormat],
    fallback: "text",
    description: "What is written to standard output"
  },
  { name: "json", description: "The same as --output-format json" },
  {
    name: "quiet",
    alias: "q",
    description: "No header, progress or summary on standard error; errors are still shown"
  },
  { name: "verbose", alias: "v", description: "Say more on standard error; show the trace of an internal error" },
  {
    name: "color",
    metavar: "WHEN",
    choices: ["auto", "always", "never"],
    fallback: "auto, which follows NO_COLOR, FORCE_COLOR and CI",
    description: "Use colour"
  },
  { name: "help", alias: "h", description: "Show this help" },
  { name: "version", alias: "V", description: "Show the version" }
]

/** The same, with what means something to this command. */
export const globalFlagsOf = ({ streams }: Pick<CommandSpec, "streams">): ReadonlyArray<FlagSpec> =>
  streams === true ? globalFlags : globalFlags.map(withoutStream)

// internal

const withoutStream = (flag: FlagSpec): FlagSpec =>
  flag.choices === undefined ? flag : { ...flag, choices: flag.choices.filter((choice) => choice !== streamFormat) }
