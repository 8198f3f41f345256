/**
 * Definitions that were parsed before, on the user's disk: one file for each place. An entry stands for a text as a
 * whole, not for a time or a size, and what a text means never changes for one version of the parsers: so it is never
 * stale. A hash of the text would do the same for 4 ms, which is what loading Node's cryptography takes.
 *
 * Several processes may use one folder: a file is replaced as a whole, and the last one wins. Whatever is not as it was
 * written counts as not there, and is parsed again.
 */
import { Buffer } from "node:buffer"
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import process from "node:process"
import { crc32 } from "node:zlib"
import * as Schema from "effect/Schema"
import type { Remark } from "../document/PlacedProblem.ts"
import { DefinitionError } from "./DefinitionError.ts"

export interface CacheOptions {
  /** A folder of the user's own: who can write in it can say what agents may do. */
  readonly folder: string
  /** Changes whenever the code that parses does. */
  readonly version: string
}

/** What is known of one text. */
export interface Known {
  /** By which the agent is addressed; of a broken definition, the name that its text states, if it states one. */
  readonly name: string | null
  readonly description: string
  readonly warnings: ReadonlyArray<Remark>
  /** For `definitionOf`. */
  readonly parsed: { readonly facts: unknown } | DefinitionError
}

export interface CachedPlace {
  /** What is known of the file's text; `shown` is its name for users. */
  readonly get: (file: string, shown: string, text: string) => Known | undefined
  readonly put: (file: string, text: string, known: Known) => void
  /** Keeps what was asked for or put since, where that is not what the disk has. */
  readonly save: () => void
}

/** The definitions of the folder `place`. */
export const openCache = ({ folder, version }: CacheOptions, place: string): CachedPlace => {
  const file = join(folder, `${basename(place).slice(0, 40)}-${checksum(Buffer.from(place))}.json`)
  const stored = readStored(file, version, place)
  const used = new Map<string, Entry>()
  let [isChanged, kept] = [false, stored.size]
  return {
    get: (path, shown, text) => {
      const entry = stored.get(path)
      if (entry?.text !== text) return undefined
      const known = knownOf(entry, shown)
      if (known !== undefined) used.set(path, entry)
      return known
    },
    put: (path, text, known) => {
      used.set(path, entryOf(text, known))
      isChanged = true
    },
    save: () => {
      if (!isChanged && used.size >= kept) return
      write(folder, file, JSON.stringify({ version, place, entries: Object.fromEntries(used) }))
      isChanged = false
      kept = used.size
    }
  }
}

// internal

interface Entry {
  readonly text: string
  readonly name: string | null
  readonly description: string
  readonly warnings: ReadonlyArray<Remark>
  readonly facts?: unknown
  /** Without the file, which is that of who asks. */
  readonly error?: unknown
}

const entryOf = (text: string, { description, name, parsed, warnings }: Known): Entry => {
  const common = { text, name, description, warnings }
  if (!(parsed instanceof DefinitionError)) return { ...common, facts: parsed.facts }
  const { column, field, fix, line, others, problem } = parsed
  return { ...common, error: { _tag: "DefinitionError", line, column, field, problem, fix, others } }
}

const knownOf = ({ description, error, facts, name, warnings }: Entry, shown: string): Known | undefined => {
  if (error === undefined) return { name, description, warnings, parsed: { facts } }
  try {
    return { name, description, warnings, parsed: decodeError({ ...Object(error), file: shown }) }
  } catch {
    return undefined
  }
}

const decodeError = Schema.decodeUnknownSync(DefinitionError)

const readStored = (file: string, version: string, place: string): ReadonlyMap<string, Entry> => {
  try {
    const bytes = readFileSync(file)
    const body = bytes.subarray(sumLength + 1)
    if (bytes.toString("latin1", 0, sumLength + 1) !== `${checksum(body)}\n`) return new Map()
    const stored: unknown = JSON.parse(body.toString("utf8"))
    if (!isRecord(stored) || stored.version !== version || stored.place !== place) return new Map()
    return new Map(Object.entries(stored.entries ?? {}).filter((pair): pair is [string, Entry] => isEntry(pair[1])))
  } catch {
    return new Map()
  }
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

const isEntry = (value: unknown): value is Entry =>
  isRecord(value) &&
  typeof value.text === "string" &&
  (value.name === null || typeof value.name === "string") &&
  typeof value.description === "string" &&
  Array.isArray(value.warnings) &&
  isRecord(value.facts ?? value.error)

/** The sum in the first line tells a file that was cut or damaged, so that what is read is what was written. */
const write = (folder: string, file: string, text: string): void => {
  const draft = `${file}.${process.pid}.tmp`
  const body = Buffer.from(text)
  try {
    makeFolder(folder)
    writeFileSync(draft, Buffer.concat([Buffer.from(`${checksum(body)}\n`), body]), { mode: 0o600, flag: "wx" })
    renameSync(draft, file)
  } catch {
    // A cache that cannot be kept costs time and nothing else.
    discard(draft)
  }
}

const discard = (file: string): void => {
  try {
    rmSync(file, { force: true })
  } catch {
    // Its folder is none.
  }
}

/** Step by step: in /proc, Node's own recursive way never returns. */
const makeFolder = (folder: string): void => {
  if (existsSync(folder) || dirname(folder) === folder) return
  makeFolder(dirname(folder))
  mkdirSync(folder, { mode: 0o700 })
}

const sumLength = 8

const checksum = (bytes: Uint8Array): string => crc32(bytes).toString(16).padStart(sumLength, "0")
