/**
 * The order of the lines that one look-up found: uses in source before uses in tests, before what only mentions the
 * thing; among equals those first that hold more of the goal.
 */
import type { Search } from "./Search.ts"
import { looksLikePattern, pathRank, place, Rank } from "./SourceLine.ts"
import type { FoundLine } from "./ToolText.ts"

export interface Finding extends FoundLine {
  readonly rank: Rank
}

/** The lines of one look-up, best first. `near`: what else the goal names, as words and as paths of files. */
export const rankLines = (
  found: ReadonlyArray<FoundLine>,
  search: Search,
  near: ReadonlyArray<RegExp | string>
): ReadonlyArray<Finding> => {
  const pattern = search.look._tag === "LinePattern" ? compile(search.look.pattern) : undefined
  // A look-up that names prose or settings wants them.
  const wantsProse =
    search.look._tag === "LinePattern" && /\.\{?(md|json|ya?ml|toml|canvas|txt)/.test(search.look.glob ?? "")
  const lines = found.map((line): Finding => {
    const byPath = pathRank(line.path)
    if (byPath >= Rank.prose) return { ...line, rank: wantsProse && byPath === Rank.prose ? Rank.source : byPath }
    const start = pattern === undefined ? 0 : startOf(pattern, line.text)
    const aside = looksLikePattern(line.text) || place(line.path, line.text, start) !== "code"
    return { ...line, rank: aside ? Rank.aside : byPath }
  })
  const tables = patternTables(lines)
  return lines
    .map((line): Finding => (tables.has(line.path) && line.rank < Rank.prose ? { ...line, rank: Rank.aside } : line))
    .map((line) => ({ line, held: about(line, search, near) }))
    .toSorted((one, other) => one.line.rank - other.line.rank || other.held - one.held || order(one.line, other.line))
    .map(({ line }) => line)
}

/** Tests count as code; below that, the best kind that there is. */
export const worstShown = (ranked: ReadonlyArray<Finding>): Rank => {
  const best = ranked[0]?.rank ?? Rank.source
  return best === Rank.source ? Rank.test : best
}

/** With ripgrep's smart case; undefined for a pattern that only ripgrep understands. */
export const compile = (pattern: string): RegExp | undefined => {
  const flags = /\p{Lu}/u.test(pattern.replace(/\\./g, "")) ? "" : "i"
  try {
    return new RegExp(pattern, flags)
  } catch {
    return undefined
  }
}

export const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

// internal

/** How much of the goal a line and its path hold; where a word itself is asked about, its definition counts twice. */
const about = (line: Finding, search: Search, near: ReadonlyArray<RegExp | string>): number => {
  const held = near.filter((word) =>
    typeof word === "string" ? line.path.endsWith(word) : word.test(line.text) || word.test(line.path)
  )
  const defined = search.origin === "term" && definition.test(line.text) ? 1 : 0
  return held.length * 2 + defined * 2
}

const definition = /^\s*(export\s|(async\s+)?(function|def|class|interface|type|enum|fn|func|struct|trait)\s+\w|pub\s)/

/** Files in which most matches are data: they define what to look for. */
const patternTables = (lines: ReadonlyArray<Finding>): ReadonlySet<string> => {
  const byPath = Map.groupBy(lines, (line) => line.path)
  return new Set(
    [...byPath].flatMap(([path, here]) =>
      here.filter((line) => looksLikePattern(line.text)).length * 2 >= here.length &&
      here.some((line) => looksLikePattern(line.text))
        ? [path]
        : []
    )
  )
}

/** Where the first word of the match begins; patterns may start with the character before it. */
const startOf = (pattern: RegExp, text: string): number => {
  const match = pattern.exec(text)
  if (match === null) return 0
  const lead = /^(\/\/|\/\*|#|\*)/.test(match[0]) ? 0 : match[0].search(/[\p{L}\p{N}_@]/u)
  return match.index + Math.max(0, lead)
}

const order = (one: FoundLine, other: FoundLine): number => compare(one.path, other.path) || one.line - other.line
