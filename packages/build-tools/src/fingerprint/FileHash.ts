/**
 * The hash of what a file holds: sha256 in hex, of a link's target for a link. Small files are read at once, because
 * that is quickest; large ones piece by piece without keeping the thread from the others that it serves.
 */

import { createHash, randomUUID } from "node:crypto"
import { createReadStream, readFileSync, readlinkSync, type Stats } from "node:fs"
import { sha256 } from "@deputize/core/internal/domain/Sha256"
import { codeOf } from "@deputize/core/internal/domain/SystemCode"

/** Stands for what may not be read: the step's programs, run by the same user, may not read it either. */
const forbidden = "unreadable"

/** Whether a hash says that there is none: such a file is looked at again each time. */
export const isUnreadable = (hash: string): boolean => hash.startsWith(forbidden)

/** `stats` are those of the file itself (lstat). */
export const fileHash = (file: string, stats: Stats): string | Promise<string> => {
  try {
    if (stats.isSymbolicLink()) return sha256(readlinkSync(file))
    return stats.size <= atOnce ? sha256(readFileSync(file)) : contentHash(file).catch(withoutContent)
  } catch (error) {
    return withoutContent(error)
  }
}

/** Of the content, whatever its length; rejects for what cannot be read. */
export const contentHash = async (file: string): Promise<string> => {
  const digest = createHash("sha256")
  for await (const chunk of createReadStream(file, { highWaterMark: atOnce })) digest.update(chunk)
  return digest.digest("hex")
}

// internal

/** A disk that fails, or too many open files: whatever the content is, it is not known to be that of the last time. */
const withoutContent = (error: unknown): string =>
  ["EACCES", "EPERM", "ENOENT"].includes(codeOf(error) ?? "") ? forbidden : `${forbidden} ${randomUUID()}`

const atOnce = 1024 * 1024
