/**
 * One request and its answer, as the transport saw them: how far they came decides who pays when they fail. The SDK
 * knows no such thing, so the record travels with the request and both sides write into it.
 */
import type { ModelErrorStage } from "../ModelError.ts"
import { DoneMark } from "./DoneMark.ts"

export class Exchange {
  stage: ModelErrorStage = "unsent"
  /** Milliseconds of silence after which it was given up. */
  stalledMs: number | undefined
  /** The terminal event came. */
  hasEnded = false
  readonly #doneMark: DoneMark | undefined
  #isAborted = false
  #abort: (() => void) | undefined
  readonly #over = Promise.withResolvers<void>()
  #isOver = false

  /** Only Chat Completions end with `data: [DONE]`. */
  constructor(wire: "responses" | "chat") {
    this.#doneMark = wire === "chat" ? new DoneMark() : undefined
  }

  /** Bytes of the answer, on their way to the SDK. */
  watch(chunk: Uint8Array): void {
    this.#doneMark?.watch(chunk)
  }

  get isDone(): boolean {
    return this.#doneMark?.isSeen ?? false
  }

  /** What still comes is let run out, so that the connection can be used again. */
  get isComplete(): boolean {
    return this.hasEnded || this.isDone
  }

  /** Nobody waits for the answer any more. Here and not by a signal, of which the SDK makes three for every request. */
  abort(): void {
    this.#isAborted = true
    this.#abort?.()
  }

  /** What to do then; done at once where that has happened already. */
  onAbort(abort: () => void): void {
    this.#abort = abort
    if (this.#isAborted) abort()
  }

  /** The last byte came, or the connection is gone: nothing of the request is left. */
  finish(): void {
    this.#isOver = true
    this.#over.resolve()
  }

  /**
   * Lets what has already arrived behind the terminal event be read, so that the next request finds this connection
   * free instead of opening another one. A few turns of the event loop at most, no waiting for the provider; none when
   * all has come, so that an agent that has its answer is at its next request before others begin with theirs.
   */
  async runOut(): Promise<void> {
    for (let turn = 0; turn < 5 && !this.#isOver; turn++) await Promise.race([this.#over.promise, nextTurn()])
  }
}

// internal

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
