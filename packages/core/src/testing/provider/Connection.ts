/**
 * The way back to one client: writes, waits and cuts that end at once when the client has left.
 *
 * 1. Every wait ends with the connection: no timer and no promise outlives its client.
 * 2. What was sent before a cut reaches the client: the connection is closed behind it, not over it.
 */
import type { ServerResponse } from "node:http"

export class Connection {
  readonly #response: ServerResponse
  /** The server ended it before the answer was over. */
  hasCut = false

  constructor(response: ServerResponse) {
    this.#response = response
  }

  /** More can be sent: the answer is not over, and the client is there. */
  get isOpen(): boolean {
    return !this.#response.destroyed && !this.#response.writableEnded && !this.hasCut
  }

  get hasHeaders(): boolean {
    return this.#response.headersSent
  }

  /** The client left before the answer was over. */
  get isAbandoned(): boolean {
    return !this.#response.writableEnded && !this.hasCut
  }

  head(status: number, headers: Readonly<Record<string, string>>): void {
    this.#response.writeHead(status, headers)
    this.#response.flushHeaders()
  }

  /** A whole answer. */
  async sendJson(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Promise<void> {
    this.head(status, { "content-type": "application/json", ...headers })
    await this.send(JSON.stringify(value))
    this.end()
  }

  /** Resolves when there is room for more. */
  async send(text: string): Promise<void> {
    if (text === "" || !this.isOpen || this.#response.write(text)) return
    await this.#until((resume) => {
      this.#response.once("drain", resume)
      return () => this.#response.off("drain", resume)
    })
  }

  async wait(ms: number): Promise<void> {
    if (ms <= 0) return
    await this.#until((resume) => {
      const timer = setTimeout(resume, ms)
      return () => clearTimeout(timer)
    })
  }

  /** Resolves when the client has left. */
  left(): Promise<void> {
    return this.#until(() => () => {})
  }

  end(): void {
    this.#response.end()
  }

  /** Closes the connection inside the answer, behind `last`, which is sent as it is. */
  cut(last = ""): void {
    this.hasCut = true
    const { socket } = this.#response
    if (last !== "") socket?.write(last)
    socket?.destroySoon()
  }

  /** `begin` starts what is waited for and returns how to give it up. */
  #until(begin: (resume: () => void) => () => void): Promise<void> {
    return new Promise((resolve) => {
      if (!this.isOpen) return resolve()
      const resume = () => {
        giveUp()
        this.#response.off("close", resume)
        resolve()
      }
      const giveUp = begin(resume)
      this.#response.once("close", resume)
    })
  }
}
