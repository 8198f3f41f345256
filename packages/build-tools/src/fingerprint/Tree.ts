/**
 * The folders of a workspace as they were when they were first looked at. One tree serves all steps that are looked at
 * together; what runs in between needs a new one.
 */

import { type Dirent, existsSync, lstatSync, readdirSync, readFileSync } from "node:fs"
import { dirname, isAbsolute, join, relative, sep } from "node:path"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"
import { type Above, type IgnoreRules, ignoreRules } from "./IgnoreRules.ts"

export interface Tree {
  /** Empty for what is not there, is no folder, or cannot be read. `folder` counts from the workspace. */
  readonly list: (folder: string) => Listing
  /** The rules for what lies in a folder. */
  readonly rules: (folder: string) => IgnoreRules
  readonly kind: (path: string) => "file" | "folder" | "none"
  /** Whether the disk refused a look, so that there may be more than was seen. */
  readonly isPartial: () => boolean
}

export interface Listing {
  /** Files and links, by their names. */
  readonly files: ReadonlyArray<string>
  readonly folders: ReadonlyArray<string>
}

export const openTree = (workspace: string): Tree => {
  const listings = new Map<string, Listing>()
  const rulesOf = new Map<string, IgnoreRules>()
  let isPartial = false
  /** What this process may not read, the step's programs may not read either; what it cannot read is another matter. */
  const orElse = <A>(none: A, look: () => A): A => {
    try {
      return look()
    } catch (error) {
      isPartial ||= !harmless.has(codeOf(error) ?? "")
      return none
    }
  }
  const list = (folder: string): Listing => {
    const known = listings.get(folder)
    if (known !== undefined) return known
    const listing = listingOf(orElse([], () => readdirSync(at(workspace, folder), { withFileTypes: true })))
    listings.set(folder, listing)
    return listing
  }
  const textOf = (file: string) => orElse("", () => readFileSync(file, "utf8"))
  const rules = (folder: string): IgnoreRules => {
    const known = rulesOf.get(folder)
    if (known !== undefined) return known
    const slash = folder.lastIndexOf("/")
    const inherited =
      folder === "" ? ignoreRules(above(workspace, textOf)) : rules(slash < 0 ? "" : folder.slice(0, slash))
    const text = list(folder).files.includes(".gitignore") ? textOf(join(at(workspace, folder), ".gitignore")) : ""
    const found = text === "" ? inherited : inherited.with(folder, text)
    rulesOf.set(folder, found)
    return found
  }
  const kind = (path: string): "file" | "folder" | "none" => {
    const stats = orElse(undefined, () => lstatSync(at(workspace, path), { throwIfNoEntry: false }))
    if (stats === undefined) return "none"
    return stats.isDirectory() ? "folder" : stats.isFile() || stats.isSymbolicLink() ? "file" : "none"
  }
  return { list, rules, kind, isPartial: () => isPartial }
}

/** The absolute path of one that counts from the workspace. */
export const at = (workspace: string, path: string): string =>
  path === "" ? workspace : isAbsolute(path) ? path : `${workspace}/${path}`

// internal

const harmless: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "EACCES", "EPERM", "ELOOP"])

const listingOf = (entries: ReadonlyArray<Dirent>): Listing => {
  const files: Array<string> = []
  const folders: Array<string> = []
  for (const entry of entries) {
    if (entry.isDirectory()) folders.push(entry.name)
    // Anything else (a socket, a pipe) has no content to speak of, and reading it may never end.
    else if (entry.isFile() || entry.isSymbolicLink()) files.push(entry.name)
  }
  return { files, folders }
}

/** The .gitignore files between the repository's root and the workspace, where the workspace is not that root. */
const above = (workspace: string, textOf: (file: string) => string): ReadonlyArray<Above> => {
  const found: Array<Above> = []
  for (let folder = workspace; !existsSync(join(folder, ".git")); ) {
    const parent = dirname(folder)
    // Outside a repository a .gitignore further up is somebody else's.
    if (parent === folder) return []
    folder = parent
    const to = relative(folder, workspace).split(sep).join("/")
    found.unshift({ to, gitignore: textOf(join(folder, ".gitignore")) })
  }
  return found
}
