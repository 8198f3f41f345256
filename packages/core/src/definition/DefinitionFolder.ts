/**
 * Where definitions come from: a folder, or one file that was named. Each file is read, or stands there with the reason
 * why not; a folder that cannot be listed is told as well, since it may hold what is asked for.
 */
import { readdirSync, realpathSync } from "node:fs"
import { basename, extname, join, relative, sep } from "node:path"
import * as Effect from "effect/Effect"
import { type AgentDefinition, agentName } from "./AgentDefinition.ts"
import { DefinitionError, type Parsed } from "./DefinitionError.ts"
import { type Format, formatOf, isInside, readText, refusal, systemCode } from "./DefinitionFile.ts"
import { statedName } from "./formats/StatedName.ts"

/** A definition that somebody may ask for. */
export interface Candidate {
  readonly name: string
  /** The definition's name and its file's stem; empty for a folder that cannot be listed. */
  readonly answersTo: ReadonlyArray<string>
  /** The file as users know it. */
  readonly source: string
  /** It came with the workspace, and is whatever its authors made it. */
  readonly isOfRepository: boolean
  readonly format: Format
  readonly parsed: Parsed<AgentDefinition> | DefinitionError
}

export interface Source {
  /** As users know it. */
  readonly label: string
  /** Its path; tells sources apart. */
  readonly place: string
  /** What is there now, in order of paths. */
  readonly read: Effect.Effect<ReadonlyArray<Candidate>>
}

export interface Folder {
  readonly folder: string
  /** As users know it. */
  readonly label: string
  /** Endings of definition files. */
  readonly kinds: ReadonlyArray<string>
  /** Whether folders in it hold definitions too. */
  readonly deep: boolean
  /** The real path of the workspace, which the folder and its files may not leave by links. */
  readonly inside?: string
}

/** A folder that is not there is empty. */
export const folderSource = ({ deep, folder, inside, kinds, label }: Folder): Source => {
  const known: ParsedFiles = new Map()
  const read = Effect.gen(function* () {
    const { files, problem } = filesOf(folder, label, kinds, deep, inside)
    const shown = (file: string) => `${label}/${relative(folder, file).split(sep).join("/")}`
    const problems = problem === undefined ? [] : [problemCandidate(label, problem)]
    if (files.length === 0) return problems
    const parse = yield* parser
    return [...problems, ...files.map((file) => candidateOf(file, shown(file), parse, known, inside))]
  })
  return { label, place: folder, read }
}

export const fileSource = (file: string): Source => {
  const known: ParsedFiles = new Map()
  return {
    label: file,
    place: file,
    read: Effect.map(parser, (parse) => [candidateOf(file, file, parse, known, undefined)])
  }
}

// internal

/** What was parsed, by file. Valid as long as the file holds the same text, so it is never stale. */
type ParsedFiles = Map<string, { readonly text: string; readonly parsed: Candidate["parsed"] }>

type Parse = (shown: string, text: string) => Parsed<AgentDefinition>

/** More than anybody has; each costs about a millisecond. */
const mostFiles = 1_000

const filesOf = (
  folder: string,
  label: string,
  kinds: ReadonlyArray<string>,
  deep: boolean,
  inside: string | undefined
): { readonly files: ReadonlyArray<string>; readonly problem?: DefinitionError } => {
  try {
    // Asked first: a link to / would have the whole disk listed.
    if (inside !== undefined && !isInside(realpathSync.native(folder), inside)) {
      return { files: [], problem: refusal(label, "is a link that leaves the workspace", "Put the definitions there.") }
    }
    const files = readdirSync(folder, { recursive: deep, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && kinds.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    if (files.length <= mostFiles) return { files }
    const what = `holds ${files.length} definitions, and only the first ${mostFiles} are read`
    return { files: files.slice(0, mostFiles), problem: refusal(label, what, "Remove some of them.") }
  } catch (error) {
    const code = systemCode(error)
    if (code === "ENOENT" || code === "ENOTDIR") return { files: [] }
    return { files: [], problem: refusal(label, `cannot be listed (${code})`, "Check that it may be read.") }
  }
}

const problemCandidate = (label: string, problem: DefinitionError): Candidate => ({
  name: label,
  answersTo: [],
  source: label,
  isOfRepository: false,
  format: "yaml",
  parsed: problem
})

const parser = Effect.map(
  Effect.promise(() => import("./formats/Parse.ts")),
  ({ parseText }) => parseText
)

const candidateOf = (
  file: string,
  shown: string,
  parse: Parse,
  known: ParsedFiles,
  inside: string | undefined
): Candidate => {
  const stem = agentName(basename(file, extname(file)))
  const parsed = orRefusal(() => {
    const text = readText(file, shown, inside)
    const before = known.get(file)
    if (before?.text === text) return before.parsed
    const parsed = orRefusal(() => parse(shown, text))
    known.set(file, { text, parsed })
    return parsed
  })
  // Who asks for a broken definition by its name is to hear what is broken, not that there is none.
  const stated = () => statedName(known.get(file)?.text ?? "") ?? stem
  const name = parsed instanceof DefinitionError ? stated() : parsed.definition.name
  const answersTo = [...new Set([name, stem])]
  return { name, answersTo, source: shown, isOfRepository: inside !== undefined, format: formatOf(file), parsed }
}

const orRefusal = (read: () => Candidate["parsed"]): Candidate["parsed"] => {
  try {
    return read()
  } catch (error) {
    if (error instanceof DefinitionError) return error
    throw error
  }
}
