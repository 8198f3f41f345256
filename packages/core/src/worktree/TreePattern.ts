/**
 * Patterns of what is copied into a tree: globs relative to the repository's top; one without `/` is meant at any depth,
 * as in ignore files. Pure.
 */
import * as Pattern from "../policy/Pattern.ts"

/** Why a pattern of what is to be copied cannot be used, as the end of a sentence. */
export const patternProblem = (pattern: string): string | undefined => {
  if (pattern.trim() === "") return "is empty"
  if (/^([/\\~]|[A-Za-z]:)/.test(pattern)) return "is absolute"
  if (pattern.includes("\0") || pattern.includes("\n")) return "holds a character that no pattern has"
  if (Pattern.isException(pattern)) return "is an exception, and only what is to be copied can be named"
  const parts = pattern.split("/")
  if (parts.includes("..")) return "leads out of the repository"
  if (parts.some((part) => part.toLowerCase() === ".git")) return "names the repository itself"
  const alternatives = Pattern.alternatives(pattern)
  return "problem" in alternatives ? alternatives.problem : Pattern.tooCostly(alternatives)
}
