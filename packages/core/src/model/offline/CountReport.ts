/**
 * Writes a tally down as a Markdown table, in the goal's language. A number that may be too small says so, and the rule
 * by which was counted stands below the table.
 */
import type { Counting } from "./Count.ts"
import { type CountPhrases, countPhrases } from "./CountPhrases.ts"
import type { Count } from "./FileCount.ts"
import { namePattern } from "./FileKind.ts"
import { languageOf } from "./Language.ts"
import { codeSpan, shortened } from "./Markdown.ts"
import { bytesOf } from "./Report.ts"
import type { Row, Tally } from "./Tally.ts"

export interface Counted {
  readonly goal: string
  readonly counting: Counting
  readonly places: ReadonlyArray<string>
  readonly tally: Tally
}

/** At most `bytes` bytes: rows are left out from the end, then what stands below the table. */
export const writeCount = (counted: Counted, bytes: number): string => {
  const text = countPhrases[languageOf(counted.goal).report]
  const { length } = counted.tally.rows
  const notes = ["", ...notesOf(counted, text)].join("\n\n")
  for (const shown of [length, 100, 50, 20, 10, 5].filter((rows) => rows <= length)) {
    const report = opening(counted, text, shown) + notes
    if (bytesOf(report) <= bytes) return report
  }
  const short = sentence(counted, text)
  return bytesOf(short) <= bytes ? short : shortened(number(counted.tally.total, text), Math.floor(bytes / 4))
}

// internal

const opening = (counted: Counted, text: CountPhrases, shown: number): string => {
  const { counting, tally } = counted
  const isOne = counting.by === null && tally.rows.length <= 1
  return [sentence(counted, text), ...(isOne || tally.rows.length === 0 ? [] : [table(counted, text, shown)])].join(
    "\n\n"
  )
}

const sentence = ({ counting, places, tally }: Counted, text: CountPhrases): string => {
  const where = places.includes(".") ? text.workspace : places.map(codeSpan).join(", ")
  const what = text.files(counting.kind.name, counting.kind.tests)
  const { exact, files } = tally.total
  return exact || files > 0 ? text.total(number(tally.total, text), what, where) : text.nothing(what, where)
}

const table = ({ counting, tally }: Counted, text: CountPhrases, shown: number): string => {
  const rows = tally.rows.slice(0, shown).map((row) => [nameOf(row, text), number(row.count, text)])
  const left = tally.rows.length - rows.length
  const all = [
    ...rows,
    ...(left > 0 ? [[text.moreRows(left), "…"]] : []),
    [`**${text.sum}**`, `**${number(tally.total, text)}**`]
  ]
  const what = text.files(counting.kind.name, counting.kind.tests)
  const head = [text.columns[counting.by ?? "folder"], what.replace(/^\p{Ll}/u, (first) => first.toUpperCase())]
  return [head, ["---", "---:"], ...all].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
}

const nameOf = ({ of }: Row, text: CountPhrases): string =>
  typeof of === "string" ? codeSpan(of).replaceAll("|", "\\|") : text.rest[of.rest]

const number = ({ exact, files }: Count, text: CountPhrases): string =>
  exact ? String(files) : files > 0 ? text.atLeast(files) : text.uncounted

const notesOf = ({ counting, tally }: Counted, text: CountPhrases): ReadonlyArray<string> => {
  const { errors, manifest, rows, total, without } = tally
  const what = text.files(counting.kind.name, counting.kind.tests)
  const isRough = !total.exact || rows.some((row) => !row.count.exact)
  const rules = [
    text.counted(codeSpan(namePattern(counting.kind))),
    ...(counting.by === "package" ? [manifest === undefined ? text.noPackages : text.package(codeSpan(manifest))] : []),
    ...(isRough ? [text.rough] : []),
    ...errors.map((error) => text.refused(codeSpan(shortened(error, 160))))
  ]
  return [
    ...(without.length === 0 || total.files === 0 ? [] : [text.without(what, without.map(codeSpan).join(", "))]),
    `## ${text.rules}\n\n${rules.map((rule) => `- ${rule}`).join("\n")}`,
    `## ${text.limits}\n\n${text.cannot}`
  ]
}
