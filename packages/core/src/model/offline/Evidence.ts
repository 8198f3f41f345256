/**
 * Findings of a round: the answers to each look-up, ranked, without doubles, and checked against the lines that were
 * read since. Every line here stands word for word in a tool result.
 */
import type { Probe } from "../../domain/Probe.ts"
import type { Goal } from "./Goal.ts"
import { compare, compile, type Finding, rankLines, worstShown } from "./Ranking.ts"
import { argumentsOf, type Round } from "./Round.ts"
import { allMentioned, inScopes, lookups, mentionsOf, type Search, searchesOf, widerSearches } from "./Search.ts"
import { pathRank, Rank } from "./SourceLine.ts"
import { entries, type FoundLine, fileWindow, foundLines, paths, type Window } from "./ToolText.ts"
import { moduleName, untested } from "./Untested.ts"

export interface FoundFile {
  readonly path: string
  /** Bytes; unknown if its folder was not listed. */
  readonly size: number | undefined
  /** What it defines first, or its first line; empty if neither was looked up. */
  readonly lines: ReadonlyArray<FoundLine>
}

export interface Section {
  readonly search: Search
  /** Lines found, best first; none for a search for files. */
  readonly findings: ReadonlyArray<Finding>
  /** Files found, best first; none for a search for lines. */
  readonly files: ReadonlyArray<FoundFile>
  /** Matches in comments, strings, prose and generated files, left out because there are better ones. */
  readonly leftOut: number
  /** Lines that the tools returned, whether listed here, left out, or listed under an earlier look-up. */
  readonly matched: ReadonlyArray<FoundLine>
  /** The tool capped its answer: there may be more than is counted here. */
  readonly more: boolean
  /** Not all imports of the test files were seen, so a file listed as untested may be imported by a test. */
  readonly importsUnchecked: boolean
  /** The scopes whose answers are here; nothing is claimed about others. */
  readonly searchedIn: ReadonlyArray<string>
  /** What the look-up failed with, in one scope at least. */
  readonly error: string | undefined
}

export interface Evidence {
  readonly sections: ReadonlyArray<Section>
  /** Lines read, by path. */
  readonly read: ReadonlyMap<string, Window>
}

export interface Question {
  readonly goal: Goal
  readonly role: ReadonlyArray<Probe>
  readonly scopes: ReadonlyArray<string>
}

export const evidenceOf = ({ goal, role, scopes }: Question, round: Round): Evidence => {
  const read = windowsOf(round)
  const seen = new Set<string>()
  const words = goal.terms.flatMap((term) => (term.words.length === 0 ? [term] : term.words))
  const near = [...words.map((word) => compile(word.pattern)).filter((pattern) => pattern !== undefined), ...goal.files]
  const given = { near, read, round, scopes, seen, sizes: sizesOf(round), definitions: definitionsOf(round) }
  const sections = searchesOf(goal, role).flatMap((search) =>
    [search, ...widerSearches(search)].map((one) => section(one, given))
  )
  return { sections: sections.toSorted((one, other) => Number(isProse(one)) - Number(isProse(other))), read }
}

// internal

/** Code before prose, also between look-ups. */
const isProse = ({ findings }: Section): boolean =>
  findings.length > 0 && findings.every((line) => line.rank > Rank.test)

interface Given {
  readonly near: ReadonlyArray<RegExp | string>
  readonly read: ReadonlyMap<string, Window>
  readonly round: Round
  readonly scopes: ReadonlyArray<string>
  readonly seen: Set<string>
  readonly sizes: ReadonlyMap<string, number>
  readonly definitions: ReadonlyMap<string, ReadonlyArray<FoundLine>>
}

const section = (search: Search, given: Given): Section => {
  const wanted = lookups(search, given.scopes)
  const answers = new Map(given.round.answers.map((answer) => [answer.id, answer] as const))
  const here = wanted.flatMap((lookup) => answers.get(lookup.id) ?? [])
  const isWhole = here.length === wanted.length && here.every((answer) => answer.ok)
  // Which files have no test cannot be said from a part of the answers.
  const good = search.look._tag === "UntestedFiles" && !isWhole ? [] : here.filter((answer) => answer.ok)
  const failed = here.find((answer) => !answer.ok)
  const searchedIn = inScopes(given.scopes).filter((scope) => {
    const mine = wanted.filter((lookup) => (lookup.args.path ?? ".") === scope)
    return good.length > 0 && mine.every((lookup) => answers.get(lookup.id)?.ok === true)
  })
  const empty: Section = {
    search,
    findings: [],
    files: [],
    leftOut: 0,
    matched: [],
    more: false,
    importsUnchecked: false,
    searchedIn,
    error: failed === undefined ? undefined : firstLine(failed.text)
  }
  switch (search.look._tag) {
    case "LinePattern": {
      const lists = good.map((answer) => foundLines(answer.text))
      const matched = lists.flatMap((list) => list.items)
      const found = matched.filter((line) => fresh(line, given.seen))
      const ranked = rankLines(found, search, given.near)
      const worst = worstShown(ranked)
      // A probe looks for uses; a comment or a table of patterns that names one is none.
      const isUse = (line: Finding) => search.origin !== "probe" || line.rank !== Rank.aside
      const findings = ranked.filter((line) => line.rank <= worst && isUse(line))
      return {
        ...empty,
        findings,
        matched,
        leftOut: ranked.length - findings.length,
        more: lists.some((list) => list.more)
      }
    }
    case "FileGlob": {
      const lists = good.map((answer) => paths(answer.text))
      return fileSection(
        { ...empty, more: lists.some((list) => list.more) },
        lists.flatMap((list) => list.items),
        given
      )
    }
    case "UntestedFiles":
      return untestedSection(empty, good, given)
  }
}

const firstLine = (text: string): string => (text.split("\n")[0] ?? "").replace(/^error:\s*/, "").slice(0, 160)

const untestedSection = (empty: Section, good: Round["answers"], given: Given): Section => {
  const listed = (end: string) => good.filter((answer) => answer.id.endsWith(end)).map((answer) => answer.text)
  const sources = listed("-sources").map(paths)
  const tests = listed("-tests").map(paths)
  const facts = {
    sources: sources.flatMap((list) => list.items),
    tests: [...tests, ...sources].flatMap((list) => list.items),
    inline: listed("-inline").flatMap((text) => foundLines(text).items)
  }
  const unnamed = untested({ ...facts, imports: [] })
  const mentions = given.round.answers.filter((answer) => answer.id.startsWith("mention-") && answer.ok)
  const imports = mentions.map((answer) => foundLines(answer.text))
  const names = new Set(unnamed.map(moduleName))
  const complete =
    mentions.length === mentionsOf([...names]).length && allMentioned(names.size) && !imports.some((list) => list.more)
  const files = untested({ ...facts, imports: imports.flatMap((list) => list.items) })
  const more = [...sources, ...tests].some((list) => list.more)
  return fileSection({ ...empty, more, importsUnchecked: !complete }, files, given)
}

const fresh = (line: FoundLine, seen: Set<string>): boolean => {
  const key = `${line.path}:${line.line}`
  return !seen.has(key) && seen.add(key) !== undefined
}

const fileSection = (empty: Section, names: ReadonlyArray<string>, given: Given): Section => {
  const files = [...new Set(names)].map((path): FoundFile => {
    const definitions = given.definitions.get(path) ?? []
    const head = [...(given.read.get(path)?.lines ?? [])].toSorted(([one], [other]) => one - other)
    const first = head.find(([, text]) => /[\p{L}\p{N}]/u.test(text))
    const fallback = first === undefined ? [] : [{ path, line: first[0], text: first[1] }]
    const lines = definitions.length > 0 ? definitions.toSorted(behaviourFirst).slice(0, linesOfFile) : fallback
    return { path, size: given.sizes.get(path), lines }
  })
  return { ...empty, files: files.toSorted((one, other) => keyOf(one) - keyOf(other) || bySize(one, other)) }
}

const linesOfFile = 3

/** What a tool wrote comes last, and before it what has nothing but types. */
const keyOf = ({ lines, path }: FoundFile): number =>
  pathRank(path) === Rank.generated ? 2 : lines.length > 0 && lines.every((line) => isType(line.text)) ? 1 : 0

const bySize = (one: FoundFile, other: FoundFile): number =>
  (other.size ?? 0) - (one.size ?? 0) ||
  one.path.split("/").length - other.path.split("/").length ||
  compare(one.path, other.path)

const isType = (text: string): boolean => /^export\s+(?:declare\s+)?(?:interface|type)\s/.test(text)

const behaviourFirst = (one: FoundLine, other: FoundLine): number =>
  Number(isType(one.text)) - Number(isType(other.text)) || one.line - other.line

const definitionsOf = (round: Round): ReadonlyMap<string, ReadonlyArray<FoundLine>> => {
  const answers = round.answers.filter((answer) => answer.id.startsWith("define-") && answer.ok)
  return Map.groupBy(
    answers.flatMap((answer) => foundLines(answer.text).items),
    (line) => line.path
  )
}

const windowsOf = (round: Round): ReadonlyMap<string, Window> => {
  const windows = new Map<string, Window>()
  for (const { call, ok, text } of round.answers) {
    const path = argumentsOf(call).path
    if (call.name !== "read_file" || !ok || typeof path !== "string") continue
    const window = fileWindow(text)
    const before = windows.get(path)
    windows.set(path, before === undefined ? window : { ...window, lines: new Map([...before.lines, ...window.lines]) })
  }
  return windows
}

const sizesOf = (round: Round): ReadonlyMap<string, number> =>
  new Map(
    round.answers.flatMap(({ call, ok, text }) => {
      const folder = argumentsOf(call).path
      if (call.name !== "list_dir" || !ok || typeof folder !== "string") return []
      const files = entries(text).filter((entry) => entry.kind === "file")
      return files.map((file) => [folder === "." ? file.name : `${folder}/${file.name}`, file.size] as const)
    })
  )
