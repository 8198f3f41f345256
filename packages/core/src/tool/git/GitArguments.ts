/**
 * The arguments of a git call, by the table of what may be used. Pure: gives the call in a form in which no text of the
 * model's can be taken for an option, or says what is wrong with it and what there is instead.
 */
import * as Result from "effect/Result"
import { isVerb, type Option, optionsOf, type Verb, verbNames } from "./GitOptions.ts"

export interface GitCall {
  readonly verb: Verb
  /** As git takes them, each with its value glued to it. */
  readonly options: ReadonlyArray<string>
  /** Those of them that say which commits, and those that say how many. */
  readonly choosing: ReadonlyArray<string>
  readonly counting: ReadonlyArray<string>
  /** Those that make what is shown depend on what files hold, or name them. */
  readonly showing: ReadonlyArray<string>
  /** Commits are chosen by what files hold. */
  readonly searches: boolean
  /** What stands before `--`: commits, ranges, `REV:PATH`, and paths that are there. None begins with a hyphen. */
  readonly words: ReadonlyArray<string>
  /** What stands behind `--`; null without it. */
  readonly paths: ReadonlyArray<string> | null
}

/** What is wrong, and what to do instead. */
export interface Unusable {
  readonly message: string
  readonly hint: string
}

export const parse = (args: ReadonlyArray<string>): Result.Result<GitCall, Unusable> => {
  if (args.length > mostArguments) return unusable(`more than ${mostArguments} arguments`, "Ask for less at once.")
  const odd = args.find((arg) => arg.length > longestArgument || /[\0\n\r]/.test(arg))
  if (odd !== undefined) return unusable("an argument is too long or holds a line break or NUL", "Leave it out.")
  const [verb = "", ...rest] = args[0] === "git" ? args.slice(1) : args
  if (!isVerb(verb)) return unusable(`git ${quoted(verb)} is not among what may be used`, verbHint)
  const end = rest.indexOf("--")
  const found: Found = { options: [], choosing: [], counting: [], showing: [], words: [], searches: false }
  const problem = read(verb, end < 0 ? rest : rest.slice(0, end), found)
  if (problem !== undefined) return Result.fail(problem)
  const paths = end < 0 ? null : rest.slice(end + 1)
  const lone = incompatible(verb, found)
  return lone === undefined ? Result.succeed({ verb, ...found, paths }) : Result.fail(lone)
}

// internal

const mostArguments = 100
const longestArgument = 4096
const verbHint = `Verbs: ${verbNames().join(", ")}. They only read; nothing else is run.`

interface Found {
  readonly options: Array<string>
  readonly choosing: Array<string>
  readonly counting: Array<string>
  readonly showing: Array<string>
  readonly words: Array<string>
  searches: boolean
}

const unusable = (message: string, hint: string): Result.Result<never, Unusable> => Result.fail({ message, hint })

const read = (verb: Verb, args: ReadonlyArray<string>, found: Found): Unusable | undefined => {
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? ""
    if (!arg.startsWith("-")) {
      if (arg === "") return { message: "an argument is empty", hint: "Leave it out." }
      found.words.push(arg)
      continue
    }
    const named = optionAt(verb, arg)
    if (named === undefined) {
      return { message: `git ${verb} takes no ${quoted(arg)} here`, hint: hintOf(verb) }
    }
    const { option } = named
    const takesNext = option.value !== undefined && option.optional !== true && named.value === undefined
    if (takesNext) index += 1
    const value = takesNext ? args[index] : named.value
    const isGood = value === undefined ? !takesNext : (option.value?.test(value) ?? false)
    if (!isGood) {
      const what = value === undefined ? "needs a value" : `does not take ${quoted(value)} here`
      return { message: `${quoted(arg)} of git ${verb} ${what}`, hint: hintOf(verb) }
    }
    add(found, option, value)
  }
  return undefined
}

const add = (found: Found, option: Option, value: string | undefined): void => {
  const glue = option.optional === true ? "=" : ""
  const text = value === undefined ? option.as : `${option.as}${glue}${value}`
  if (text !== "") found.options.push(text)
  if (option.chooses === true) found.choosing.push(text)
  if (option.counts === true) found.counting.push(text)
  if (option.shows === true) found.showing.push(text)
  found.searches ||= option.searches === true
}

interface Named {
  readonly option: Option
  /** What is glued to it. */
  readonly value?: string
}

/** `--name`, `--name=value`, `-n`, `-nvalue`, `-5`. */
const optionAt = (verb: Verb, arg: string): Named | undefined => {
  const options = optionsOf(verb)
  const known = (name: string): Option | undefined => (Object.hasOwn(options, name) ? options[name] : undefined)
  const whole = known(arg)
  if (whole !== undefined) return { option: whole }
  const many = known("--max-count")
  if (/^-\d+$/.test(arg)) return many === undefined ? undefined : { option: many, value: arg.slice(1) }
  const equals = arg.indexOf("=")
  const [name, value] = arg.startsWith("--")
    ? [arg.slice(0, Math.max(0, equals)), arg.slice(equals + 1)]
    : [arg.slice(0, 2), arg.slice(2)]
  const option = known(name)
  return option?.value === undefined ? undefined : { option, value }
}

/** What the table cannot say: options that do not go together. */
const incompatible = (verb: Verb, { options, searches, showing }: Found): Unusable | undefined => {
  const alone = ["--follow", "--graph"].find((option) => (showing.length > 0 || searches) && options.includes(option))
  if (alone === undefined) return undefined
  const message = `${alone} of git ${verb} cannot be used with options that look into files`
  return { message, hint: `Leave out ${alone}, or -p, --stat, -S and the like.` }
}

/** One spelling of each. */
const hintOf = (verb: Verb): string => {
  const options = Object.entries(optionsOf(verb))
  const names = [...new Map(options.map(([name, { as }]) => [as || name, name])).values()]
  return names.length === 0 ? `git ${verb} takes no options.` : `Options of git ${verb}: ${names.join(" ")}.`
}

const quoted = (text: string): string => JSON.stringify(text.slice(0, 80))
