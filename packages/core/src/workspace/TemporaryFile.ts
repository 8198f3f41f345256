/**
 * The file in which new bytes wait until they take their name. It stands in the folder of the file that it becomes, as
 * only within one disk a rename is one step. Its name tells who left it, should its process be killed.
 */
import { randomBytes } from "node:crypto"
import * as fs from "node:fs"
import type { HeldFolder } from "./Door.ts"

/** Makes a temporary file that holds `bytes`, and they are on the disk. Returns its name; leaves nothing if it throws. */
export const writeTemporary = async (
  folder: HeldFolder,
  bytes: Uint8Array,
  /** Of the file that it will replace; undefined gives a new file what the user's umask allows. */
  mode: number | undefined
): Promise<string> => {
  const name = `.deputize-${randomBytes(8).toString("hex")}.tmp`
  const file = await fs.promises.open(folder.at(name), newFile, mode ?? 0o666)
  try {
    // What the umask took away of the mode comes back before there is anything to read.
    if (mode !== undefined) await file.chmod(mode)
    await file.writeFile(bytes)
    await file.datasync()
  } catch (error) {
    removeTemporary(folder, name)
    throw error
  } finally {
    await file.close()
  }
  return name
}

/** Whatever happens here, there is an error on its way already that says more. */
export const removeTemporary = (folder: HeldFolder, name: string): void => {
  try {
    fs.rmSync(folder.at(name), { force: true })
  } catch {
    // It stays, and is known by its name.
  }
}

/** Removes what killed processes left: regular files of our names, last written before this process began. */
export const sweepTemporaries = (folder: HeldFolder): number => {
  const left = fs.readdirSync(folder.at(".")).filter((name) => {
    if (!ours.test(name)) return false
    const stats = fs.lstatSync(folder.at(name), { throwIfNoEntry: false })
    return stats?.isFile() === true && stats.mtimeMs < performance.timeOrigin
  })
  for (const name of left) fs.rmSync(folder.at(name), { force: true })
  return left.length
}

/** Whether a file has such a name. */
export const isTemporary = (name: string): boolean => ours.test(name)

// internal

const ours = /^\.deputize-[0-9a-f]{16}\.tmp$/

const newFile = fs.constants.O_WRONLY | fs.constants.O_CREAT | fs.constants.O_EXCL | (fs.constants.O_NOFOLLOW ?? 0)
