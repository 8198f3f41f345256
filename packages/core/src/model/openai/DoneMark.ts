/**
 * Whether `data: [DONE]` came. The SDK swallows that line and ends a stream without it just the same, so the bytes are
 * looked at on their way to it. Text of an answer cannot be mistaken for it: there it stands inside a line of JSON.
 */
export class DoneMark {
  isSeen = false

  /** The next bytes of the body, cut anywhere. */
  watch(chunk: Uint8Array): void {
    if (this.isSeen) return
    const bytes = this.#tail.length === 0 ? asBuffer(chunk) : Buffer.concat([this.#tail, chunk])
    this.isSeen = marks(bytes)
    this.#tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - longest)))
  }

  #tail: Buffer = Buffer.alloc(0)
}

// internal

const mark = "[DONE]"
/** A line break or byte order mark, `data:`, a space, the mark, and the line break after it. */
const longest = 3 + "data: ".length + mark.length + 1

const asBuffer = (chunk: Uint8Array): Buffer => Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)

const marks = (bytes: Buffer): boolean => {
  for (let at = bytes.indexOf(mark); at !== -1; at = bytes.indexOf(mark, at + 1)) {
    const before = bytes.toString("latin1", Math.max(0, at - longest), at)
    const after = bytes[at + mark.length]
    if (/(?:^|[\r\n]|\xEF\xBB\xBF)data: ?$/.test(before) && (after === undefined || after === 10 || after === 13))
      return true
  }
  return false
}
