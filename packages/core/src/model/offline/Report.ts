/**
 * Writes the evidence down as Markdown, in the goal's language, cut to a size in bytes: fewer findings a section first,
 * then fewer sections, at last the summary alone.
 */
import type { Evidence, Question, Section } from "./Evidence.ts"
import type { FoundFile } from "./FoundFiles.ts"
import { goalCharacters } from "./Goal.ts"
import { codeSpan, quote, shortened } from "./Markdown.ts"
import { type Phrases, phrases } from "./Phrases.ts"
import type { Finding } from "./Ranking.ts"
import { remarksOn } from "./Remarks.ts"
import type { Round } from "./Round.ts"
import { defaultProbes } from "./Search.ts"
import { foundNothing, searchedLines } from "./Searched.ts"
import { isGenerated, Rank } from "./SourceLine.ts"
import { entries, type FoundLine } from "./ToolText.ts"

export const bytesOf = (text: string): number => Buffer.byteLength(text)

/** `agent` decides what the report says it cannot do; `bytes` is the most that it may take. */
export const writeReport = (
  question: Question,
  round: Round,
  evidence: Evidence,
  agent: string,
  bytes: number
): string => {
  const text: Phrases = phrases[question.goal.language.report]
  const given = { question, round, evidence, text, agent }
  const many = evidence.sections.filter((section) => !isEmpty(section)).length > fewSections
  const most = question.goal.generic ? mostInOverview : many ? mostOfMany : mostInAnswer
  for (const shown of [most, 8, 5, 3, 2, 1, 0].filter((count) => count <= most)) {
    const report = [...opening(given), ...findings(given, shown), ...searched(given, shown > 2), ...limits(given)].join(
      "\n\n"
    )
    if (bytesOf(report) <= bytes) return report
  }
  const short = [...opening(given).slice(0, 1), ...limits(given).slice(1)].join("\n\n")
  return bytesOf(short) <= bytes ? short : cutToBytes(opening(given)[0] ?? "", bytes)
}

// internal

interface Given {
  readonly question: Question
  readonly round: Round
  readonly evidence: Evidence
  readonly text: Phrases
  readonly agent: string
}

/** Lines a section; a review of everything has many sections, and is read for where to look next. */
const mostInAnswer = 12
const mostInOverview = 5
const mostOfMany = 6
const fewSections = 3
/** Lines of tests, where there are lines of source: enough to see how the thing is tested. */
const mostInTests = 3
const mostFolders = 30

/** Roles whose work is code or text: in this mode they give what it would be written from. */
const writers: ReadonlySet<string> = new Set(["test-gen", "refactorer", "docs-gen"])

const opening = ({ evidence, question: { goal, role }, round, text }: Given): ReadonlyArray<string> => {
  const sections = evidence.sections.filter((section) => section.search.look._tag === "LinePattern")
  const lines = sections.flatMap((section) => section.findings)
  const named = evidence.sections.flatMap((section) => section.files.map((file) => file.path))
  // Where there are lines, files are told by them; names of files alone are counted for themselves.
  const files = new Set(lines.length > 0 ? lines.map((line) => line.path) : named)
  const weak = new Set(sections.flatMap(({ matched }) => matched.map(({ line, path }) => `${path}:${line}`))).size
  const shownGoal = oneLine(goal.text, 80)
  const summary =
    round.answers.length === 0
      ? text.nothingSeen
      : files.size === 0
        ? weak === 0
          ? text.nothing(shownGoal)
          : text.onlyWeak(weak, shownGoal)
        : lines.length === 0 && files.size > 0
          ? text.summaryFiles(files.size, shownGoal)
          : text.summary(lines.length, files.size, shownGoal)
  const ran = new Set(defaultProbes(role))
  const own = role.filter((probe) => probe.borrowed !== true && !ran.has(probe))
  const others = own.map((probe) => probe.title[goal.language.report])
  const nothing = files.size === 0 ? [] : evidence.sections.filter(foundNothing).map((section) => section.search.title)
  const layout = round.answers.filter((answer) => answer.id.startsWith("list-") && answer.ok)
  const folders = layout.flatMap((answer) => entries(answer.text)).filter((entry) => entry.kind === "directory")
  const names = folders
    .filter(({ name }) => !name.startsWith(".") && !isGenerated(`${name}/`))
    .map(({ name }) => codeSpan(`${name}/`))
  return [
    summary,
    ...(goal.language.standIn ? [text.standIn] : []),
    ...(goal.cut ? [text.cut(goalCharacters)] : []),
    ...(goal.generic && others.length > 0 ? [text.generic(others)] : []),
    ...(names.length > 0 ? [text.folders(names.slice(0, mostFolders).join(", "))] : []),
    ...(nothing.length > 0 ? [text.nothingFor(nothing)] : [])
  ]
}

const searched = ({ evidence, question, round, text }: Given, withReads: boolean): ReadonlyArray<string> => {
  if (round.answers.length === 0) return []
  const read = [...evidence.read].map(([path, window]) => `${codeSpan(path)} ${ranges([...window.lines.keys()])}`)
  const lines = [
    ...searchedLines(evidence, round, question.scopes, text),
    ...(withReads && read.length > 0 ? [text.read(read.join(", "))] : [])
  ]
  return [`## ${text.searched}\n\n${lines.map((line) => `- ${line}`).join("\n")}`]
}

const findings = (given: Given, shown: number): ReadonlyArray<string> =>
  shown === 0
    ? []
    : given.evidence.sections
        .filter((section) => !isEmpty(section))
        .map((section, _, full) =>
          sectionText(given, section, isMoreOfThat(section, full) ? Math.min(shown, 4) : shown)
        )

/** Words anywhere, after the same words in the files named after them. */
const isMoreOfThat = (section: Section, all: ReadonlyArray<Section>): boolean =>
  section.search.origin === "term" &&
  all.some(({ findings, search }) => search.id === "near-1" && findings.some((line) => line.rank === Rank.source))

const isEmpty = (section: Section): boolean => section.findings.length + section.files.length === 0

const sectionText = (given: Given, section: Section, shown: number): string => {
  const { text } = given
  const { files, findings, leftOut, more, search } = section
  const listed = shownOf(findings, shown)
  const restOfLines = findings.length - listed.length
  const restOfFiles = Math.max(0, files.length - shown)
  return [
    `## ${titleOf(search, text)} (${findings.length + files.length})\n`,
    ...(search.look._tag === "UntestedFiles" ? [`${meaning(section, text)}\n`] : []),
    ...listed.map((finding) => findingText(given, section, finding)),
    ...files.slice(0, shown).map(fileText),
    ...(restOfLines > 0 ? [`- … ${text.moreLines(restOfLines)}`] : []),
    ...(restOfFiles > 0 ? [`- … ${text.moreFiles(restOfFiles)}`] : []),
    ...(leftOut > 0 ? [`- … ${text.leftOut(leftOut)}`] : []),
    ...(more ? [`- … ${text.capped}`] : [])
  ].join("\n")
}

/** Where there are uses in source, tests get few of the places. */
const shownOf = (findings: ReadonlyArray<Finding>, shown: number): ReadonlyArray<Finding> => {
  const inSource = findings.filter((finding) => finding.rank === Rank.source).length
  return findings.slice(0, inSource === 0 ? shown : Math.min(shown, inSource + mostInTests))
}

/** What "without a test" stands for here. */
const meaning = ({ checked, unnamed }: Section, text: Phrases): string =>
  [
    checked === 0 ? text.importsUnchecked : text.noTest,
    ...(checked > 0 && checked < unnamed.length ? [text.notChecked(unnamed.length, checked)] : [])
  ].join(" ")

const titleOf = ({ origin, title, words }: Section["search"], text: Phrases): string => {
  switch (origin) {
    case "probe":
      return title
    case "term":
      return text.term(codeSpan(title))
    case "file":
      return text.file(codeSpan(title))
    case "near":
      return text.near(codeSpan(title), codeSpan(words.map((word) => word.text).join(", ")))
    case "name":
      return text.name(codeSpan(title))
  }
}

const findingText = ({ evidence, question }: Given, { search }: Section, finding: Finding): string => {
  const window = evidence.read.get(finding.path)
  // What was read since is newer than what was found.
  const text = window?.lines.get(finding.line) ?? finding.text
  const isUse = finding.rank <= Rank.bench || finding.rank === Rank.prose
  const remarks =
    isUse && search.origin === "probe" ? remarksOn({ ...finding, text }, window, question.goal.language.report) : []
  return `- ${citation({ ...finding, text })}${remarks.length === 0 ? "" : `: ${remarks.join("; ")}`}`
}

const fileText = ({ lines, path, size }: FoundFile): string =>
  `- ${lines.length === 0 ? codeSpan(path) : lines.map(citation).join(", ")}${size === undefined ? "" : ` (${kilobytes(size)})`}`

const citation = ({ line, path, text }: FoundLine): string => `${codeSpan(`${path}:${line}`)} ${quote(text)}`

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`

const limits = ({ agent, text }: Given): ReadonlyArray<string> => [
  `## ${text.limits}`,
  writers.has(agent) ? text.cannotWrite : text.cannot
]

const oneLine = (text: string, characters: number): string =>
  shortened(
    text
      .slice(0, characters * 4)
      .toWellFormed()
      .replace(/[\s\p{Cc}]+/gu, " ")
      .trim(),
    characters
  )

/** 1, 2, 3, 7 as `1–3, 7`. */
const ranges = (numbers: ReadonlyArray<number>): string => {
  const runs: Array<[number, number]> = []
  for (const number of numbers.toSorted((one, other) => one - other)) {
    const run = runs.at(-1)
    if (run !== undefined && number <= run[1] + 1) run[1] = number
    else runs.push([number, number])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}–${to}`)).join(", ")
}

/** The longest beginning of `text` that takes at most `bytes` bytes; characters stay whole. */
const cutToBytes = (text: string, bytes: number): string => {
  let left = bytes
  let kept = ""
  for (const char of text) {
    left -= bytesOf(char)
    if (left < 0) break
    kept += char
  }
  return kept
}
