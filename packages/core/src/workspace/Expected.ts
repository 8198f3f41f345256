/**
 * What a writer takes for granted of a file, and whether it is so. Told apart by content, not by date: a file that was
 * saved again unchanged is still what was read.
 */
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import { type HeldFolder, Refused } from "./Door.ts"
import { FileChanged } from "./PathError.ts"

/** What has to be there now: these bytes by their SHA-256 in hex, nothing, or whatever it is. */
export type Expected = { readonly hash: string } | "absent" | "any"

/** The hash of the regular file that has this name, null for none; throws if it is not what is expected. */
export const standing = (held: HeldFolder, name: string, real: string, expected: Expected): string | null => {
  const stats = fs.lstatSync(held.at(name), { throwIfNoEntry: false })
  if (stats === undefined) return typeof expected === "object" ? gone(real) : null
  if (!stats.isFile()) throw new Refused(stats.isSymbolicLink() ? "moving" : "not-a-file")
  if (expected === "absent") throw new FileChanged({ path: real, found: "a file" })
  const hash = hashIn(held.at(name))
  if (expected !== "any" && hash !== expected.hash) throw new FileChanged({ path: real, found: "another content" })
  return hash
}

/** Throws: a file that has to be there is not. */
export const gone = (real: string): never => {
  throw new FileChanged({ path: real, found: "nothing" })
}

// internal

/** In pieces, as the file may be longer than memory; a link or a FIFO that came meanwhile is not followed, or read. */
const hashIn = (path: string): string => {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | (fs.constants.O_NONBLOCK ?? 0) | (fs.constants.O_NOFOLLOW ?? 0))
  try {
    if (!fs.fstatSync(fd).isFile()) throw new Refused("not-a-file")
    const hash = createHash("sha256")
    const piece = Buffer.allocUnsafe(1 << 18)
    for (let count = fs.readSync(fd, piece); count > 0; count = fs.readSync(fd, piece)) {
      hash.update(piece.subarray(0, count))
    }
    return hash.digest("hex")
  } finally {
    fs.closeSync(fd)
  }
}
