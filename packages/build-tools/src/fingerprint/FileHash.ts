/**
 * The hash of what a file holds: sha256 in hex, of a link's target for a link. Small files are read at once, because
 * that is quickest; large ones piece by piece without keeping the thread from the others that it serves.
 */
import { createHash, hash } from "node:crypto"
import { createReadStream, readFileSync, readlinkSync, type Stats } from "node:fs"

/** Stands for what cannot be read: the step's programs, run by the same user, cannot read it either. */
export const unreadable = "unreadable"

/** `stats` are those of the file itself (lstat). */
export const fileHash = (file: string, stats: Stats): string | Promise<string> => {
  try {
    if (stats.isSymbolicLink()) return hash("sha256", readlinkSync(file), "hex")
    return stats.size <= atOnce ? hash("sha256", readFileSync(file), "hex") : streamed(file)
  } catch {
    return unreadable
  }
}

// internal

const atOnce = 1024 * 1024

const streamed = async (file: string): Promise<string> => {
  const digest = createHash("sha256")
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: atOnce })) digest.update(chunk)
    return digest.digest("hex")
  } catch {
    return unreadable
  }
}
