/**
 * One exec rule of a grant: a command word by word, `npm test`. It means that command and no other arguments, unless it
 * ends in `*`: `npm test *` takes any further ones, `*` any command. Compared with the arguments that would be run,
 * never with a command line: `git log *` covers `git log -p`, not `git logout` nor `git log; rm -r .`.
 */
import { exceptionProblem, isException } from "./Pattern.ts"

/** Whether `rule` covers the command. */
export const coversCommand = (rule: string, argv: ReadonlyArray<string>): boolean => {
  const words = wordsOf(rule)
  if (words.length === 0 || (argv[0] ?? "") === "" || argv.some((word) => word.includes("\0"))) return false
  const isOpen = words.at(-1) === "*"
  const fixed = isOpen ? words.slice(0, -1) : words
  return (isOpen || argv.length === fixed.length) && fixed.every((word, index) => word === argv[index])
}

/** The rule that covers the command of `rule` with any further arguments. */
export const withArguments = (rule: string): string => {
  const words = wordsOf(rule)
  return words.length === 0 || words.at(-1) === "*" ? rule : `${words.join(" ")} *`
}

/** Why a rule can hardly cover what it seems to say, as the end of a sentence that begins with it. */
export const commandProblem = (rule: string): string | undefined => {
  const words = wordsOf(rule)
  if (words.length === 0) return "is empty"
  if (isException(rule)) return exceptionProblem
  if (words.some((word, index) => word.includes("*") && (word !== "*" || index < words.length - 1))) {
    return "has `*` other than as its last word"
  }
  if (/["'`;|&<>$()]/.test(rule)) return "is compared word by word, without quotes or what a shell reads"
  return undefined
}

// internal

const wordsOf = (rule: string): ReadonlyArray<string> => rule.split(/\s+/).filter((word) => word !== "")
