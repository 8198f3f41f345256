/**
 * The versions of a name: which is in use, which came before it, and what each consists of.
 *
 * There is no list of them that could disagree with the disk. `current` says what is in use; every version's own
 * manifest says which one it replaced. What is not reached from `current` that way is what a dead installer left, or was
 * rolled back from.
 */

import { existsSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync } from "node:fs"
import { basename, join } from "node:path"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { writeDurably } from "./Durable.ts"
import { isPlainName, isWorkName, ownFolder, type Place, workName } from "./Place.ts"
import { VersionFile } from "./StagedFiles.ts"
import { statsOf } from "./Walk.ts"

export const VersionManifest = Schema.Struct({
  schemaVersion: Schema.Literal(1),
  name: Schema.String,
  version: Schema.String,
  /** What was in use when it was installed. */
  previous: Schema.NullOr(Schema.String),
  /** Commands, to paths inside the version. */
  bin: Schema.Record(Schema.String, Schema.String),
  /** Agent definitions that came with it, to the SHA-256 of each. */
  agents: Schema.Record(Schema.String, Schema.String),
  files: Schema.Array(VersionFile)
})
export type VersionManifest = typeof VersionManifest.Type

export const writeManifest = (folder: string, manifest: VersionManifest): Promise<void> =>
  writeDurably(manifestIn(folder), `${JSON.stringify(manifest)}\n`)

/** Undefined where there is none, or none of that name (`current` leads to one of another); throws what reading throws. */
export const manifestOf = (place: Place, version: string): VersionManifest | undefined => {
  if (!isPlainName(version)) return undefined
  const text = unlessAbsent(() => readFileSync(manifestIn(join(place.versions, version)), "utf8"))
  const manifest = text === undefined ? Option.none() : decode(text)
  return Option.getOrUndefined(Option.filter(manifest, (found) => found.version === version))
}

/** The version in use; undefined before the first. Throws where `current` is there and is no link that can be read. */
export const currentOf = (place: Place): string | undefined => {
  const target = unlessAbsent(() => readlinkSync(place.current))
  return target === undefined ? undefined : basename(target)
}

/** Versions that can be rolled back to, the next first. */
export const previousOf = (place: Place, version: string): ReadonlyArray<string> => {
  const chain: Array<string> = []
  for (let next = manifestOf(place, version)?.previous; next !== undefined && next !== null; ) {
    const manifest = manifestOf(place, next)
    if (manifest === undefined || next === version || chain.includes(next)) break
    chain.push(next)
    next = manifest.previous
  }
  return chain
}

/** All that are there whole, in use or not. */
export const manifestsOf = (place: Place): ReadonlyArray<VersionManifest> =>
  namesIn(place.versions).flatMap((version) => manifestOf(place, version) ?? [])

/** Names that have a version in use. */
export const namesOf = (prefix: string): ReadonlyArray<string> =>
  namesIn(join(prefix, "versions")).filter((name) => existsSync(join(prefix, "versions", name, "current")))

/** A version's name that is free: the wanted one, or the next with a number. */
export const freeVersion = (place: Place, wanted: string): string => {
  const taken = (version: string) => statsOf(join(place.versions, version)) !== undefined
  let version = wanted
  for (let count = 2; taken(version); count++) version = `${wanted}-${count}`
  return version
}

/**
 * Removes what dead installers left and all versions but the one in use and those `keep` before it. What cannot be
 * removed (a program that runs, on Windows) is left to the next time. Folders that are not ours stay, and so does
 * everything where the version in use cannot say what came before it.
 */
export const sweep = (place: Place, keep: number): void => {
  const current = currentOf(place)
  const isKnown = current === undefined || manifestOf(place, current) !== undefined
  const kept = new Set(current === undefined ? [] : [current, ...previousOf(place, current).slice(0, keep)])
  for (const name of readdirSync(place.versions)) {
    if (isWorkName(name)) remove(join(place.versions, name))
    else if (isKnown && !kept.has(name) && manifestOf(place, name) !== undefined) discard(place, name)
  }
}

/** A version that is half removed must not look like one: it loses its name first. */
export const discard = (place: Place, version: string): void => {
  const aside = join(place.versions, workName("removing"))
  try {
    renameSync(join(place.versions, version), aside)
  } catch {
    return
  }
  remove(aside)
}

export const remove = (path: string): void => {
  try {
    rmSync(path, { recursive: true, force: true, maxRetries: 2 })
  } catch {
    // It has a name by which the next install knows it.
  }
}

// internal

const manifestIn = (version: string): string => join(version, ownFolder, "manifest.json")

/** Only what is not there is nothing: a disk that cannot be read must not make a version look like none. */
const unlessAbsent = <A>(read: () => A): A | undefined => {
  try {
    return read()
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "")) return undefined
    throw error
  }
}

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(VersionManifest))

const namesIn = (folder: string): ReadonlyArray<string> =>
  existsSync(folder) ? readdirSync(folder).filter(isPlainName).sort() : []
