/**
 * The hash of what a file holds: sha256 in hex, of a link's target for a link. Small files are read at once, because
 * that is quickest; large ones piece by piece without keeping the thread from the others that it serves.
 */
import { createHash, hash, randomUUID } from "node:crypto"
import { createReadStream, readFileSync, readlinkSync, type Stats } from "node:fs"
import { codeOf } from "./StateUnwritable.ts"

/** Stands for what may not be read: the step's programs, run by the same user, may not read it either. */
const forbidden = "unreadable"

/** Whether a hash says that there is none: such a file is looked at again each time. */
export const isUnreadable = (hash: string): boolean => hash.startsWith(forbidden)

/** `stats` are those of the file itself (lstat). */
export const fileHash = (file: string, stats: Stats): string | Promise<string> => {
  try {
    if (stats.isSymbolicLink()) return hash("sha256", readlinkSync(file), "hex")
    return stats.size <= atOnce ? hash("sha256", readFileSync(file), "hex") : streamed(file)
  } catch (error) {
    return withoutContent(error)
  }
}

// internal

/** A disk that fails, or too many open files: whatever the content is, it is not known to be that of the last time. */
const withoutContent = (error: unknown): string =>
  ["EACCES", "EPERM", "ENOENT"].includes(codeOf(error) ?? "") ? forbidden : `${forbidden} ${randomUUID()}`

const atOnce = 1024 * 1024

const streamed = async (file: string): Promise<string> => {
  const digest = createHash("sha256")
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: atOnce })) digest.update(chunk)
    return digest.digest("hex")
  } catch (error) {
    return withoutContent(error)
  }
}
