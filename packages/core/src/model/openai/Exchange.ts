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
  /** The last byte came: the connection is free. */
  hasRunOut = false
  readonly #doneMark: DoneMark | undefined

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

  /**
   * Lets what has already arrived behind the terminal event be read, so that the next request finds this connection
   * free instead of opening another one. A few turns of the event loop at most, no waiting for the provider.
   */
  async runOut(): Promise<void> {
    for (let turn = 0; turn < 4 && !this.hasRunOut; turn++) await nextTurn()
    await nextTurn()
  }
}

// internal

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))
