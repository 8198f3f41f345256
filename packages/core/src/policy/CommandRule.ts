/**
 * One exec rule of a grant: a program, or a program and its first arguments. Compared word by word with the arguments
 * that would be run, never with a command line: `git log` covers `git log -p`, not `git logout` nor `git log; rm -r .`.
 */
import { exceptionProblem, isException } from "./Pattern.ts"

/** Whether `rule` covers the command. `*` is any command; a final `*` is what every rule means at its end. */
export const coversCommand = (rule: string, argv: ReadonlyArray<string>): boolean => {
  const words = wordsOf(rule)
  if (words.length === 0 || (argv[0] ?? "") === "" || argv.some((word) => word.includes("\0"))) return false
  const fixed = words.at(-1) === "*" ? words.slice(0, -1) : words
  return fixed.every((word, index) => word === argv[index])
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
