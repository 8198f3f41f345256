/**
 * Reads a file that may still grow, a piece at a time and in whole lines.
 */
import { closeSync, openSync, readSync } from "node:fs"

export class LogReader {
  readonly #file: string
  readonly #decoder = new TextDecoder()
  readonly #buffer = new Uint8Array(pieceBytes)
  #position = 0
  /** The beginning of a line whose end is not there yet. */
  #open = ""

  constructor(file: string) {
    this.#file = file
  }

  /** The lines that have come since the last call. */
  *more(): Generator<string> {
    const descriptor = openSync(this.#file, "r")
    try {
      for (;;) {
        const bytes = readSync(descriptor, this.#buffer, 0, pieceBytes, this.#position)
        if (bytes === 0) return
        this.#position += bytes
        const text = this.#open + this.#decoder.decode(this.#buffer.subarray(0, bytes), { stream: true })
        const end = text.lastIndexOf("\n") + 1
        this.#open = text.slice(end)
        yield text.slice(0, end)
      }
    } finally {
      closeSync(descriptor)
    }
  }

  /** The same with what stands behind the last line break: nothing more is expected. */
  *rest(): Generator<string> {
    yield* this.more()
    yield this.#open + this.#decoder.decode()
    this.#open = ""
  }
}

// internal

const pieceBytes = 65_536
