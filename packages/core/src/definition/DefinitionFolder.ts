/**
 * Where definitions come from: a folder, or one file that was named. Each file is read, or stands there with the reason
 * why not; a folder that cannot be listed is told as well, since it may hold what is asked for.
 */

import { readdirSync, realpathSync } from "node:fs"
import { basename, extname, join, relative, sep } from "node:path"
import * as Effect from "effect/Effect"
import { isInside, readText, refusal } from "../document/DocumentFile.ts"
import { PlacedProblem, type Remark } from "../document/PlacedProblem.ts"
import { codeOrText } from "../domain/SystemCode.ts"
import type { AgentDefinition } from "./AgentDefinition.ts"
import { agentName } from "./AgentName.ts"
import { type CachedPlace, type CacheOptions, type Known, openCache } from "./DefinitionCache.ts"
import { DefinitionError } from "./DefinitionError.ts"
import type { Language } from "./formats/Format.ts"
import { languageOf } from "./Language.ts"
import type { Place } from "./Places.ts"

/** A definition that somebody may ask for. */
export interface Candidate {
  readonly name: string
  /** The definition's name and its file's stem; empty for a folder that cannot be listed. */
  readonly answersTo: ReadonlyArray<string>
  /** The file as users know it. */
  readonly source: string
  /** It came with the workspace, and is whatever its authors made it. */
  readonly isOfRepository: boolean
  readonly format: Language | "built-in"
  readonly description: string
  readonly warnings: ReadonlyArray<Remark>
  readonly parsed: Effect.Effect<AgentDefinition> | DefinitionError
}

export interface Source {
  /** As users know it. */
  readonly label: string
  /** Its path; tells sources apart. */
  readonly place: string
  /** What is there now, in order of paths. */
  readonly read: Effect.Effect<ReadonlyArray<Candidate>>
}

/** A folder that is not there is empty. */
export const folderSource = (place: Place, cache?: CacheOptions): Source => {
  const { folder, inside, label } = place
  const memory: Memory = new Map()
  let disk: CachedPlace | undefined
  const read = Effect.suspend(() => {
    const { files, problem } = filesOf(place)
    const problems = problem === undefined ? [] : [problemCandidate(label, problem)]
    if (files.length === 0) return Effect.succeed(problems)
    const named = files.map((path) => ({ path, shown: `${label}/${relative(folder, path).split(sep).join("/")}` }))
    if (cache !== undefined) disk ??= openCache(cache, folder)
    return Effect.map(candidatesOf(named, memory, disk, inside), (candidates) => [...problems, ...candidates])
  })
  return { label, place: folder, read }
}

export const fileSource = (file: string): Source => {
  const memory: Memory = new Map()
  const named = [{ path: file, shown: file }]
  return { label: file, place: file, read: candidatesOf(named, memory, undefined, undefined) }
}

// internal

/** What was parsed, by file. Valid as long as the file holds the same text, so it is never stale. */
type Memory = Map<string, { readonly text: string; readonly known: Known }>

interface Named {
  readonly path: string
  readonly shown: string
}

/** More than anybody has; each costs about a millisecond. */
const mostFiles = 1_000

const filesOf = ({
  deep,
  endings,
  folder,
  inside,
  label
}: Place): { readonly files: ReadonlyArray<string>; readonly problem?: DefinitionError } => {
  const failed = (problem: string, fix: string) => DefinitionError.of(refusal(label, problem, fix))
  try {
    // Asked first: a link to / would have the whole disk listed.
    if (inside !== undefined && !isInside(realpathSync.native(folder), inside)) {
      return { files: [], problem: failed("is a link that leaves the workspace", "Put the definitions there.") }
    }
    const files = readdirSync(folder, { recursive: deep, withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && endings.includes(extname(entry.name).toLowerCase()))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
    if (files.length <= mostFiles) return { files }
    const what = `holds ${files.length} definitions, and only the first ${mostFiles} are read`
    return { files: files.slice(0, mostFiles), problem: failed(what, "Remove some of them.") }
  } catch (error) {
    const code = codeOrText(error)
    if (code === "ENOENT" || code === "ENOTDIR") return { files: [] }
    return { files: [], problem: failed(`cannot be listed (${code})`, "Check that it may be read.") }
  }
}

const problemCandidate = (label: string, problem: DefinitionError): Candidate => ({
  name: label,
  answersTo: [],
  source: label,
  isOfRepository: false,
  format: "yaml",
  description: "",
  warnings: [],
  parsed: problem
})

const candidatesOf = Effect.fnUntraced(function* (
  files: ReadonlyArray<Named>,
  memory: Memory,
  disk: CachedPlace | undefined,
  inside: string | undefined
) {
  const texts = files.map((file) => ({ file, text: orRefusal(() => readText(file.path, file.shown, inside)) }))
  for (const { file, text } of texts) {
    if (text instanceof DefinitionError || memory.get(file.path)?.text === text) continue
    const known = disk?.get(file.path, file.shown, text)
    if (known === undefined) memory.delete(file.path)
    else memory.set(file.path, { text, known })
  }
  if (texts.some(({ file, text }) => !(text instanceof DefinitionError) && !memory.has(file.path))) {
    const { parsePlain, statedName } = yield* Effect.promise(() => import("./formats/ParsePlain.ts"))
    for (const { file, text } of texts) {
      if (text instanceof DefinitionError || memory.has(file.path)) continue
      const plain = orRefusal(() => parsePlain(file.shown, text))
      const parsed = plain ?? (yield* parsedWhole(file.shown, text))
      // Who asks for a broken definition by its name is to hear what is broken, not that there is none.
      const known: Known =
        parsed instanceof DefinitionError
          ? { ...nothing, name: statedName(text) ?? null, parsed }
          : {
              name: parsed.facts.name,
              description: parsed.facts.description ?? "",
              warnings: parsed.warnings,
              parsed: { facts: parsed.facts }
            }
      memory.set(file.path, { text, known })
      disk?.put(file.path, text, known)
    }
  }
  disk?.save()
  return texts.map(({ file, text }) =>
    candidateOf(file, text instanceof DefinitionError ? text : memory.get(file.path)?.known, inside !== undefined)
  )
})

/** Of a text whose YAML is not plain, as few are. */
const parsedWhole = (shown: string, text: string) =>
  Effect.map(
    Effect.promise(() => import("./formats/Parse.ts")),
    ({ parseFacts }) => orRefusal(() => parseFacts(shown, text))
  )

const nothing = { name: null, description: "", warnings: [] }

const candidateOf = (
  { path, shown }: Named,
  found: Known | DefinitionError | undefined,
  isOfRepository: boolean
): Candidate => {
  const stem = agentName(basename(path, extname(path)))
  const known = found === undefined || found instanceof DefinitionError ? failed(found ?? unread(shown)) : found
  const { description, parsed, warnings } = known
  const name = known.name ?? stem
  return {
    name,
    answersTo: [...new Set([name, stem])],
    source: shown,
    isOfRepository,
    format: languageOf(path) ?? "yaml",
    description,
    warnings,
    parsed: parsed instanceof DefinitionError ? parsed : decoded(parsed)
  }
}

const failed = (parsed: DefinitionError): Known => ({ ...nothing, parsed })

/** One definition for one text: a run of many copies of an agent makes for all of them what follows from it. */
const decoded = (parsed: { readonly facts: unknown }): Effect.Effect<AgentDefinition> =>
  Effect.map(
    Effect.promise(() => import("./DefinitionFacts.ts")),
    ({ definitionOf }) => {
      const definition = definitions.get(parsed) ?? definitionOf(parsed.facts)
      definitions.set(parsed, definition)
      return definition
    }
  )

const definitions = new WeakMap<{ readonly facts: unknown }, AgentDefinition>()

const unread = (shown: string): DefinitionError => DefinitionError.of(refusal(shown, "was not read", "Try again."))

const orRefusal = <A>(read: () => A): A | DefinitionError => {
  try {
    return read()
  } catch (error) {
    if (error instanceof DefinitionError) return error
    if (error instanceof PlacedProblem) return DefinitionError.of(error)
    throw error
  }
}
