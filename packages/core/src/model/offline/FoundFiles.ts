/**
 * Files that a look-up found, told by what they define, those first that a reader would open first.
 */
import { compare } from "./Ranking.ts"
import { pathRank, Rank } from "./SourceLine.ts"
import type { FoundLine, Window } from "./ToolText.ts"

export interface FoundFile {
  readonly path: string
  /** Bytes; unknown if its folder was not listed. */
  readonly size: number | undefined
  /** What it defines first, or its first line; empty if neither was looked up. */
  readonly lines: ReadonlyArray<FoundLine>
  /** The last line known of it. */
  readonly reaches: number
}

/** What is known of files beyond their paths. */
export interface FileFacts {
  readonly definitions: ReadonlyMap<string, ReadonlyArray<FoundLine>>
  readonly read: ReadonlyMap<string, Window>
  readonly sizes: ReadonlyMap<string, number>
}

/** `wanted`: how much of the goal a path holds. */
export const foundFiles = (
  paths: ReadonlyArray<string>,
  facts: FileFacts,
  wanted: (path: string) => number
): ReadonlyArray<FoundFile> =>
  [...new Set(paths)]
    .map((path) => describe(path, facts))
    .toSorted((one, other) => keyOf(one) - keyOf(other) || wanted(other.path) - wanted(one.path) || bySize(one, other))

/** What starts a program, or sets one up. */
export const startsPrograms = (path: string): boolean =>
  /(^|\/)(bin|scripts?|bench)\/|(^|\/)(main|cli)\.[^/]+$|\.config\.[^/]+$/.test(path)

// internal

const describe = (path: string, facts: FileFacts): FoundFile => {
  const definitions = facts.definitions.get(path) ?? []
  const head = [...(facts.read.get(path)?.lines ?? [])].toSorted(([one], [other]) => one - other)
  const first = head.find(([, text]) => /[\p{L}\p{N}]/u.test(text))
  const fallback = first === undefined ? [] : [{ path, line: first[0], text: first[1] }]
  const lines = definitions.length > 0 ? definitions.toSorted(behaviourFirst).slice(0, linesOfFile) : fallback
  const reaches = Math.max(0, ...definitions.map((line) => line.line))
  return { path, size: facts.sizes.get(path), lines, reaches }
}

const linesOfFile = 2

/**
 * What behaves comes first; then lists of constants, types, what starts a program or sets it up, tests, and what a tool
 * wrote.
 */
const keyOf = ({ lines, path }: FoundFile): number => {
  const rank = pathRank(path)
  if (rank >= Rank.test) return 10 + rank
  if (startsPrograms(path)) return 3
  if (lines.length === 0) return 0
  if (lines.every((line) => isType(line.text))) return 2
  return lines.every((line) => isType(line.text) || isConstant(line.text)) ? 1 : 0
}

/** A value written out where it is defined; one that is computed, by a call or a function, behaves. */
const isConstant = (text: string): boolean =>
  /^(?:export\s+)?const\s+\w+(?:\s*:\s*[^=]+)?\s*=\s*(?:[[{"'`\d]|String\.raw|new (?:Set|Map)\b)/.test(text) &&
  !/=>/.test(text)

/** Where sizes were not listed, the last definition seen tells how long a file is at least. */
const bySize = (one: FoundFile, other: FoundFile): number =>
  (other.size ?? other.reaches) - (one.size ?? one.reaches) ||
  one.path.split("/").length - other.path.split("/").length ||
  compare(one.path, other.path)

const isType = (text: string): boolean => /^export\s+(?:declare\s+)?(?:interface|type)\s/.test(text)

const behaviourFirst = (one: FoundLine, other: FoundLine): number =>
  Number(isType(one.text)) - Number(isType(other.text)) || one.line - other.line
