/**
 * One request and its answer, as the transport saw them: how far they came decides who pays when they fail. Both who
 * reads the answer and the transport write into it.
 */
import type { ModelErrorStage } from "../ModelError.ts"

export class Exchange {
  stage: ModelErrorStage = "unsent"
  /** Milliseconds of silence after which it was given up. */
  stalledMs: number | undefined
  #isAborted = false
  #isOver = false
  #connection: Connection | undefined
  #finished: (() => void) | undefined

  /** Nobody waits for the answer any more. */
  abort(): void {
    this.#isAborted = true
    this.#connection?.abort()
  }

  /** What is done then; at once where that has happened already. */
  connect(connection: Connection): void {
    this.#connection = connection
    if (this.#isAborted) connection.abort()
  }

  /** The last byte came, or the connection is gone: nothing of the request is left. */
  finish(): void {
    this.#isOver = true
    this.#finished?.()
  }

  /**
   * The terminal event came. Lets what has already arrived behind it be read, so that the next request finds this
   * connection free instead of opening another one. A few turns of the event loop at most, no waiting for the provider;
   * none when all has come, so that an agent that has its answer is at its next request before others begin with theirs.
   */
  async complete(): Promise<void> {
    this.#connection?.runOut()
    if (!this.#isOver) await new Promise<void>((resolve) => this.#wait(resolve, mostTurns))
    if (!this.#isOver) this.#connection?.linger()
  }

  #wait(resolve: () => void, turns: number): void {
    this.#finished = resolve
    if (turns === 0) resolve()
    else if (!this.#isOver) setImmediate(() => this.#wait(resolve, turns - 1))
  }
}

/** What the transport does with a request under way. */
export interface Connection {
  /** Closes it, unless it runs out already. */
  readonly abort: () => void
  /** Reads the rest and forgets it. */
  readonly runOut: () => void
  /** Closes it if that takes long. */
  readonly linger: () => void
}

// internal

const mostTurns = 5
