/**
 * The glob of a search: which files of a folder are meant. Patterns are matched against real paths, hidden names
 * included; one without `/` is meant at any depth, as in ignore files.
 */
import * as Glob from "effect/Glob"
import * as Result from "effect/Result"

export interface FilePattern {
  /** `path` is relative to the workspace. */
  readonly matches: (path: string) => boolean
  /** A pattern that every matching file's own name fits, plain enough for other programs; undefined if unsure. */
  readonly name: string | undefined
}

/** `pattern` counts from `folder`, or from the workspace. Fails with what is wrong with it. */
export const filePattern = (pattern: string, folder: string): Result.Result<FilePattern, string> => {
  const plain = pattern.replace(/^(\.\/)+/, "")
  if (plain === "") return Result.fail("the pattern is empty")
  if (plain.length > maxLength) return Result.fail(`the pattern is longer than ${maxLength} characters`)
  if (alternatives(plain) > maxAlternatives)
    return Result.fail(`the braces stand for more than ${maxAlternatives} patterns`)
  if (plain.startsWith("/") || plain.startsWith("~")) return Result.fail("the pattern is absolute")
  if (plain.split("/").includes("..")) return Result.fail("the pattern leads out of its folder with `..`")
  const deep = plain === pattern && !plain.includes("/") ? `**/${plain}` : plain
  const glob = Glob.make(deep, { dot: true })
  const below = folder === "." ? "" : `${folder}/`
  return Result.succeed({
    matches: (path) => Glob.match(glob, path) || (path.startsWith(below) && Glob.match(glob, path.slice(below.length))),
    name: plainName(plain)
  })
}

// internal

const maxLength = 1000
const maxAlternatives = 256

/** How many patterns the braces stand for, at most: every file is matched against each. */
const alternatives = (pattern: string): number => {
  const open: Array<number> = []
  let product = 1
  for (const character of pattern) {
    if (character === "{") open.push(1)
    else if (character === "," && open.length > 0) open.push((open.pop() ?? 0) + 1)
    else if (character === "}") product *= open.pop() ?? 1
  }
  return product
}

/** The part after the last `/`, if it stands outside all braces and holds nothing but letters, `*`, `?` and braces. */
const plainName = (pattern: string): string | undefined => {
  const name = pattern.slice(pattern.lastIndexOf("/") + 1)
  const isBalanced = /^[^{}]*(\{[^{}]*\}[^{}]*)*$/
  if (!/^[\w.*?{},-]+$/.test(name) || name.includes("**")) return undefined
  return isBalanced.test(name) && isBalanced.test(pattern.slice(0, -name.length)) ? name : undefined
}
