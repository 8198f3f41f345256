/**
 * The end of what a program prints, as text. A flood costs no more than the ring: what is older is forgotten.
 */
import { stripVTControlCharacters } from "node:util"

export class OutputRing {
  readonly #room: Uint8Array
  /** Where the next byte goes. */
  #next = 0
  #isFull = false

  /** The last `bytes` are kept. */
  constructor(bytes: number) {
    this.#room = new Uint8Array(bytes)
  }

  push(chunk: Uint8Array): void {
    const { length } = this.#room
    const tail = chunk.length > length ? chunk.subarray(chunk.length - length) : chunk
    const first = tail.subarray(0, length - this.#next)
    this.#room.set(first, this.#next)
    this.#room.set(tail.subarray(first.length), 0)
    this.#isFull ||= this.#next + tail.length >= length
    this.#next = length === 0 ? 0 : (this.#next + tail.length) % length
  }

  /** All that is kept, as it came; a character that is cut, at the beginning or at the end, is left out. */
  text(): string {
    const bytes = this.#isFull
      ? Buffer.concat([this.#room.subarray(this.#next), this.#room.subarray(0, this.#next)])
      : Buffer.from(this.#room.subarray(0, this.#next))
    return bytes.toString("utf8", this.#isFull ? firstWhole(bytes) : 0, endOfWhole(bytes))
  }

  /** The last `count` lines as a terminal would show them, without the one whose beginning is forgotten. */
  lines(count: number): ReadonlyArray<string> {
    const all = this.text().split("\n")
    if (all.at(-1) === "") all.pop()
    const whole = this.#isFull && all.length > 1 ? all.slice(1) : all
    return count <= 0 ? [] : whole.slice(-count).map(shown)
  }

  /** The last line that shows something, "" where there is none. */
  lastLine(): string {
    const all = this.text().split("\n")
    for (let index = all.length - 1; index >= 0; index -= 1) {
      const line = shown(all[index] ?? "").trim()
      if (line !== "") return line
    }
    return ""
  }
}

// internal

/** A carriage return begins the line anew: of a progress bar only its last state is seen. */
const shown = (line: string): string => {
  const states = stripVTControlCharacters(line).split("\r")
  const last = states.findLast((state) => state.trim() !== "") ?? ""
  return last.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "")
}

/** A character has at most three bytes that continue it. */
const mostContinuing = 3

const isContinuing = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80

const firstWhole = (bytes: Uint8Array): number => {
  let index = 0
  while (index < mostContinuing && isContinuing(bytes[index])) index += 1
  return index
}

const endOfWhole = (bytes: Uint8Array): number => {
  let start = bytes.length - 1
  while (start >= 0 && bytes.length - start <= mostContinuing && isContinuing(bytes[start])) start -= 1
  const lead = bytes[start] ?? 0
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1
  return start >= 0 && length > bytes.length - start ? start : bytes.length
}
