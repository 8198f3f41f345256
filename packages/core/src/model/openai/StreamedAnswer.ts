/**
 * The answer of a provider as it comes: its headers, and the text of its body in pieces, cut anywhere but inside a
 * character. Nothing is read that nobody asks for: what the server sends meanwhile stays in the socket.
 */
import type { IncomingHttpHeaders } from "node:http"
import type { Readable } from "node:stream"
import { StringDecoder } from "node:string_decoder"

export class StreamedAnswer {
  readonly headers: IncomingHttpHeaders
  readonly #body: Readable
  readonly #decoder = new StringDecoder("utf8")
  #waiting: PromiseWithResolvers<string | undefined> | undefined
  #isOver = false
  #error: unknown

  constructor(body: Readable, headers: IncomingHttpHeaders = {}) {
    this.headers = headers
    this.#body = body
    body.on("readable", () => {
      const text = this.#waiting === undefined ? undefined : this.#take()
      if (text !== undefined) this.#settle(text)
    })
    body.on("end", () => this.#finish(undefined))
    body.on("error", (error) => this.#finish(error))
    body.on("close", () => this.#finish(closed))
  }

  /** All that has come in the meantime, or what comes next; undefined behind the end. Rejects when it breaks off. */
  next(): Promise<string | undefined> {
    const text = this.#take()
    if (text !== undefined) return Promise.resolve(text)
    this.#waiting = Promise.withResolvers()
    const { promise } = this.#waiting
    if (this.#isOver) this.#settle(undefined)
    return promise
  }

  #take(): string | undefined {
    const bytes: unknown = this.#body.read()
    return Buffer.isBuffer(bytes) ? this.#decoder.write(bytes) : undefined
  }

  #finish(error: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#error = error
    this.#settle(undefined)
  }

  #settle(text: string | undefined): void {
    const waiting = this.#waiting
    this.#waiting = undefined
    if (text === undefined && this.#error !== undefined) waiting?.reject(this.#error)
    else waiting?.resolve(text)
  }
}

// internal

const closed = new Error("the connection was closed")
