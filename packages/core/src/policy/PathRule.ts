/**
 * One read or write rule of a grant: a file, a folder with everything below it, or a glob. Rules are compared with real
 * paths relative to the workspace, component by component, after NFC.
 *
 *   src          the folder and all below        **\/.env      the name at any depth, the top included
 *   src/*.ts     `*` stays within one name       src/**        all below src, hidden names included
 *   app/[id].ts  this very name, and the names that the class means
 *   {src,a/*.md} what `src` and `a/*.md` cover as rules of their own
 */
import type * as Glob from "effect/Glob"
import * as Pattern from "./Pattern.ts"

/** Whether `rule` covers `path`. A rule that cannot be used (`problem`) covers nothing. */
export const covers = (rule: string, path: string): boolean => {
  const { globs, literals } = compiled(rule)
  const target = path.normalize("NFC")
  return literals.some((literal) => isAtOrBelow(literal, target)) || Pattern.matches(globs(), target)
}

/** Whether `rule` names exactly this path, not a folder above it nor a pattern. */
export const names = (rule: string, path: string): boolean => compiled(rule).literals.includes(path.normalize("NFC"))

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
  /** The paths that the rule spells out. */
  readonly literals: ReadonlyArray<string>
  /** Made for who matches only: definitions are read for their rules far more often than these are asked. */
  readonly globs: () => ReadonlyArray<Glob.Glob>
  readonly problem?: string
}

const isAtOrBelow = (folder: string, path: string): boolean =>
  folder === "." || path === folder || path.startsWith(`${folder}/`)

const compile = (rule: string): Compiled => {
  const unusable = (problem: string): Compiled => ({ literals: [], globs: () => [], problem })
  if (rule.trim() === "") return unusable("is empty")
  if (Pattern.isException(rule)) return unusable(Pattern.exceptionProblem)
  const parts = Pattern.alternatives(rule)
  if ("problem" in parts) return unusable(parts.problem)
  const literals: Array<string> = []
  const patterns: Array<string> = []
  for (const part of parts) {
    // As a path it would be the workspace.
    if (part.trim() === "") return unusable("has an empty alternative in braces")
    const path = normalise(part)
    if (path === undefined) return unusable("is absolute or leads out of the workspace")
    // Asked first whether there is any: the classes of all letters take 3 ms to be made.
    if (path.includes("\\") && /\\[\p{L}\p{N}_.-]/u.test(path))
      return unusable("has `\\` between names, where `/` is meant")
    if (/(?<!\\)[!@+*?]\(.*\)/.test(path)) return unusable("has a group in parentheses; only braces are read as one")
    // What a wildcard stands for is not known, so neither is the folder above it.
    if (/[*?[{\\]/.test(rule) && part.split("/").includes("..")) return unusable("has `..` in a pattern")
    const read = reading(path, part.endsWith("/"))
    literals.push(...read.literals)
    patterns.push(...read.patterns)
  }
  const cost = Pattern.tooCostly(patterns)
  if (cost !== undefined) return unusable(cost)
  let globs: ReadonlyArray<Glob.Glob> | undefined
  return { literals, globs: () => (globs ??= patterns.map(Pattern.glob)) }
}

const compiled = Pattern.remembered(compile)

interface Reading {
  readonly literals: ReadonlyArray<string>
  readonly patterns: ReadonlyArray<string>
}

/** What one alternative means: as a path of its own, as a pattern, or as both. */
const reading = (path: string, isFolder: boolean): Reading => {
  if (/^\*\*(\/\*)?$/.test(path)) return { literals: ["."], patterns: [] }
  if (!/[*?[\\]/.test(path)) return { literals: [path], patterns: [] }
  const last = path.slice(path.lastIndexOf("/") + 1).replace(/\\./gs, "")
  // `packages/*/src` is a folder like `src`; what `src/*` finds is not. `src/**/*` is `src/**`.
  const pattern = isFolder || !/[*?[]/.test(last) ? `${path}/**` : path.replace(/\/\*\*\/\*$/, "/**")
  if (!path.includes("[")) return { literals: [], patterns: [pattern] }
  // Brackets are also names, as in `app/[id].ts`, alone and beside wildcards.
  const isName = !/[*?\\]/.test(path)
  const named = pattern.replace(/\\.|[[\]]/gs, (part) => (part.length > 1 ? part : `\\${part}`))
  return { literals: isName ? [path] : [], patterns: isName ? [pattern] : [pattern, named] }
}
