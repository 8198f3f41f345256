/**
 * One exec rule of a grant: a program, or a program and its first arguments. Compared word by word with the arguments
 * that would be run, never with a command line: `git log` covers `git log -p`, not `git logout` nor `git log; rm -r .`.
 */

/** Whether `rule` covers the command. `*` is any command; a final `*` is what every rule means at its end. */
export const coversCommand = (rule: string, argv: ReadonlyArray<string>): boolean => {
  const words = rule.split(/\s+/).filter((word) => word !== "")
  if (words.length === 0 || argv.length === 0 || argv.some((word) => word.includes("\0"))) return false
  const fixed = words.at(-1) === "*" ? words.slice(0, -1) : words
  return fixed.every((word, index) => word === argv[index])
}
