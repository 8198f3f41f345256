/**
 * Which files a generated agent may promise, and so write: those that are new, those below `artifacts/`, and those that
 * the user has opened to it. Nothing that is there already is put into its hands by a model's word alone, and nothing
 * that others act by.
 */
import * as PathRule from "../policy/PathRule.ts"
import { writeProtection } from "../policy/ProtectedPaths.ts"
import { partsOf, rootOf } from "../policy/RuleParts.ts"
import { pathWithin } from "./Containment.ts"
import type { Taken } from "./Taken.ts"

/** The folder that is for what agents leave behind. */
export const artifactFolder = "artifacts"

/** What stands at a path; nothing does at one that is not in it. */
export type There = ReadonlyMap<string, "file" | "directory">

/** The paths of which has to be known what is there, to judge this artifact. */
export const rootsOf = (artifact: string): ReadonlyArray<string> => [...new Set(partsOf(artifact).map(rootOf))]

/** The artifact as it is granted, or why it is not. `there` is of the paths that `rootsOf` names. */
export const judgeArtifact = (
  artifact: string,
  opened: ReadonlyArray<string>,
  there: There
): { readonly granted: string } | Taken => {
  const taken = (why: string, flag: string | null = null): Taken => ({
    right: "write",
    asked: artifact,
    kept: null,
    why,
    flag
  })
  const problem = PathRule.problem(artifact)
  if (problem !== undefined) return taken(problem)
  const parts = partsOf(artifact)
  const protection = parts.flatMap((part) => writeProtection(part) ?? writeProtection(rootOf(part)) ?? [])[0]
  if (protection !== undefined) return taken(`is protected from agents (${protection})`)
  const plain = parts.length === 1 && parts[0] !== undefined ? parts[0] : artifact
  // A rule for files covers a file, and nothing below a folder of that name.
  const isFile = there.get(plain) === "file"
  if (opened.some((rule) => pathWithin(artifact, rule) || (isFile && PathRule.covers(rule, plain))))
    return { granted: plain }
  const outside = parts.filter((part) => part !== artifactFolder && !part.startsWith(`${artifactFolder}/`))
  const found = outside.map(rootOf).find((root) => root === "." || there.has(root))
  if (found === undefined && !outside.some((part) => acting.test(part))) return { granted: plain }
  const reaches = found === "." ? "could be any file of the workspace" : "is there already, or reaches what is"
  const why = found === undefined ? "would be run or obeyed by other programs" : reaches
  return taken(why, `--allow-write ${shellWord(plain)}`)
}

/** A word as a shell takes it for one. */
export const shellWord = (word: string): string =>
  /^[\p{L}\p{N}_./:@%+=,-]+$/u.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`

// internal

/** What package managers, builders and test runners run without being told to, and what agents take for instructions. */
const acting =
  /(^|\/)(node_modules(\/|$)|(package\.json|(gnu)?makefile|justfile|build\.rs|setup\.py|conftest\.py|(agents|claude|gemini)\.md|[^/]+\.config\.[cm]?[jt]s)$)/i
