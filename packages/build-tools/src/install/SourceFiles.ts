/**
 * Which files a list of paths and globs names, and the place of each in the version.
 *
 * A path that exists is that file or folder, whatever characters it has; only then it is a glob. Files with a dot count,
 * `.git` only where it is named, and the prefix never: what was installed is not installed again.
 */
import { type Dirent, type Stats, statSync } from "node:fs"
import { basename, join, relative, resolve, sep } from "node:path"
import picomatch from "picomatch"
import type { InstallSource } from "../pipeline/Pipeline.ts"
import { installError } from "./InstallError.ts"
import { insidePath } from "./Place.ts"
import { leavesBelow, statsOf, type Walked } from "./Walk.ts"

export interface SourceFile {
  /** Absolute. */
  readonly source: string
  /** Inside the version, with `/`. */
  readonly to: string
  readonly kind: "file" | "link"
  /** Null for that of the source. */
  readonly mode: number | null
}

type Wanted = Extract<InstallSource, { readonly _tag: "Files" }>["files"][number]

/** In the order of their places; throws an InstallError. */
export const sourceFiles = (
  files: ReadonlyArray<Wanted>,
  workspace: string,
  prefix: string
): ReadonlyArray<SourceFile> => {
  const skipped = skippedFolders(workspace, prefix)
  const byPlace = new Map<string, SourceFile>()
  for (const file of files.flatMap((wanted) => filesOf(wanted, workspace, skipped))) {
    const other = byPlace.get(file.to)
    if (other !== undefined && other.source !== file.source) throw samePlace(file.to, other, file)
    byPlace.set(file.to, file)
  }
  for (const file of byPlace.values()) {
    for (const folder of foldersAbove(file.to)) {
      const other = byPlace.get(folder)
      if (other !== undefined) throw samePlace(folder, other, file)
    }
  }
  return [...byPlace.values()].sort((a, b) => (a.to < b.to ? -1 : 1))
}

// internal

/** A prefix that is the workspace, or above it, would leave nothing to install; its versions are left out in any case. */
const skippedFolders = (workspace: string, prefix: string): ReadonlySet<string> =>
  new Set([isWithin(prefix, workspace) && prefix !== workspace ? prefix : join(prefix, "versions")])

const isWithin = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)

const filesOf = (wanted: Wanted, workspace: string, skipped: ReadonlySet<string>): ReadonlyArray<SourceFile> => {
  const to = insidePath(wanted.to)
  if (to === undefined) throw installError({ _tag: "Outside", field: "to", path: wanted.to })
  const exact = resolve(workspace, wanted.from)
  if (!isWithin(exact, workspace)) throw installError({ _tag: "Outside", field: "from", path: wanted.from })
  const stats = isSkipped(exact, skipped) ? undefined : statsOf(exact)
  const found =
    stats === undefined ? matches(wanted.from, workspace, to, skipped) : namedBy(exact, stats, wanted.to, to, skipped)
  if (found.length === 0) throw installError({ _tag: "NoMatch", from: wanted.from })
  return found.map((match) => sourceFile(match, wanted.mode))
}

interface Match {
  readonly path: string
  /** Its place in the version. */
  readonly name: string
  readonly stats: Stats | Dirent
}

const sourceFile = ({ name, path, stats }: Match, mode: number | null): SourceFile => {
  if (!stats.isFile() && !stats.isSymbolicLink()) throw installError({ _tag: "NotAFile", path })
  const to = insidePath(name)
  if (to === undefined || to === "") throw installError({ _tag: "Outside", field: "to", path: name })
  return { source: path, to, kind: stats.isSymbolicLink() ? "link" : "file", mode }
}

/** A folder gives what is in it; a file goes into a folder where `to` ends like one. */
const namedBy = (
  path: string,
  stats: Stats,
  wanted: string,
  to: string,
  skipped: ReadonlySet<string>
): ReadonlyArray<Match> => {
  if (stats.isDirectory()) {
    const found = leavesBelow(path, (folder) => !skipped.has(folder.path))
    return found.map(({ entry, name, path }) => ({ path, name: below(to, name), stats: entry }))
  }
  return [{ path, name: to === "" || /[/\\]$/.test(wanted) ? below(to, basename(path)) : to, stats }]
}

/** The places of a glob's files are counted from its part without wildcards. */
const matches = (glob: string, workspace: string, to: string, skipped: ReadonlySet<string>): ReadonlyArray<Match> => {
  const pattern = relative(workspace, resolve(workspace, glob.replaceAll("/", sep)))
    .split(sep)
    .join("/")
  const scanned = picomatch.scan(pattern)
  if (!scanned.isGlob && !scanned.isBrace) return []
  const base = scanned.base === "." ? "" : scanned.base
  const isMatch = picomatch(pattern, { dot: true, nonegate: true })
  const folder = join(workspace, base)
  if (isSkipped(folder, skipped) || !isFolder(folder)) return []
  const depth = depthOf(scanned.glob)
  const enter = ({ entry, name, path }: Walked) =>
    !skipped.has(path) && name.split("/").length < depth && (entry.name !== ".git" || pattern.includes(".git"))
  return leavesBelow(folder, enter)
    .filter(({ name }) => isMatch(below(base, name)))
    .map(({ entry, name, path }) => ({ path, name: below(to, name), stats: entry }))
}

const below = (folder: string, name: string): string => (folder === "" ? name : `${folder}/${name}`)

/** Folders to look into; what may match slashes may match any number of them. */
const depthOf = (glob: string): number => (/\*\*|[{(]/.test(glob) ? Number.POSITIVE_INFINITY : glob.split("/").length)

/** Also by a link: only links below it are not followed. */
const isFolder = (path: string): boolean =>
  statsOf(path) !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true

const isSkipped = (path: string, skipped: ReadonlySet<string>): boolean =>
  [...skipped].some((folder) => isWithin(path, folder))

const foldersAbove = (path: string): ReadonlyArray<string> => {
  const parts = path.split("/")
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"))
}

const samePlace = (to: string, first: SourceFile, second: SourceFile) =>
  installError({ _tag: "SamePlace", to, first: first.source, second: second.source })
