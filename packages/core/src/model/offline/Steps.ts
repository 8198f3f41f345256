/**
 * The next move of the offline provider, read off the transcript: look, look further, read, and then report. Each stage
 * marks its calls, so that a stage is never asked for twice.
 */
import type { Evidence, Question, Section } from "./Evidence.ts"
import type { Round } from "./Round.ts"
import { definitionsOf, fileCounts, type Lookup, lookups, mentionsOf, overview, searchesOf, widened } from "./Search.ts"
import { moduleName } from "./Untested.ts"

const mostReads = 8
const mostFolders = 10
const linesBefore = 2
const linesPerRead = 14
const linesOfHead = 12
const mostDefined = 12

/** What to look up next with the tools that are `offered`; nothing when the report is due. */
export const nextLookups = (
  question: Question,
  round: Round,
  evidence: Evidence,
  offered: ReadonlySet<string>
): ReadonlyArray<Lookup> => {
  const stages = [
    { begun: ["list-", "probe-", "term-", "file-"], lookups: () => firstLook(question) },
    { begun: ["widen-", "words-", "size-", "mention-"], lookups: () => furtherLook(question, evidence) },
    { begun: ["count-"], lookups: () => (evidence.sections.every(isEmpty) ? fileCounts(question.scopes) : []) },
    { begun: ["read-", "define-"], lookups: () => lastLook(evidence) }
  ]
  const last = stages.findLastIndex((stage) => stage.begun.some(round.asked))
  for (const stage of stages.slice(last + 1)) {
    const possible = stage.lookups().filter((lookup) => offered.has(lookup.tool))
    if (possible.length > 0) return possible
  }
  return []
}

// internal

const firstLook = ({ goal, role, scopes }: Question): ReadonlyArray<Lookup> => [
  ...overview(scopes),
  ...searchesOf(goal, role).flatMap((search) => lookups(search, scopes))
]

const furtherLook = ({ scopes }: Question, { sections }: Evidence): ReadonlyArray<Lookup> => {
  const missed = sections.filter((section) => section.matched.length === 0 && section.search.id.startsWith("term-"))
  return [
    ...missed.flatMap((section) => widened(section.search, scopes)),
    ...sections.flatMap(({ files, search }) => {
      const paths = files.map((file) => file.path)
      return search.look._tag === "UntestedFiles"
        ? [...folders(paths), ...mentionsOf([...new Set(paths.map(moduleName))])]
        : []
    })
  ]
}

const isEmpty = (section: Section): boolean => section.findings.length === 0 && section.files.length === 0

/** Sizes stand in the listings of folders; those with most of the files come first. */
const folders = (files: ReadonlyArray<string>): ReadonlyArray<Lookup> =>
  [...Map.groupBy(files, (file) => file.split("/").slice(0, -1).join("/") || ".")]
    .toSorted(([, one], [, other]) => other.length - one.length)
    .slice(0, mostFolders)
    .map(([folder], index) => ({ id: `size-${index + 1}`, tool: "list_dir", args: { path: folder } }))

const lastLook = (evidence: Evidence): ReadonlyArray<Lookup> => [
  ...reads(evidence),
  ...definitionsOf(
    evidence.sections.flatMap((section) =>
      wantsDefinitions(section) ? section.files.slice(0, mostDefined).map((file) => file.path) : []
    )
  )
]

/** Source files that are listed for themselves are told by what they define. */
const wantsDefinitions = ({ search }: Section): boolean =>
  search.look._tag === "UntestedFiles" || search.origin !== "probe"

/** Windows around the best findings of each section, and the heads of files that were looked for as files. */
const reads = ({ sections }: Evidence): ReadonlyArray<Lookup> => {
  const full = sections.filter(
    (section) => section.findings.length > 0 || (section.files.length > 0 && !wantsDefinitions(section))
  )
  const share = Math.ceil(mostReads / Math.max(1, full.length))
  const windows: Array<{ path: string; offset: number; limit: number }> = []
  for (const section of full) {
    let left = share
    for (const { line, path } of section.findings) {
      const covered = windows.some(
        (one) => one.path === path && line >= one.offset && line < one.offset + one.limit - 2
      )
      if (covered || left === 0) continue
      windows.push({ path, offset: Math.max(1, line - linesBefore), limit: linesPerRead })
      left--
    }
    for (const { path } of section.files.slice(0, left)) {
      if (!windows.some((one) => one.path === path)) windows.push({ path, offset: 1, limit: linesOfHead })
    }
  }
  return windows
    .slice(0, mostReads)
    .map((window, index) => ({ id: `read-${index + 1}`, tool: "read_file", args: window }))
}
