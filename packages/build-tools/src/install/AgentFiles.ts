/**
 * The agent definitions in the prefix's `agents`: ours are brought up to date, edited ones stay as they are.
 *
 * A file is ours as long as its bytes are those that some version brought, which their manifests say; so it does not
 * matter at which point an earlier install ended. New bytes are written beside their place before the version is in use,
 * while a full disk can still stop everything, and take their names after it.
 */

import { mkdirSync, renameSync, rmSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import { contentHash } from "../fingerprint/FileHash.ts"
import { syncFolder, writeDurably } from "./Durable.ts"
import { agentsOf, isWorkName, type Place, workName } from "./Place.ts"
import { manifestOf, manifestsOf, type VersionManifest } from "./Versions.ts"
import { leavesBelow, statsOf } from "./Walk.ts"

export interface AgentChanges {
  /** Names of definitions that will be as the version brought them. */
  readonly ours: ReadonlyArray<string>
  /** Names of those the user has edited, or made under a name of ours. */
  readonly edited: ReadonlyArray<string>
  readonly written: ReadonlyArray<{ readonly name: string; readonly temporary: string }>
  /** Unedited ones that the version no longer brings. */
  readonly dropped: ReadonlyArray<string>
}

/** Writes what will be needed; nothing is replaced yet. */
export const prepareAgents = async (place: Place, version: string): Promise<AgentChanges> => {
  const wanted = manifestOf(place, version)?.agents ?? {}
  const known = manifestsOf(place)
  const ours: Array<string> = []
  const edited: Array<string> = []
  const written: Array<{ readonly name: string; readonly temporary: string }> = []
  for (const [name, sha256] of Object.entries(wanted)) {
    const state = await stateOf(place, name, known)
    if (state === "edited") edited.push(name)
    else ours.push(name)
    if (state === "edited" || state === sha256) continue
    const temporary = join(dirname(join(place.agents, name)), workName("new"))
    mkdirSync(dirname(temporary), { recursive: true })
    await writeDurably(temporary, await readFile(join(agentsOf(join(place.versions, version)), name)))
    written.push({ name, temporary })
  }
  const dropped: Array<string> = []
  for (const name of new Set(known.flatMap(({ agents }) => Object.keys(agents)))) {
    if (wanted[name] !== undefined) continue
    const state = await stateOf(place, name, known)
    if (state === "edited") edited.push(name)
    else if (state !== "absent") dropped.push(name)
  }
  return { ours, edited: edited.sort(), written, dropped }
}

/** Gives what was prepared its names. */
export const commitAgents = async (place: Place, changes: AgentChanges): Promise<void> => {
  for (const { name, temporary } of changes.written) {
    renameSync(temporary, join(place.agents, name))
    await syncFolder(dirname(join(place.agents, name)))
  }
  for (const name of changes.dropped) rmSync(join(place.agents, name), { force: true })
}

/** Removes what an install that did not end left in the folder. */
export const sweepAgents = (place: Place): void => {
  if (statsOf(place.agents) === undefined) return
  for (const { entry, path } of leavesBelow(place.agents)) {
    if (entry.isFile() && isWorkName(entry.name)) rmSync(path, { force: true })
  }
}

// internal

/** The hash of a file that is as some version brought it. */
const stateOf = async (
  place: Place,
  name: string,
  known: ReadonlyArray<VersionManifest>
): Promise<"absent" | "edited" | string> => {
  const path = join(place.agents, name)
  const stats = statsOf(path)
  if (stats === undefined) return "absent"
  if (!stats.isFile()) return "edited"
  const sha256 = await contentHash(path)
  return known.some(({ agents }) => agents[name] === sha256) ? sha256 : "edited"
}
