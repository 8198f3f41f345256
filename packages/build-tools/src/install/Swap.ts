/**
 * The one moment of an install: `current` leads to another version.
 *
 * A new link takes the old one's name by `rename`, which a reader sees before or after and never in between. Windows
 * cannot rename over a folder link: there the old one is put aside first and put back if the second rename fails, so for
 * a moment, and after a crash in it until the next install, there is no version in use; programs that run go on, because
 * their files stay where they are. (The Windows part follows its documentation and has no test here.)
 */

import { renameSync, rmSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import process from "node:process"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"
import { syncFolder } from "./Durable.ts"
import { type Place, workName } from "./Place.ts"

export const swap = async (place: Place, version: string): Promise<void> => {
  const link = join(place.versions, workName("current"))
  // A junction needs no special right, but an absolute target.
  if (process.platform === "win32") symlinkSync(join(place.versions, version), link, "junction")
  else symlinkSync(version, link)
  try {
    if (process.platform === "win32") putAside(place, () => renameSync(link, place.current))
    else renameSync(link, place.current)
  } catch (error) {
    rmSync(link, { force: true })
    throw error
  }
  await syncFolder(place.versions)
}

// internal

const putAside = (place: Place, act: () => void): void => {
  const aside = join(place.versions, workName("removing"))
  let isAside = false
  try {
    renameSync(place.current, aside)
    isAside = true
  } catch (error) {
    if (codeOf(error) !== "ENOENT") throw error
  }
  try {
    act()
  } catch (error) {
    if (isAside) renameSync(aside, place.current)
    throw error
  }
  if (isAside) rmSync(aside, { force: true, recursive: true })
}
