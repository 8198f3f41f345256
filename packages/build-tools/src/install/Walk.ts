/**
 * What is below a folder, in order, with its path from there. Links are named and never followed, which a recursive
 * `readdir` of Node does.
 */

import { type Dirent, lstatSync, readdirSync, type Stats } from "node:fs"
import { join } from "node:path"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"

export interface Walked {
  readonly path: string
  /** From where the walk began, with `/`. */
  readonly name: string
  readonly entry: Dirent
}

/** A folder comes before what is in it; `enter` says whether to look into one. */
export function* walk(folder: string, enter: (folder: Walked) => boolean = () => true, above = ""): Generator<Walked> {
  for (const entry of readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const walked = { path: join(folder, entry.name), name: above === "" ? entry.name : `${above}/${entry.name}`, entry }
    yield walked
    if (entry.isDirectory() && enter(walked)) yield* walk(walked.path, enter, walked.name)
  }
}

/** Files, links and whatever else is not a folder. */
export const leavesBelow = (folder: string, enter?: (folder: Walked) => boolean): ReadonlyArray<Walked> =>
  [...walk(folder, enter)].filter(({ entry }) => !entry.isDirectory())

/** Of the link itself, where it is one; undefined where nothing is, or a file where a folder should be. */
export const statsOf = (path: string): Stats | undefined => {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if (codeOf(error) === "ENOTDIR") return undefined
    throw error
  }
}
