/**
 * The names in the prefix's `bin`: links that stay the same from version to version.
 *
 * A name is made before the version that has it is in use and removed after it, so what is in use can always be called.
 * Nothing that is not ours is replaced: a link is made only where no name is. On Windows, which makes links only with a
 * special right, a name is a small script `NAME.cmd` that calls the program.
 */

import { readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"
import { syncFolder } from "./Durable.ts"
import { installError } from "./InstallError.ts"
import { commandLink, ownerOf, type Place } from "./Place.ts"
import { statsOf } from "./Walk.ts"

/** Throws an InstallError for the first name that somebody else has. */
export const requireFree = (place: Place, commands: ReadonlyArray<string>): void => {
  for (const command of commands) {
    const path = pathOf(place, command)
    const text = textOf(path)
    if (text !== undefined && ownerOf(text) !== place.name) {
      throw installError({ _tag: "Foreign", path, owner: ownerOf(text) ?? null })
    }
  }
}

export const addCommands = async (place: Place, commands: ReadonlyArray<string>): Promise<void> => {
  requireFree(place, commands)
  for (const command of commands) add(place, command)
  await syncFolder(place.bin)
}

/** Names of ours that the version in use does not have. */
export const dropCommands = async (place: Place, kept: ReadonlyArray<string>): Promise<void> => {
  const paths = new Set(kept.map((command) => pathOf(place, command)))
  for (const name of readdirSync(place.bin)) {
    const path = join(place.bin, name)
    if (!paths.has(path) && ownerOf(textOf(path) ?? "") === place.name) rmSync(path, { force: true })
  }
  await syncFolder(place.bin)
}

export const pathOf = (place: Place, command: string): string =>
  join(place.bin, process.platform === "win32" ? `${command}.cmd` : command)

// internal

const add = (place: Place, command: string): void => {
  const path = pathOf(place, command)
  try {
    if (process.platform === "win32") writeFileSync(path, scriptOf(place, command), { flag: "wx" })
    else symlinkSync(commandLink(place.name, command), path)
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error
    // Ours from before, or from somebody who was quicker.
    requireFree(place, [command])
  }
}

const scriptOf = (place: Place, command: string): string =>
  `@rem ${commandLink(place.name, command)}\r\n@call "%~dp0..\\versions\\${place.name}\\current\\.deputize\\bin\\${command}.cmd" %*\r\n`

/** What a name leads to; "" for what is neither link nor script of ours, undefined where nothing is. */
const textOf = (path: string): string | undefined => {
  const stats = statsOf(path)
  if (stats === undefined) return undefined
  if (stats.isSymbolicLink()) return readlinkSync(path)
  if (process.platform !== "win32" || !stats.isFile() || stats.size > 4096) return ""
  return /^@rem (\S.*?)\r?\n/.exec(readFileSync(path, "utf8"))?.[1] ?? ""
}
