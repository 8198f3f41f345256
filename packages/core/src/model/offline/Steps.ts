/**
 * The next move of the offline provider, read off the transcript: look, look further, read, and then report. Each stage
 * marks its calls, so that a stage is never asked for twice.
 */
import type { Evidence, Question, Section } from "./Evidence.ts"
import type { Round } from "./Round.ts"
import {
  definitionsOf,
  fileCounts,
  inlineTests,
  inScopes,
  type Lookup,
  lookups,
  mentionsOf,
  overview,
  searchesOf,
  testFiles,
  widened,
  withoutRepeats
} from "./Search.ts"
import { modulesChecked } from "./Untested.ts"

const mostCalls = 7
const mostReads = 8
const mostFolders = 6
const fewFolders = 3
const linesBefore = 3
const linesAfter = 11
/** Lines between two windows of a file that are read along, because a second call costs more. */
const mostBetween = 40
const linesOfHead = 12
/** More than are listed: types and constants among them move back when their definitions are known. */
const mostDefined = 16

/** What to look up next with the tools that are `offered`; nothing when the report is due. */
export const nextLookups = (
  question: Question,
  round: Round,
  evidence: Evidence,
  offered: ReadonlySet<string>
): ReadonlyArray<Lookup> => {
  const first = firstLook(question).filter(({ tool }) => offered.has(tool))
  const left = first.filter(({ id }) => !round.asked(id))
  // The results of a turn share its room evenly: of many calls at once, each would be cut short.
  if (left.length > 0) return left.slice(0, Math.ceil(left.length / Math.ceil(left.length / mostCalls)))
  const stages = [
    { begun: ["widen-", "words-", "folder-"], lookups: () => furtherLook(question, evidence) },
    { begun: ["count-"], lookups: () => (evidence.sections.every(isEmpty) ? fileCounts(question.scopes) : []) },
    { begun: ["read-", "define-", "mention-", "size-"], lookups: () => lastLook(question, evidence) }
  ]
  const last = stages.findLastIndex((stage) => stage.begun.some(round.asked))
  for (const stage of stages.slice(last + 1)) {
    const possible = stage.lookups().filter((lookup) => offered.has(lookup.tool))
    if (possible.length > 0) return possible
  }
  return []
}

// internal

const firstLook = ({ goal, role, scopes }: Question): ReadonlyArray<Lookup> =>
  withoutRepeats([...overview(goal, scopes), ...searchesOf(goal, role).flatMap((search) => lookups(search, scopes))])

const furtherLook = ({ scopes }: Question, { sections }: Evidence): ReadonlyArray<Lookup> => {
  const missed = sections.filter((section) => section.matched.length === 0 && section.search.id.startsWith("term-"))
  return [
    ...missed.flatMap((section) => widened(section.search, scopes)),
    ...folders(
      "folder",
      sections.filter(isBySize).flatMap(({ files }) => files.map((file) => file.path))
    ).slice(0, mostFolders)
  ]
}

const isUntested = ({ search }: Pick<Section, "search">): boolean => search.look._tag === "UntestedFiles"
const isBySize = ({ search }: Pick<Section, "search">): boolean =>
  search.look._tag === "FileGlob" && search.look.bySize === true

const isEmpty = (section: Section): boolean => section.findings.length === 0 && section.files.length === 0

/** Sizes stand in the listings of folders; those with most of the files come first. */
const folders = (name: string, files: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  [...Map.groupBy(files, (file) => file.split("/").slice(0, -1).join("/") || ".")]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .map(([folder], index) => ({ id: `${name}-${index + 1}`, tool: "list_dir", args: { path: folder } }))

const lastLook = ({ scopes }: Question, evidence: Evidence): ReadonlyArray<Lookup> => [
  ...reads(evidence),
  ...evidence.sections.filter(isUntested).flatMap((section) => untestedLook(section, scopes)),
  ...definitionsOf([
    ...new Set(
      evidence.sections.flatMap((section) =>
        isUntested(section)
          ? section.unnamed.slice(0, mostDefined)
          : isToldByDefinitions(section) && !isBySize(section)
            ? section.files.slice(0, mostDefined).map((file) => file.path)
            : []
      )
    )
  ])
]

/** What the tests import; and the sizes of the files if that takes few listings. */
const untestedLook = ({ more, unnamed }: Section, scopes: ReadonlyArray<string>): ReadonlyArray<Lookup> => {
  const listings = folders("size", unnamed)
  return [
    ...mentionsOf(modulesChecked(unnamed)),
    ...(listings.length <= fewFolders ? listings : []),
    ...(more && inScopes(scopes)[0] === "." ? [testFiles] : []),
    ...(unnamed.some((path) => path.endsWith(".rs")) ? [inlineTests] : [])
  ]
}

/** Source files that are listed for themselves are told by what they define. */
const isToldByDefinitions = ({ search }: Section): boolean =>
  (search.origin === "name" && !search.id.startsWith("docs-")) ||
  search.origin === "file" ||
  isBySize({ search }) ||
  isUntested({ search })

/** Windows around the best findings of each section, and the heads of files that were looked for as files. */
const reads = ({ sections }: Evidence): ReadonlyArray<Lookup> => {
  const full = sections.filter(
    (section) => section.findings.length > 0 || (section.files.length > 0 && !isToldByDefinitions(section))
  )
  const share = Math.ceil(mostReads / Math.max(1, full.length))
  const windows = full.flatMap((section) => [
    ...section.findings
      .filter((finding) => !/^\s*(import|from|use)\b/.test(finding.text))
      .slice(0, share)
      .map(({ line, path }): Reading => ({ path, from: Math.max(1, line - linesBefore), to: line + linesAfter })),
    ...(isToldByDefinitions(section) ? [] : section.files)
      .slice(0, Math.max(0, share - section.findings.length))
      .map(({ path }): Reading => ({ path, from: 1, to: linesOfHead }))
  ])
  return merged(windows)
    .slice(0, mostReads)
    .map(({ from, path, to }, index) => ({
      id: `read-${index + 1}`,
      tool: "read_file",
      args: { path, offset: from, limit: to - from + 1 }
    }))
}

interface Reading {
  readonly path: string
  readonly from: number
  readonly to: number
}

/** One call for the windows of a file that lie close together; files stay in the order of their first window. */
const merged = (windows: ReadonlyArray<Reading>): ReadonlyArray<Reading> =>
  [...Map.groupBy(windows, (window) => window.path).values()].flatMap((here) => {
    const joined: Array<Reading> = []
    for (const next of here.toSorted((one, other) => one.from - other.from)) {
      const last = joined.at(-1)
      if (last !== undefined && next.from - last.to <= mostBetween) {
        joined[joined.length - 1] = { ...last, to: Math.max(last.to, next.to) }
      } else joined.push(next)
    }
    return joined
  })
