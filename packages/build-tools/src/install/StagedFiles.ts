/**
 * What a version consists of, so that it can be compared with what is on the disk: before the swap, and before a
 * rollback. The installer's own folder is not counted.
 */

import { lstatSync, readlinkSync, realpathSync, statSync } from "node:fs"
import * as promises from "node:fs/promises"
import { dirname, isAbsolute, join, resolve, sep } from "node:path"
import process from "node:process"
import * as Schema from "effect/Schema"
import { contentHash } from "../fingerprint/FileHash.ts"
import { installError } from "./InstallError.ts"
import { ownFolder } from "./Place.ts"
import { leavesBelow, statsOf, walk } from "./Walk.ts"

export const VersionFile = Schema.Union([
  Schema.Struct({
    kind: Schema.Literal("file"),
    path: Schema.String,
    size: Schema.Int,
    /** Rights only; 0 on Windows, which has none. */
    mode: Schema.Int,
    /** In hex. */
    sha256: Schema.String
  }),
  Schema.Struct({ kind: Schema.Literal("link"), path: Schema.String, target: Schema.String })
])
export type VersionFile = typeof VersionFile.Type

/** Names of all files and links of a version, with `/`, in order. */
export const namesIn = (version: string): ReadonlyArray<string> =>
  leavesBelow(version, ({ name }) => name !== ownFolder).map(({ name }) => name)

/** All folders of a version, the deepest first and itself last. */
export const foldersIn = (version: string): ReadonlyArray<string> =>
  [version, ...[...walk(version)].filter(({ entry }) => entry.isDirectory()).map(({ path }) => path)].reverse()

/** Fails with a link that leads out of the version, which will have another name, or to nothing. */
export const versionFile = async (version: string, name: string): Promise<VersionFile> => {
  const path = join(version, name)
  const stats = lstatSync(path)
  if (!stats.isSymbolicLink()) {
    return { kind: "file", path: name, size: stats.size, mode: modeOf(stats.mode), sha256: await contentHash(path) }
  }
  const target = readlinkSync(path)
  if (isAbsolute(target) || !leadsInside(version, path, target)) {
    throw installError({ _tag: "LinkAstray", path, target })
  }
  return { kind: "link", path: name, target }
}

/** What is no longer as it was; undefined where everything is. Files that came later are nobody's harm. */
export const damageOf = async (version: string, files: ReadonlyArray<VersionFile>) => {
  for (const file of files) {
    const what = await differenceOf(join(version, file.path), file)
    if (what !== undefined) return installError({ _tag: "Damaged", path: join(version, file.path), what })
  }
  return undefined
}

/** Of a mode, the rights that are installed. */
export const modeOf = (mode: number): number => (process.platform === "win32" ? 0 : mode & 0o777)

export const isExecutable = (path: string): boolean => {
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true && (process.platform === "win32" || (stats.mode & 0o111) !== 0)
}

export const sizeOf = async (path: string): Promise<number> => (await promises.stat(path)).size

// internal

const leadsInside = (version: string, path: string, target: string): boolean => {
  if (!resolve(dirname(path), target).startsWith(version + sep)) return false
  try {
    return realpathSync(path).startsWith(realpathSync(version) + sep)
  } catch {
    return false
  }
}

const differenceOf = async (path: string, file: VersionFile) => {
  const stats = statsOf(path)
  if (stats === undefined) return "missing"
  if (file.kind === "link") {
    return stats.isSymbolicLink() && readlinkSync(path) === file.target ? undefined : "content"
  }
  if (!stats.isFile()) return "content"
  if (stats.size !== file.size) return "size"
  if (modeOf(stats.mode) !== file.mode) return "mode"
  return (await contentHash(path)) === file.sha256 ? undefined : "content"
}
