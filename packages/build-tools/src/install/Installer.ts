/**
 * Installs a version beside the one in use and swaps them at one moment; and back.
 *
 * 1. What is in use stays usable until the swap, whatever fails and whenever the installer is killed; after the swap the
 *    new one is. There is no moment with neither, but before the first install.
 * 2. Before the swap every file was compared with its source, `verify` has passed with the staged commands first on PATH,
 *    all bytes and names are on the disk, and `bin` has every name. After it only tidying is left, and what of that fails
 *    is said and left to the next install.
 * 3. One installer a prefix: it holds the prefix's lock. A dead one holds nothing, and what it left is removed first.
 * 4. The version that was replaced stays until the next install even where none should be kept: programs that run from
 *    it load more of its files.
 */
import { mkdirSync, realpathSync, rmdirSync } from "node:fs"
import { dirname, join } from "node:path"
import * as Effect from "effect/Effect"
import type { Install } from "../pipeline/Pipeline.ts"
import type { AgentChanges } from "./AgentFiles.ts"
import { pathOf, requireFree } from "./Commands.ts"
import { afterSwap, commit, recover } from "./Commit.ts"
import { syncFolder } from "./Durable.ts"
import { attempt, type InstallError, installError } from "./InstallError.ts"
import { commandsOf, insidePath, isPlainName, type Place, placeOf, workName } from "./Place.ts"
import { holdPrefix } from "./PrefixLock.ts"
import { isOnPath, withFirstOnPath } from "./SearchPath.ts"
import { damageOf, sizeOf } from "./StagedFiles.ts"
import { type StagingOptions, stage, syncStaged } from "./Staging.ts"
import {
  currentOf,
  freeVersion,
  manifestOf,
  namesOf,
  previousOf,
  remove,
  sweep,
  type VersionManifest,
  writeManifest
} from "./Versions.ts"

export interface InstallOptions<E, R> extends StagingOptions<E, R> {
  /** The version's name, unless it is taken. */
  readonly session: string
  /** A line for the user. */
  readonly log: (line: string) => void
}

export interface InstallResult {
  readonly prefix: string
  readonly version: string
  readonly previous: string | null
  readonly binaries: ReadonlyArray<{ readonly path: string; readonly size: number }>
  /** Agent definitions that are as this version brought them. */
  readonly agents: ReadonlyArray<string>
  /** Those that the user has edited, and that were left alone. */
  readonly keptAgents: ReadonlyArray<string>
  readonly onPath: boolean
}

export interface Installed {
  readonly name: string
  readonly version: string
  /** What `rollback` would go to, the next first. */
  readonly previous: ReadonlyArray<string>
}

/** Fails with what `run` fails with, or an InstallError; what was in use before still is then. */
export const install = Effect.fn("Installer.install")(function* <E, R>(wanted: Install, options: InstallOptions<E, R>) {
  const problem = problemOf(wanted, options.session)
  if (problem !== undefined) return yield* problem
  const place = yield* attempt(wanted.prefix, () => openPlace(wanted.prefix, wanted.name))
  yield* holdPrefix(place, options.log)
  yield* attempt(place.versions, () => recover(place))
  yield* attempt(place.bin, () => requireFree(place, Object.keys(wanted.bin)))
  const staging = yield* Effect.acquireRelease(
    attempt(place.versions, () => makeStaging(place)),
    (folder) => Effect.sync(() => leave(place, folder))
  )
  const manifest = yield* putTogether({ ...wanted, prefix: place.prefix }, place, staging, options)
  const agents = yield* commit(place, manifest, staging, options.log)
  yield* afterSwap(place, options.log, () => sweep(place, Math.max(1, wanted.keep)))
  return yield* attempt(place.bin, () => resultOf(place, manifest, agents, options))
}, Effect.scoped)

/** Goes back to the version that the one in use replaced, if all of its files are as they were. */
export const rollback = Effect.fn("Installer.rollback")(function* (
  prefix: string,
  name: string,
  log: (line: string) => void = () => {}
) {
  if (!isPlainName(name) || !namesOf(prefix).includes(name)) {
    return yield* installError({ _tag: "NotInstalled", prefix, name })
  }
  const place = yield* attempt(prefix, () => openPlace(prefix, name))
  yield* holdPrefix(place, log)
  yield* attempt(place.versions, () => recover(place))
  const from = yield* attempt(place.current, () => currentOf(place))
  if (from === undefined) return yield* installError({ _tag: "NotInstalled", prefix, name })
  const [to] = yield* attempt(place.versions, () => previousOf(place, from))
  const manifest = to === undefined ? undefined : yield* attempt(place.versions, () => manifestOf(place, to))
  if (to === undefined || manifest === undefined) {
    return yield* installError({ _tag: "NoPrevious", name, version: from })
  }
  const damage = yield* attempt(place.versions, () => damageOf(join(place.versions, to), manifest.files))
  if (damage !== undefined) return yield* damage
  const { edited } = yield* commit(place, manifest, null, log)
  return { from, to, keptAgents: edited }
}, Effect.scoped)

/** Everything in a prefix; empty where there is none. */
export const installed = (prefix: string): Effect.Effect<ReadonlyArray<Installed>, InstallError> =>
  attempt(prefix, () =>
    namesOf(prefix).flatMap((name) => {
      const place = placeOf(prefix, name)
      const version = currentOf(place)
      return version === undefined ? [] : [{ name, version, previous: previousOf(place, version) }]
    })
  )

// internal

const problemOf = (wanted: Install, session: string): InstallError | undefined => {
  const outside = (field: string, path: string) => installError({ _tag: "Outside", field, path })
  if (!isPlainName(wanted.name)) return outside("name", wanted.name)
  if (!isPlainName(session) || session === "current") return outside("session", session)
  for (const [command, path] of Object.entries(wanted.bin)) {
    if (!isPlainName(command)) return outside("bin", command)
    if (!insidePath(path)) return outside(`bin.${command}`, path)
  }
  return undefined
}

/** The prefix by its real path, with its folders. */
const openPlace = async (prefix: string, name: string): Promise<Place> => {
  mkdirSync(prefix, { recursive: true })
  const place = placeOf(realpathSync(prefix), name)
  for (const folder of [place.versions, place.bin]) mkdirSync(folder, { recursive: true })
  for (const folder of [dirname(place.versions), place.prefix, dirname(place.prefix)]) await syncFolder(folder)
  return place
}

const makeStaging = (place: Place): string => {
  const folder = join(place.versions, workName("staging"))
  mkdirSync(folder)
  return folder
}

/** A name that nothing was ever installed under leaves no folder either. */
const leave = (place: Place, staging: string): void => {
  remove(staging)
  try {
    rmdirSync(place.versions)
  } catch {
    // There are versions in it.
  }
}

const putTogether = Effect.fnUntraced(function* <E, R>(
  wanted: Install,
  place: Place,
  staging: string,
  options: InstallOptions<E, R>
) {
  const staged = yield* stage(wanted, staging, options)
  yield* attempt(place.bin, () => requireFree(place, Object.keys(staged.bin)))
  const manifest: VersionManifest = {
    schemaVersion: 1,
    name: place.name,
    version: freeVersion(place, options.session),
    previous: currentOf(place) ?? null,
    ...staged
  }
  yield* attempt(staging, () => writeManifest(staging, manifest))
  if (wanted.verify !== null) {
    const env = withFirstOnPath(commandsOf(staging), options.env)
    yield* options.run(`verify ${place.name}`, wanted.verify, { cwd: options.workspace, env })
    const damage = yield* attempt(staging, () => damageOf(staging, staged.files))
    if (damage !== undefined) return yield* damage
  }
  yield* syncStaged(staging, staged.files)
  return manifest
})

const resultOf = async <E, R>(
  place: Place,
  manifest: VersionManifest,
  agents: AgentChanges,
  options: InstallOptions<E, R>
): Promise<InstallResult> => {
  const isFound = isOnPath(place.bin, options.env)
  if (!isFound && Object.keys(manifest.bin).length > 0) {
    options.log(`${place.bin} is not on PATH; add it there to call ${Object.keys(manifest.bin).join(", ")} by name`)
  }
  const binaries: Array<{ readonly path: string; readonly size: number }> = []
  for (const [command, path] of Object.entries(manifest.bin)) {
    const size = await sizeOf(join(place.versions, manifest.version, path))
    binaries.push({ path: pathOf(place, command), size })
  }
  return {
    prefix: place.prefix,
    version: manifest.version,
    previous: manifest.previous,
    binaries,
    agents: agents.ours,
    keptAgents: agents.edited,
    onPath: isFound
  }
}
