/**
 * What a path rule stands for, as far as that shows without a path to hold against it.
 */
import * as PathRule from "./PathRule.ts"
import * as Pattern from "./Pattern.ts"

/** What the braces of a path rule stand for, as plain paths; none for one that cannot be used. */
export const partsOf = (rule: string): ReadonlyArray<string> => {
  const parts = PathRule.problem(rule) === undefined ? Pattern.alternatives(rule) : []
  return "problem" in parts ? [] : parts.flatMap((part) => PathRule.normalise(part) ?? [])
}

/** The folders of a path before its first wildcard, or the path itself; `.` for none. */
export const rootOf = (part: string): string => {
  const names = part.split("/")
  const wild = names.findIndex((name) => /[*?[\\{]/.test(name))
  return wild < 0 ? part : names.slice(0, wild).join("/") || "."
}
