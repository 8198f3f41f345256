/**
 * Small files that are whole or not there, whenever the process or the machine dies: written under another name, put on
 * the disk, renamed. Throws what the file system throws.
 */

import { randomBytes } from "node:crypto"
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, unlinkSync, writeFileSync } from "node:fs"
import { dirname } from "node:path"
import process from "node:process"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"

/** The file and its name are on the disk when this returns; its folders are made. */
export const writeDurably = (file: string, text: string): void => {
  write(file, text, fsyncSync)
  syncFolder(dirname(file))
}

/** Whole or not there as well, but a loss of power may take it: for what can be computed again. */
export const writeAtomically = (file: string, text: string): void => write(file, text, () => undefined)

/** The file is gone from the disk when this returns, also when it was not there. */
export const removeDurably = (file: string): void => {
  unlessAbsent(() => unlinkSync(file))
  // Also when it was not there: whoever removed it may have died before that was on the disk.
  unlessAbsent(() => syncFolder(dirname(file)))
}

// internal

const write = (file: string, text: string, sync: (descriptor: number) => void): void => {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  const temporary = `${file}.${randomBytes(6).toString("hex")}.tmp`
  try {
    const descriptor = openSync(temporary, "wx", 0o600)
    try {
      writeFileSync(descriptor, text)
      sync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(temporary, file)
  } catch (thrown) {
    rmSync(temporary, { force: true })
    throw thrown
  }
}

const unlessAbsent = (body: () => void): void => {
  try {
    body()
  } catch (thrown) {
    if (codeOf(thrown) !== "ENOENT") throw thrown
  }
}

/** A name lasts when its folder is on the disk. Windows has no descriptors of folders and keeps names without them. */
const syncFolder = (folder: string): void => {
  if (process.platform === "win32") return
  const descriptor = openSync(folder, "r")
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}
