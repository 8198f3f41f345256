/**
 * Whether Nx could write its cache and its database: it ends in the middle of its work where it cannot.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs"
import { join } from "node:path"

/** The first of `folders` that cannot be written, and why. */
export const unwritable = (
  folders: ReadonlyArray<string>
): { readonly folder: string; readonly problem: string } | undefined => {
  for (const folder of folders) {
    const problem = problemOf(folder)
    if (problem !== undefined) return { folder, problem }
  }
  return undefined
}

/** Whether a failure of Nx is one of the place it writes to, by its words: they come from SQLite and from Rust, too. */
export const isOfStorage = (problem: string): boolean =>
  /\b(ENOSPC|EROFS|EDQUOT|EFBIG|EACCES|EPERM)\b|no space left|read-only file system|readonly database|disk is full|file too large|disk I\/O error|unable to open database|permission denied/i.test(
    problem
  )

// internal

/** Enough that a file system with hardly any room left is found out. */
const probeBytes = 65_536

const problemOf = (folder: string): string | undefined => {
  const file = join(folder, `.deputize-${process.pid}`)
  try {
    mkdirSync(folder, { recursive: true })
    const handle = openSync(file, "wx", 0o600)
    try {
      if (writeSync(handle, Buffer.alloc(probeBytes)) < probeBytes) return "ENOSPC: no space left"
      fsyncSync(handle)
    } finally {
      closeSync(handle)
      rmSync(file, { force: true })
    }
    return undefined
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause)
  }
}
