/**
 * Glob patterns as a definition writes them, bounded: a rule is held against every file that a search finds, so a match
 * must stay far below a millisecond whatever the pattern asks for.
 */
import * as Glob from "effect/Glob"

/**
 * Rules only allow. What is meant as an exception to its neighbours must not be lost among them: a list that holds one
 * allows nothing.
 */
export const isException = (rule: string): boolean => rule.startsWith("!") || (rule.includes("{") && /[{,]!/.test(rule))
export const exceptionProblem = "is an exception by its `!`; rules cannot take away, so its whole list is void"

/** What the braces of a pattern stand for, or the end of a sentence that says why it is not used. */
export const alternatives = (pattern: string): ReadonlyArray<string> | { readonly problem: string } => {
  if (!/[*?[{\\]/.test(pattern)) return [pattern]
  if (pattern.length > longestPattern) return { problem: `is longer than ${longestPattern} characters` }
  return expand(pattern) ?? { problem: "has too many alternatives in braces" }
}

/** Why a rule of these patterns would take too long to match, as the end of a sentence. */
export const tooCostly = (patterns: ReadonlyArray<string>): string | undefined => {
  // What stands for all below is nearly free, and often not written but meant.
  const weighed = patterns.map((pattern) => pattern.replace(/\/\*\*$/, ""))
  const wildcards = weighed.map((pattern) => count(pattern, /[*?[]+/g))
  if (wildcards.some((each) => each > mostWildcards)) return `has more than ${mostWildcards} wildcards`
  if (weighed.some((pattern) => count(pattern, /\*\*/g) > mostGlobstars)) {
    return `has more than ${mostGlobstars} times \`**\``
  }
  const work = wildcards.reduce((sum, each) => sum + each, 0)
  return work > mostWork ? "has too many alternatives in braces" : undefined
}

/** Of one alternative: what is left of braces stands for itself. Wildcards take hidden names as well. */
export const glob = (pattern: string): Glob.Glob =>
  Glob.make(
    pattern.replace(/\\.|[{}]/gs, (part) => (part.length > 1 ? part : `\\${part}`)),
    { dot: true }
  )

/** What is longer than any path of a file system matches nothing. */
export const matches = (globs: ReadonlyArray<Glob.Glob>, target: string): boolean =>
  target.length <= longestTarget && globs.some((each) => Glob.match(each, target))

/** Makes what belongs to a rule once; rules are few and asked for often. */
export const remembered = <A>(make: (rule: string) => A): ((rule: string) => A) => {
  const known = new Map<string, { readonly made: A }>()
  return (rule) => {
    const found = known.get(rule) ?? { made: make(rule) }
    if (known.size >= mostRemembered) known.clear()
    known.set(rule, found)
    return found.made
  }
}

// internal

const longestPattern = 500
const longestTarget = 4096
const mostAlternatives = 100
/** Of one alternative. */
const mostWildcards = 16
const mostGlobstars = 4
/** Wildcards of all alternatives together. */
const mostWork = 64
const mostRemembered = 5_000

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** Innermost braces first, so that nested ones come apart too; undefined as soon as there are too many. */
const expand = (pattern: string): ReadonlyArray<string> | undefined => {
  let patterns: ReadonlyArray<string> = [pattern]
  while (patterns.some((each) => innermost.test(each))) {
    patterns = [...new Set(patterns.flatMap(chosen))]
    if (patterns.length > mostAlternatives) return undefined
  }
  return patterns
}

/** Braces with a comma and no escape between them; others are part of a name, as in `{id}`. */
const innermost = /(?<!\\)\{([^{}\\]*,[^{}\\]*)\}/

/** The pattern once for each choice of its first innermost braces. */
const chosen = (pattern: string): ReadonlyArray<string> => {
  const group = innermost.exec(pattern)
  if (group === null) return [pattern]
  const [whole, choices = ""] = group
  const [head, tail] = [pattern.slice(0, group.index), pattern.slice(group.index + whole.length)]
  return choices.split(",").map((choice) => head + choice + tail)
}
