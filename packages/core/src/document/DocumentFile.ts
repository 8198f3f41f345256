/**
 * The text of one document file, read with care, since repositories come from anybody.
 */

import { Buffer, isUtf8 } from "node:buffer"
import { closeSync, constants, fstatSync, openSync, readFileSync, realpathSync } from "node:fs"
import { sep } from "node:path"
import { codeOrText } from "../domain/SystemCode.ts"
import { type Place, start } from "./Place.ts"
import { PlacedProblem } from "./PlacedProblem.ts"

/** Larger than any role or settings that anybody wrote, smaller than what would slow a listing. */
const largestFile = 256 * 1024

/** A refusal of the file as a whole; `shown` is its name for the user. */
export const refusal = (shown: string, problem: string, fix: string): PlacedProblem =>
  new PlacedProblem({ file: shown, ...start, field: "", problem, fix })

/**
 * The text of a regular file of at most 256 KiB of UTF-8, without a byte order mark. Throws PlacedProblem; a link that
 * leads out of the folder `inside` is refused.
 */
export const readText = (file: string, shown: string, inside?: string): string => {
  try {
    return textOf(readBytes(file, shown, inside), shown)
  } catch (error) {
    if (error instanceof PlacedProblem) throw error
    throw refusal(shown, `cannot be read (${codeOrText(error)})`, "Check that it exists and may be read.")
  }
}

/** Whether the real path `real` lies in the folder with the real path `folder`. */
export const isInside = (real: string, folder: string): boolean =>
  real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep)

// internal

const readBytes = (file: string, shown: string, inside: string | undefined): Buffer => {
  const real = realpathSync.native(file)
  if (inside !== undefined && !isInside(real, inside))
    throw refusal(shown, "is a link that leaves the workspace", "Put the file itself there.")
  // Without O_NONBLOCK a FIFO would hang here; O_NOFOLLOW refuses a link that was put in its place meanwhile.
  const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)
  const descriptor = openSync(real, flags)
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) throw refusal(shown, "is not a regular file", "Put a file of text there.")
    if (stats.size > largestFile)
      throw refusal(shown, `is ${stats.size} bytes, more than ${largestFile}`, "Shorten it.")
    return readFileSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

const textOf = (bytes: Buffer, shown: string): string => {
  const text = bytes.toString("utf8")
  if (isUtf8(bytes)) return text.replace(/^\uFEFF/, "")
  const place = badByte(bytes, text)
  throw new PlacedProblem({ file: shown, ...place, field: "", problem: "is not UTF-8 here", fix: "Save it as UTF-8." })
}

/** Where the first byte stands that is no UTF-8: the first that the text, encoded again, does not have. */
const badByte = (bytes: Buffer, text: string): Place => {
  const again = Buffer.from(text)
  const at = bytes.findIndex((byte, index) => byte !== again[index])
  const lines = bytes.toString("utf8", 0, at).split("\n")
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
