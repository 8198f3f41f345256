/**
 * The order of the lines that one look-up found: uses in source before uses in tests, before what only mentions the
 * thing; among equals those first that hold more of the goal.
 */
import type { Search } from "./Search.ts"
import { looksLikePattern, looksLikeProse, pathRank, place, Rank } from "./SourceLine.ts"
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
    const aside =
      looksLikePattern(line.text) || looksLikeProse(line.text) || place(line.path, line.text, start) !== "code"
    return { ...line, rank: !aside ? byPath : byPath === Rank.source ? Rank.aside : Rank.fixture }
  })
  const tables = patternTables(lines)
  const ranked = lines
    .map((line): Finding => (tables.has(line.path) && line.rank < Rank.prose ? { ...line, rank: Rank.aside } : line))
    .map((line) => ({ line, held: about(line, search, near) }))
    .toSorted((one, other) => one.line.rank - other.line.rank || other.held - one.held || order(one.line, other.line))
    .map(({ line }) => line)
  return spread(ranked)
}

/** Tests count as code; below that, the best kind that there is. */
export const worstShown = (ranked: ReadonlyArray<Finding>): Rank => {
  const best = ranked[0]?.rank ?? Rank.source
  return best === Rank.source || best === Rank.test ? Rank.bench : best
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

/**
 * How much of the goal a line and its path hold. Where a word itself is asked about, what it names first is the answer:
 * a definition of that name comes first, and an import, which only repeats the name, last.
 */
const about = (line: Finding, search: Search, near: ReadonlyArray<RegExp | string>): number => {
  const inPath = (word: RegExp | string) => (typeof word === "string" ? line.path.endsWith(word) : word.test(line.path))
  const inText = near.filter((word) => typeof word !== "string" && word.test(line.text)).length
  const covered = near.filter((word) => inPath(word) || (typeof word !== "string" && word.test(line.text))).length
  const held = covered * 3 + inText
  if (search.origin === "probe") return held
  const name = defined.exec(line.text)?.[1] ?? ""
  const names = near.filter((word) => typeof word !== "string" && word.test(name)).length
  return held + names * 2 - (/^\s*(import|from|use|export\s*\{|export\s+type\s*\{|\}\s*from)\b/.test(line.text) ? 8 : 0)
}

const defined =
  /^\s*(?:(?:export|default|public|private|static|readonly|abstract|async|declare|pub)\s+)*(?:const|function\*?|def|class|interface|type|enum|fn|func|struct|trait)\s+(\w+)/

/** No file takes all the places: its lines beyond the first few follow the others' of the same rank. */
const spread = (lines: ReadonlyArray<Finding>): ReadonlyArray<Finding> => {
  const before = new Map<string, number>()
  return lines
    .map((line) => {
      const count = before.get(line.path) ?? 0
      before.set(line.path, count + 1)
      return { line, late: Number(count >= linesOfFile) }
    })
    .toSorted((one, other) => one.line.rank - other.line.rank || one.late - other.late)
    .map(({ line }) => line)
}

const linesOfFile = 4

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
