/**
 * One read or write rule of a grant: a file, a folder with everything below it, or a glob. Rules are compared with real
 * paths relative to the workspace, component by component, after NFC.
 *
 *   src          the folder and all below        **\/.env      the name at any depth, the top included
 *   src/*.ts     `*` stays within one name       src/**        all below src, hidden names included
 *   app/[id].ts  this very name, and the names that the class means
 */
import * as Glob from "effect/Glob"

/** Whether `rule` covers `path`. A rule that cannot be used (`problem`) covers nothing. */
export const covers = (rule: string, path: string): boolean => {
  const { globs, literal } = compiled(rule)
  const target = path.normalize("NFC")
  if (literal !== undefined && (literal === "." || target === literal || target.startsWith(`${literal}/`))) return true
  return globs.some((glob) => Glob.match(glob, target))
}

/** Whether `rule` names exactly this path, not a folder above it nor a pattern. */
export const names = (rule: string, path: string): boolean => compiled(rule).literal === path.normalize("NFC")

/** Why a rule cannot be used, as the end of a sentence that begins with it. */
export const problem = (rule: string): string | undefined => compiled(rule).problem

/** `./src//a/../b/` as `src/b`; undefined for what is absolute or leads out of the workspace. */
export const normalise = (path: string): string | undefined => {
  if (/^([/\\]|~($|\/)|[A-Za-z]:)|\0/.test(path)) return undefined
  const parts: Array<string> = []
  for (const part of path.normalize("NFC").split("/")) {
    if (part === "" || part === ".") continue
    if (part !== "..") parts.push(part)
    else if (parts.pop() === undefined) return undefined
  }
  return parts.length === 0 ? "." : parts.join("/")
}

// internal

interface Compiled {
  /** The rule as a path of its own. */
  readonly literal: string | undefined
  readonly globs: ReadonlyArray<Glob.Glob>
  readonly problem?: string
}

/** Bounds that keep a match about a millisecond on the longest of paths and far below on others, whatever a definition asks for. */
const longestPattern = 500
const mostWildcards = 16
const mostGlobstars = 4
/** Wildcards times alternatives: `**` + `/*.{ts,tsx}` has two of each. */
const mostWork = 20

const cache = new Map<string, Compiled>()
const mostCached = 5_000

const compiled = (rule: string): Compiled => {
  const known = cache.get(rule)
  if (known !== undefined) return known
  if (cache.size >= mostCached) cache.clear()
  const made = compile(rule)
  cache.set(rule, made)
  return made
}

const compile = (rule: string): Compiled => {
  const unusable = (problem: string): Compiled => ({ literal: undefined, globs: [], problem })
  if (rule.trim() === "") return unusable("is empty")
  const pattern = normalise(rule)
  if (pattern === undefined) return unusable("is absolute or leads out of the workspace")
  if (pattern === "**") return { literal: ".", globs: [] }
  if (!/[*?[{\\]/.test(rule)) return { literal: pattern, globs: [] }
  // What a wildcard stands for is not known, so neither is the folder above it.
  if (rule.split("/").includes("..")) return unusable("has `..` in a pattern")
  if (pattern.length > longestPattern) return unusable(`is longer than ${longestPattern} characters`)
  const wildcards = count(pattern, /[*?[]+/g)
  if (wildcards > mostWildcards) return unusable(`has more than ${mostWildcards} wildcards`)
  if (count(pattern, /\*\*/g) > mostGlobstars) return unusable(`has more than ${mostGlobstars} times \`**\``)
  if (alternatives(pattern) * Math.max(1, wildcards) > mostWork) return unusable("has too many alternatives in braces")
  const last = pattern.slice(pattern.lastIndexOf("/") + 1)
  // `packages/*/src` is a folder like `src`; what `src/*` finds is not.
  const isFolder = rule.endsWith("/") || !/[*?[{]/.test(last)
  const globs = (isFolder ? [pattern, `${pattern}/**`] : [pattern]).map((each) => Glob.make(each, { dot: true }))
  // `app/[id].ts` is also a path; with other wildcards it could only be one by an odd name.
  return { literal: /[*?{]/.test(pattern) ? undefined : pattern, globs }
}

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0

/** At least as many as braces expand to: groups multiply, nested ones add up to less. */
const alternatives = (pattern: string): number => {
  const [groups, commas] = [count(pattern, /\{/g), count(pattern, /,/g)]
  return groups === 0 ? 1 : (commas / groups + 1) ** groups
}
