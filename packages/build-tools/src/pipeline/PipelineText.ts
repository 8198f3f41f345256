/**
 * The text of a pipeline file, read with care, since repositories come from anybody: a regular file of sane size in
 * UTF-8.
 */

import { Buffer, isUtf8 } from "node:buffer"
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs"
import type { Place } from "@deputize/core/internal/document/Place"
import { codeOrText } from "@deputize/core/internal/domain/SystemCode"

export type PipelineText =
  | { readonly _tag: "Read"; readonly text: string }
  | { readonly _tag: "Refused"; readonly problem: string; readonly fix: string; readonly place: Place | null }

/** Without a byte order mark. */
export const readPipelineText = (file: string): PipelineText => {
  try {
    return readRegular(file)
  } catch (thrown) {
    const code = codeOrText(thrown)
    return code === "ENOENT"
      ? refused("is not there", "Give the path of a pipeline file, or write one with deputize build --init.")
      : refused(`cannot be read (${code})`, "Make it a file that you may read.")
  }
}

// internal

/** Longer than any pipeline that somebody keeps in mind. */
const largestFile = 256 * 1024

const refused = (problem: string, fix: string, place: Place | null = null): PipelineText => ({
  _tag: "Refused",
  problem,
  fix,
  place
})

const readRegular = (file: string): PipelineText => {
  // Without O_NONBLOCK a FIFO would hang here.
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = fstatSync(descriptor)
    if (!stats.isFile()) return refused("is not a regular file", "Put a pipeline file there.")
    if (stats.size > largestFile) {
      return refused(`is ${stats.size} bytes, more than ${largestFile}`, "Move what is long into scripts of its own.")
    }
    return textOf(readFileSync(descriptor))
  } finally {
    closeSync(descriptor)
  }
}

const textOf = (bytes: Buffer): PipelineText => {
  const text = bytes.toString("utf8")
  if (isUtf8(bytes)) return { _tag: "Read", text: text.replace(/^\uFEFF/, "") }
  return refused("is not UTF-8 here", "Save it as UTF-8.", badByte(bytes, text))
}

/** Where the first byte stands that is no UTF-8: the first that the text, encoded again, does not have. */
const badByte = (bytes: Buffer, text: string): Place => {
  const again = Buffer.from(text)
  const at = bytes.findIndex((byte, index) => byte !== again[index])
  const lines = bytes.toString("utf8", 0, at).split("\n")
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 }
}
