/**
 * Findings of a round: the answers to each look-up, ranked, without doubles, and checked against the lines that were
 * read since. Every line here stands word for word in a tool result.
 */

import { withoutLookalikes } from "./Ambiguous.ts"
import { definitionsOf, sizesOf, windowsOf } from "./Facts.ts"
import { type FoundFile, foundFiles, startsPrograms } from "./FoundFiles.ts"
import type { Goal } from "./Goal.ts"
import type { Probe } from "./Probe.ts"
import { compile, type Finding, rankLines, worstShown } from "./Ranking.ts"
import { argumentsOf, type Round } from "./Round.ts"
import {
  asksFor,
  inlineTests,
  inScopes,
  isHelp,
  type Lookup,
  lookups,
  type Search,
  sameLookup,
  searchesOf,
  testFiles,
  widerSearches
} from "./Search.ts"
import { pathRank, Rank } from "./SourceLine.ts"
import { type FoundLine, foundLines, paths, type Window } from "./ToolText.ts"
import { inTurn, moduleName, untested } from "./Untested.ts"

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
  /** Source files that no test is named after, the likeliest to matter first; none for other searches. */
  readonly unnamed: ReadonlyArray<string>
  /** How many of those the imports of the tests were searched for; if none, a test may import a file listed here. */
  readonly checked: number
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
  const compiled = (patterns: ReadonlyArray<string>) => patterns.map(compile).filter((pattern) => pattern !== undefined)
  const words = goal.terms.flatMap((term) => (term.words.length === 0 ? [term] : term.words))
  const near = [...compiled(goal.about), ...goal.files]
  const named = [...compiled(words.map((word) => word.pattern)), ...goal.files]
  const given = {
    near,
    named,
    goal: goal.text,
    read,
    round,
    scopes,
    seen,
    sizes: sizesOf(round),
    definitions: definitionsOf(round)
  }
  const sections = searchesOf(goal, role).flatMap((search) =>
    [search, ...widerSearches(search)].map((one) => section(one, given))
  )
  return { sections: sections.toSorted((one, other) => Number(isProse(one)) - Number(isProse(other))), read }
}

// internal

/** Code before prose, also between look-ups. */
const isProse = ({ findings }: Section): boolean =>
  findings.length > 0 && findings.every((line) => line.rank > Rank.bench)

interface Given {
  readonly goal: string
  readonly near: ReadonlyArray<RegExp | string>
  /** Of these, what no probe stands for. */
  readonly named: ReadonlyArray<RegExp | string>
  readonly read: ReadonlyMap<string, Window>
  readonly round: Round
  readonly scopes: ReadonlyArray<string>
  readonly seen: Set<string>
  readonly sizes: ReadonlyMap<string, number>
  readonly definitions: ReadonlyMap<string, ReadonlyArray<FoundLine>>
}

const section = (search: Search, given: Given): Section => {
  const wanted = lookups(search, given.scopes)
  // By what was asked, not by id: look-ups that several searches share are asked for once.
  const answers = new Map(
    given.round.answers.map((answer) => [sameLookup(answer.call.name, argumentsOf(answer.call)), answer] as const)
  )
  const answerTo = ({ args, tool }: Lookup) => answers.get(sameLookup(tool, args))
  const main = wanted.filter((lookup) => !isHelp(lookup))
  const here = main.flatMap((lookup) => answerTo(lookup) ?? [])
  const isWhole = here.length === main.length && here.every((answer) => answer.ok)
  // Which files have no test cannot be said from a part of the answers.
  const good = search.look._tag === "UntestedFiles" && !isWhole ? [] : here.filter((answer) => answer.ok)
  const failed = here.find((answer) => !answer.ok)
  const searchedIn = inScopes(given.scopes).filter((scope) => {
    const mine = main.filter((lookup) => (lookup.args.path ?? ".") === scope)
    return good.length > 0 && mine.every((lookup) => answerTo(lookup)?.ok === true)
  })
  const empty: Section = {
    search,
    findings: [],
    files: [],
    leftOut: 0,
    matched: [],
    more: false,
    unnamed: [],
    checked: 0,
    searchedIn,
    error: failed === undefined ? undefined : firstLine(failed.text)
  }
  switch (search.look._tag) {
    case "LinePattern": {
      const lists = good.map((answer) => foundLines(answer.text))
      const imports = wanted.filter(isHelp).map((lookup) => answerTo(lookup))
      const seen = imports.map((answer) => (answer?.ok === true ? foundLines(answer.text) : undefined))
      const known = seen.every((list) => list !== undefined && !list.more)
      // Whoever quotes the goal asks the same; that is no answer.
      const quotes = (line: FoundLine) => given.goal.includes(" ") && line.text.includes(given.goal)
      const matched = withoutLookalikes(
        lists.flatMap((list) => list.items).filter((line) => !quotes(line)),
        search.look,
        known ? seen.flatMap((list) => list?.items ?? []) : undefined
      )
      const unseen = matched.filter((line) => !given.seen.has(keyOfLine(line)))
      const found = [...new Map(unseen.map((line) => [keyOfLine(line), line] as const)).values()]
      const ranked = rankLines(found, search, search.origin === "probe" ? given.named : given.near)
      const worst = worstShown(ranked)
      // A probe looks for uses; a comment or a table of patterns that names one is none.
      const isUse = (line: Finding) =>
        search.origin !== "probe" || (line.rank !== Rank.aside && line.rank !== Rank.fixture)
      const findings = ranked.filter((line) => line.rank <= worst && isUse(line))
      for (const line of findings) given.seen.add(keyOfLine(line))
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
      // The longest of all files is not the one that the goal's words are in.
      const { bySize } = search.look
      const files = foundFiles(
        lists.flatMap((list) => list.items),
        given,
        (path) => (bySize === true ? 0 : held(path, given))
      )
      return { ...empty, more: lists.some((list) => list.more), files }
    }
    case "UntestedFiles":
      return untestedSection(empty, good, given)
  }
}

const firstLine = (text: string): string => (text.split("\n")[0] ?? "").replace(/^error:\s*/, "").slice(0, 160)

const untestedSection = (empty: Section, good: Round["answers"], given: Given): Section => {
  const texts = (ends: (id: string) => boolean) =>
    given.round.answers.filter((answer) => answer.ok && ends(answer.id)).map((answer) => answer.text)
  const sources = good.filter((answer) => answer.id !== testFiles.id).map((answer) => paths(answer.text))
  const tests = texts((id) => id === testFiles.id).map(paths)
  const facts = {
    sources: sources.flatMap((list) => list.items),
    tests: [...tests, ...sources].flatMap((list) => list.items),
    inline: texts((id) => id === inlineTests.id).flatMap((text) => foundLines(text).items)
  }
  const order = (path: string) => Number(startsPrograms(path)) * 2 + Number(pathRank(path) > Rank.source)
  const unnamed = inTurn(untested({ ...facts, imports: [] })).toSorted(
    (one, other) => order(one) - order(other) || held(other, given) - held(one, given)
  )
  const mentions = given.round.answers.filter(({ id, ok }) => ok && id.startsWith("mention-"))
  const imports = mentions.map((answer) => foundLines(answer.text))
  // A list of imports that was cut says nothing about the modules that it was asked for.
  const whole = mentions
    .filter((_, index) => imports[index]?.more === false)
    .map(({ call }) => argumentsOf(call).pattern)
  const known = new Set(
    unnamed.map(moduleName).filter((name) => whole.some((pattern) => asksFor(String(pattern), name)))
  )
  const complete = known.size > 0
  const checked = new Set(complete ? unnamed.filter((path) => known.has(moduleName(path))) : unnamed)
  const left = untested({ ...facts, imports: imports.flatMap((list) => list.items) })
  const more = sources.some((list) => list.more) || tests.some((list) => list.more)
  const listed = left.filter((file) => checked.has(file))
  const files = foundFiles(listed, given, (path) => held(path, given))
  return { ...empty, more, unnamed, checked: complete ? checked.size : 0, files }
}

/** How many of the goal's words stand in a path. */
const held = (path: string, { named }: Given): number =>
  named.filter((word) => (typeof word === "string" ? path.endsWith(word) : word.test(path))).length

const keyOfLine = (line: FoundLine): string => `${line.path}:${line.line}`
