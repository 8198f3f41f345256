/**
 * Puts files and the names of folders on the disk. Where a system has no such thing (names of folders on Windows, some
 * network disks), what was written is no less there; a disk that is full or broken says so.
 */

import { constants } from "node:fs"
import * as promises from "node:fs/promises"
import process from "node:process"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"

export const syncFile = async (path: string): Promise<void> => {
  const handle = await promises.open(path, process.platform === "win32" ? "r+" : constants.O_RDONLY)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

export const syncFolder = async (path: string): Promise<void> => {
  try {
    await syncFile(path)
  } catch (error) {
    if (!withoutSync.has(codeOf(error) ?? "")) throw error
  }
}

/** Bytes that are on the disk when this ends. */
export const writeDurably = async (path: string, bytes: string | Uint8Array, mode = 0o644): Promise<void> => {
  const handle = await promises.open(path, "wx", mode)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

// internal

const withoutSync = new Set(["EISDIR", "EINVAL", "EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "EBADF"])
