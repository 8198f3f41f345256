/**
 * What a path or glob of a pipeline file may be. Pure.
 */
import picomatch from "picomatch"
import { quoted, type Rule } from "./Values.ts"

/** What a step reads may lie beside the workspace. */
export const inputGlob: Rule = {
  expected: "a path or glob from the workspace, such as src/**",
  fix: "Write a path or glob from the workspace with / between folders, such as src/**; ! in front leaves out.",
  problem: (text) => globProblem(text),
  json: { minLength: 1 }
}

export const outputGlob: Rule = {
  expected: "a path or glob inside the workspace, such as dist",
  fix: "Write a path or glob inside the workspace with / between folders, such as dist or out/*.js.",
  problem: (text) => globProblem(text) ?? outsideProblem(text.replace(/^!(?!\()/, "")) ?? wholeProblem(text),
  json: { minLength: 1 }
}

export const insidePath: Rule = {
  expected: "a path inside the workspace",
  fix: "Write a path from the workspace that stays in it, such as packages/app.",
  problem: (text) => pathProblem(text) ?? outsideProblem(text),
  json: { minLength: 1 }
}

/** Inside what is installed. */
export const versionPath: Rule = {
  expected: "a path inside what is installed, such as bin/tool",
  fix: "Write a path that stays inside what is installed, such as bin/tool.",
  problem: (text) =>
    text.includes("\0")
      ? "has a null character"
      : leaves(text)
        ? `${quoted(text)} leads out of what is installed`
        : undefined,
  json: {}
}

export const anyPath: Rule = {
  expected: "a path",
  fix: "Write a path from the workspace, an absolute one, or one that begins with ~/.",
  problem: (text) => pathProblem(text),
  json: { minLength: 1 }
}

/** A name that is one folder and nothing else, on any system. */
export const folderName: Rule = {
  expected: "a name of one folder",
  fix: "Use letters, digits and . _ - and begin with no dot.",
  problem: (text) =>
    /^[^./\\:*?"<>|\p{Cc}][^/\\:*?"<>|\p{Cc}]{0,99}$/u.test(text)
      ? undefined
      : `${quoted(text)} is no name of a folder`,
  json: { minLength: 1 }
}

export const fileMode: Rule = {
  expected: "permissions such as 755",
  fix: 'Write three octal digits, such as "755".',
  problem: (text) => (parseMode(text) === undefined ? `${quoted(text)} are no permissions` : undefined),
  json: {}
}

/** `0o755` of `755`, `0755` or `0o755`. */
export const parseMode = (text: string): number | undefined => {
  const [, digits] = /^(?:0o?)?([0-7]{3})$/.exec(text) ?? []
  return digits === undefined ? undefined : Number.parseInt(digits, 8)
}

// internal

const pathProblem = (text: string): string | undefined => {
  if (text.trim() === "") return "is empty"
  return text.includes("\0") ? "has a null character" : undefined
}

const globProblem = (text: string): string | undefined => {
  const glob = text.replace(/^!(?!\()/, "")
  const problem = pathProblem(glob)
  if (problem !== undefined) return problem
  if (/\\[\w*.]/.test(glob)) return `${quoted(text)} has \\ between folders`
  if (/^~[/\\]/.test(glob)) return `${quoted(text)} begins with ~, which is not expanded here`
  if (/(?:^|\/)\.\.(?:\/|$)/.test(glob.replace(/^(?:\.\.\/)+/, ""))) return `${quoted(text)} goes back by ..`
  return bracketProblem(glob) ? `${quoted(text)} is no glob: a bracket has no partner` : undefined
}

const bracketProblem = (glob: string): boolean => {
  try {
    picomatch.makeRe(glob, { dot: true, strictBrackets: true })
    return false
  } catch {
    return true
  }
}

const leaves = (path: string): boolean => {
  if (/^(?:[/\\]|[A-Za-z]:)/.test(path)) return true
  let depth = 0
  for (const part of path.split(/[/\\]/)) {
    if (part === "..") depth -= 1
    else if (part !== "" && part !== ".") depth += 1
    if (depth < 0) return true
  }
  return false
}

const outsideProblem = (text: string): string | undefined =>
  leaves(text) || /^~[/\\]/.test(text) ? `${quoted(text)} is outside the workspace` : undefined

const wholeProblem = (text: string): string | undefined =>
  /^(?:\.\/)*(?:\.|\*\*(?:\/\*+)?)?\/*$/.test(text) ? `${quoted(text)} is the whole workspace` : undefined
