/**
 * From the words of a command line to an `Invocation`, help, or a reason why not. Pure: no file, no environment.
 *
 * `--flag value` is joined to `--flag=value` before Node's parser sees it, so that a value may begin with a dash. An
 * argument may too, where it cannot be a flag because it holds a space.
 */

import { parseArgs } from "node:util"
import { nearestNames } from "@deputize/core/domain/NearestNames"
import { type CommandSpec, type FlagSpec, type GroupSpec, globalFlags, globalFlagsOf, streamFormat } from "./Command.ts"
import { Invocation } from "./Invocation.ts"

export interface CommandTable {
  readonly groups: ReadonlyArray<GroupSpec>
  readonly commands: ReadonlyArray<CommandSpec>
}

export type Parsed =
  | { readonly _tag: "Run"; readonly command: CommandSpec; readonly invocation: Invocation }
  /** `topic` is the name of a command or group, "" for the whole. */
  | { readonly _tag: "Help"; readonly topic: string }
  | { readonly _tag: "Version" }
  | { readonly _tag: "Refused"; readonly message: string; readonly hint: string }

export const parse = (table: CommandTable, argv: ReadonlyArray<string>): Parsed => {
  const { leading, words, rest } = split(table, argv)
  const name = words.join(" ")
  if (words[0] === "help") return help(table, [...words.slice(1), ...rest])
  if (words[0] === "version" && rest.length === 0) return { _tag: "Version" }

  const command = table.commands.find((command) => command.name === name)
  const flags = command === undefined ? globalFlags : [...command.flags, ...globalFlagsOf(command)]
  const read = readFlags(flags, [...leading, ...rest])
  if (read.values.has("help") && (command !== undefined || isTopic(table, name))) return { _tag: "Help", topic: name }
  if (read.values.has("version")) return { _tag: "Version" }
  if (command === undefined && read.positionals[0] !== undefined)
    return unknownCommand(table, words, read.positionals[0])
  const format = read.values.get("output-format")?.[0]
  if (command !== undefined && command.streams !== true && format === streamFormat) {
    return refuse(
      `${name} runs no agents, so that there are no events for --output-format ${streamFormat}`,
      "Use --output-format json."
    )
  }
  if (read.refusal !== undefined) return refuse(read.refusal, helpHint(name))
  if (command === undefined) return { _tag: "Help", topic: name }
  if (format !== undefined && format !== "json" && read.values.has("json")) {
    return refuse(`--json and --output-format ${format} are both given`, "Leave one of them out.")
  }

  const surplus = read.positionals[command.arguments.length]
  if (surplus !== undefined && command.arguments.at(-1)?.repeatable !== true) {
    return refuse(
      `${name} takes ${countOf(command)}, and "${surplus}" is one too many`,
      `Put quotes around a text with spaces. ${helpHint(name)}`
    )
  }
  const missing = command.arguments.find(
    (argument, index) => argument.required && read.positionals[index] === undefined
  )
  if (missing !== undefined) return refuse(`${name} needs ${missing.name}: ${missing.description}`, helpHint(name))
  const wrong = wrongChoice(command, read.positionals)
  if (wrong !== undefined) return wrong
  return { _tag: "Run", command, invocation: new Invocation(name, read.positionals, read.values) }
}

// internal

const refuse = (message: string, hint: string): Parsed => ({ _tag: "Refused", message, hint })

const helpHint = (name: string): string => `See \`deputize ${name === "" ? "" : `${name} `}--help\`.`

const countOf = ({ arguments: { length } }: CommandSpec): string =>
  length === 0 ? "no argument" : length === 1 ? "one argument" : `${length} arguments`

const isTopic = (table: CommandTable, name: string): boolean =>
  name === "" || [...table.groups, ...table.commands].some((entry) => entry.name === name)

/** Global flags may stand before every word of the command: `-C dir agents -q list`. */
const split = (table: CommandTable, argv: ReadonlyArray<string>) => {
  const leading: Array<string> = []
  const words: Array<string> = []
  let at = 0
  for (;;) {
    const next = afterFlags(argv, at, words.length === 0 ? isFlag : isGlobalFlag)
    const word = argv[next]
    const goesOn = word !== undefined && leadsOn(table, words, word)
    // Before the first word there is nothing else that a flag could belong to.
    if (words.length > 0 && !goesOn) break
    leading.push(...argv.slice(at, next))
    at = next
    if (word === undefined || !goesOn) break
    words.push(word)
    at += 1
  }
  return { leading, words, rest: argv.slice(at) }
}

/** The place of the first word that is no flag and no flag's value. */
const afterFlags = (argv: ReadonlyArray<string>, from: number, isOne: (word: string) => boolean): number => {
  let at = from
  for (let word = argv[at]; word !== undefined && isOne(word); word = argv[at]) {
    at += valueFlagFor(globalFlags, word) !== undefined && at + 1 < argv.length ? 2 : 1
  }
  return at
}

const isFlag = (word: string): boolean => word.startsWith("-") && word !== "-" && word !== "--"

const isGlobalFlag = (word: string): boolean => {
  const [name] = word.split("=")
  return globalFlags.some((flag) => name === `--${flag.name}` || word === `-${flag.alias}`)
}

const leadsOn = (table: CommandTable, words: ReadonlyArray<string>, word: string): boolean =>
  words.length === 0 && (word === "help" || word === "version")
    ? true
    : [...table.groups, ...table.commands].some(({ name }) => {
        const path = name.split(" ")
        return [...words, word].every((step, index) => path[index] === step)
      })

const help = (table: CommandTable, words: ReadonlyArray<string>): Parsed => {
  const topic = words.filter((word) => !word.startsWith("-")).join(" ")
  return isTopic(table, topic) ? { _tag: "Help", topic } : unknownCommand(table, [], topic)
}

/** An argument that is none of the words that it can be. */
const wrongChoice = (command: CommandSpec, positionals: ReadonlyArray<string>): Parsed | undefined => {
  for (const [index, value] of positionals.entries()) {
    const { choices, name } = command.arguments[Math.min(index, command.arguments.length - 1)] ?? {}
    if (choices === undefined || choices.includes(value)) continue
    const [near] = nearestNames(value, choices)
    return refuse(
      `${name} is "${value}", but it can only be ${choices.join(" or ")}`,
      near === undefined ? helpHint(command.name) : `Did you mean ${near}?`
    )
  }
  return undefined
}

const unknownCommand = (table: CommandTable, words: ReadonlyArray<string>, word: string): Parsed => {
  const asked = [...words, word].join(" ")
  const near = nearestNames(
    asked,
    table.commands.flatMap(({ hidden, name }) => (hidden === true ? [] : [name]))
  )[0]
  return refuse(
    `there is no command "${asked}"`,
    near === undefined
      ? "`deputize --help` lists the commands."
      : `Did you mean \`deputize ${near}\`? \`deputize --help\` lists the commands.`
  )
}

/** The value flag that a word such as `--goal` or `-g` is, if its value is the next word. */
const valueFlagFor = (flags: ReadonlyArray<FlagSpec>, word: string): FlagSpec | undefined =>
  flags.find((flag) => takesNext(flag) && (word === `--${flag.name}` || word === `-${flag.alias}`))

const takesNext = ({ metavar, optional }: FlagSpec): boolean => metavar !== undefined && optional !== true

/** No word of a command line holds it. */
const textMark = "\0"

/** `- a list`, `--verbose is broken`: only the value of a flag holds a space, as in `--out=a b` and `-oa b`. */
const isText = (flags: ReadonlyArray<FlagSpec>, word: string): boolean =>
  /^-[^=]*\s/.test(word) && !flags.some(({ alias, metavar }) => metavar !== undefined && word[1] === alias)

const readFlags = (flags: ReadonlyArray<FlagSpec>, words: ReadonlyArray<string>) => {
  const values = new Map<string, Array<string>>()
  const positionals: Array<string> = []
  let refusal: string | undefined
  const reject = (message: string) => {
    refusal ??= message
  }
  const joined: Array<string> = []
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? ""
    if (word === "--") {
      joined.push(...words.slice(at))
      break
    }
    const flag = valueFlagFor(flags, word)
    const value = words[at + 1]
    if (flag === undefined) joined.push(isText(flags, word) ? textMark + word : word)
    else if (value === undefined) reject(`${word} needs a value: ${word} ${flag.metavar}`)
    else {
      joined.push(`--${flag.name}=${value}`)
      at += 1
    }
  }
  const { tokens } = parseArgs({ args: joined, options: optionsOf(flags), strict: false, tokens: true })
  for (const token of tokens) {
    if (token.kind === "positional") positionals.push(token.value.replace(textMark, ""))
    if (token.kind !== "option") continue
    const flag = flags.find((flag) => flag.name === token.name)
    if (flag === undefined) {
      reject(unknownFlag(flags, token.rawName))
      continue
    }
    const given = values.get(flag.name)
    if (flag.metavar === undefined && token.value !== undefined) reject(`--${flag.name} takes no value`)
    if (takesNext(flag) && token.value === undefined)
      reject(`--${flag.name} needs a value: --${flag.name} ${flag.metavar}`)
    if (flag.metavar !== undefined && given !== undefined && flag.repeatable !== true)
      reject(`--${flag.name} is given more than once`)
    if (flag.choices !== undefined && token.value !== undefined && !flag.choices.includes(token.value)) {
      reject(`--${flag.name} is "${token.value}", but it can only be ${flag.choices.join(" or ")}`)
    }
    const value = flag.optional === true ? (token.value ?? "") : token.value
    values.set(flag.name, [...(given ?? []), ...(value === undefined ? [] : [value])])
  }
  return { values, positionals, refusal }
}

const optionsOf = (flags: ReadonlyArray<FlagSpec>) =>
  Object.fromEntries(
    flags.map((flag) => [
      flag.name,
      {
        type: takesNext(flag) ? ("string" as const) : ("boolean" as const),
        multiple: true,
        ...(flag.alias === undefined ? {} : { short: flag.alias })
      }
    ])
  )

const unknownFlag = (flags: ReadonlyArray<FlagSpec>, raw: string): string => {
  if (!raw.startsWith("--")) return `there is no flag ${raw}; put -- before an argument that begins with a dash`
  const near = nearestNames(
    raw.slice(2),
    flags.map((flag) => flag.name)
  )[0]
  return near === undefined ? `there is no flag ${raw}` : `there is no flag ${raw}; did you mean --${near}?`
}
