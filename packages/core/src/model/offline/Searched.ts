/**
 * The part of a report that says what was looked for, where, and how much there was: the measure of what a finding, or
 * none, is worth. Nothing is claimed about a place whose answer is missing.
 */
import type { Evidence, Section } from "./Evidence.ts"
import { codeSpan, shortened } from "./Markdown.ts"
import type { Phrases } from "./Phrases.ts"
import type { Round } from "./Round.ts"
import { scopesLeftOut } from "./Search.ts"
import { paths } from "./ToolText.ts"

export const searchedLines = (
  { sections }: Evidence,
  round: Round,
  scopes: ReadonlyArray<string>,
  text: Phrases
): ReadonlyArray<string> => {
  const asked = sections.filter(({ search }) => !/^(widen|words)-/.test(search.id) || round.asked(search.id))
  // A search that was repeated in all files is told by the repetition.
  const told = asked.filter(({ search }) => !round.asked(`widen-${search.id}`))
  // What a probe did not find stands once: above, or with the number of files.
  const isTold = (section: Section) => foundNothing(section) && section.matched.length === 0
  const lines = [
    ...counts(told, round, text),
    ...told.filter((section) => !isTold(section)).flatMap((section) => searchTexts(section, text)),
    ...scopesLeftOut(scopes).map((scope) => text.notAnswered(codeSpan(scope)))
  ]
  return [...new Set(lines)]
}

/** A whole search of a probe that no line of code or name of a file answered. */
export const foundNothing = ({
  error,
  files,
  findings,
  matched,
  more,
  search,
  searchedIn,
  leftOut
}: Section): boolean =>
  search.origin === "probe" &&
  search.look._tag !== "UntestedFiles" &&
  files.length + findings.length === 0 &&
  matched.length === leftOut &&
  searchedIn.length > 0 &&
  error === undefined &&
  !more

// internal

const patternCharacters = 80
const globCharacters = 24

/** Among how many files nothing was found; said only if they were counted in every scope. */
const counts = (told: ReadonlyArray<Section>, round: Round, text: Phrases): ReadonlyArray<string> => {
  const answers = round.answers.filter((answer) => answer.id.startsWith("count-"))
  if (answers.length === 0 || !answers.every((answer) => answer.ok)) return []
  const lists = answers.map((answer) => paths(answer.text))
  const files = [...new Set(lists.flatMap((list) => list.items))]
  const missed = told.filter(
    ({ matched, search, searchedIn }) =>
      search.look._tag === "LinePattern" && matched.length === 0 && searchedIn.length > 0
  )
  const bySize = Map.groupBy(missed, ({ search }) => files.filter((file) => isIn(search.look, file)).length)
  return [...bySize].map(([count, sections]) =>
    text.sought(
      count,
      lists.some((list) => list.more),
      [
        ...new Set(sections.map(({ search }) => (search.origin === "probe" ? search.title : codeSpan(search.title))))
      ].join(", ")
    )
  )
}

/** Whether the look-up reads this file, as far as file endings say. */
const isIn = (look: Section["search"]["look"], file: string): boolean => {
  const [, several, one] = (look._tag === "LinePattern" && /\.(?:\{([^{}]*)\}|(\w+))$/.exec(look.glob ?? "")) || []
  const endings = several?.split(",") ?? (one === undefined ? [] : [one])
  return endings.length === 0 || endings.includes(file.split(".").at(-1) ?? "")
}

const searchTexts = (section: Section, text: Phrases): ReadonlyArray<string> => {
  const { error, searchedIn } = section
  const pattern = patternOf(section.search)
  if (searchedIn.length === 0)
    return [error === undefined ? text.notAnswered(pattern) : text.failed(pattern, codeSpan(error))]
  const where = searchedIn.includes(".") ? text.wholeWorkspace : searchedIn.map(codeSpan).join(", ")
  // Without any line a capped answer is no answer.
  const result =
    section.more && isBare(section) ? `${pattern}: ${text.capped}` : resultText(section, pattern, where, text)
  return [result, ...(error === undefined ? [] : [text.failed(pattern, codeSpan(error))])]
}

const isBare = ({ files, matched }: Section): boolean => files.length + matched.length === 0

const resultText = (section: Section, pattern: string, where: string, text: Phrases): string => {
  const { files, findings, leftOut, matched, search } = section
  switch (search.look._tag) {
    case "LinePattern": {
      const inFiles = new Set(matched.map((line) => line.path)).size
      // A section without findings has no place of its own to say so.
      const weaker = findings.length === 0 && leftOut > 0 ? ` (${text.leftOut(leftOut)})` : ""
      return matched.length === 0
        ? text.noLine(pattern, where)
        : `${text.hits(pattern, where, matched.length, inFiles)}${weaker}`
    }
    case "FileGlob":
      return files.length === 0 ? text.noFile(pattern, where) : text.fileHits(pattern, where, files.length)
    case "UntestedFiles":
      return files.length === 0 ? text.allTested(where) : text.fileHits(pattern, where, files.length)
  }
}

const patternOf = ({ look, origin, title }: Section["search"]): string => {
  if (origin === "probe") return title
  switch (look._tag) {
    case "LinePattern": {
      const glob = look.glob === undefined ? "" : ` (${codeSpan(shortened(look.glob, globCharacters))})`
      return `${codeSpan(shortened(look.pattern, patternCharacters))}${glob}`
    }
    case "FileGlob":
      return codeSpan(shortened(look.glob, patternCharacters))
    case "UntestedFiles":
      return title
  }
}
