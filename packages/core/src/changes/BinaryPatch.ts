/**
 * Bytes as `git apply` reads them in a patch: compressed, in lines of its base 85, first what comes and then what goes, so
 * that the patch can be taken back. Pure.
 */
import { createHash } from "node:crypto"
import { deflateSync } from "node:zlib"

/** Lines without line feeds. Null is no file. */
export const binaryPatch = (before: Uint8Array | null, after: Uint8Array | null): ReadonlyArray<string> => [
  `index ${objectId(before)}..${objectId(after)}`,
  "GIT binary patch",
  ...literal(after ?? none),
  ...literal(before ?? none)
]

// internal

const none = new Uint8Array(0)

/** The name that git has for these bytes: it refuses a binary patch that does not say from what to what. */
const objectId = (bytes: Uint8Array | null): string =>
  bytes === null ? "0".repeat(40) : createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex")

const literal = (bytes: Uint8Array): ReadonlyArray<string> => {
  const packed = deflateSync(bytes)
  const lines = [`literal ${bytes.length}`]
  for (let at = 0; at < packed.length; at += bytesPerLine) {
    const part = packed.subarray(at, at + bytesPerLine)
    lines.push(`${lengthMarks[part.length - 1]}${base85(part)}`)
  }
  return [...lines, ""]
}

const bytesPerLine = 52

const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
/** A to Z for 1 to 26 bytes, a to z for those above. */
const lengthMarks = upper + upper.toLowerCase()
const digits = `0123456789${upper}${upper.toLowerCase()}!#$%&()*+-;<=>?@^_\`{|}~`

/** Five digits for every four bytes, the last ones filled up with zeros. */
const base85 = (bytes: Uint8Array): string => {
  let text = ""
  for (let at = 0; at < bytes.length; at += 4) {
    let value = 0
    for (let index = at; index < at + 4; index++) value = value * 256 + (bytes[index] ?? 0)
    let group = ""
    for (let index = 0; index < 5; index++) {
      group = (digits[value % 85] ?? "") + group
      value = Math.floor(value / 85)
    }
    text += group
  }
  return text
}
