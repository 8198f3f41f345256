/**
 * What the host has to tell, in order: one batch is on its way at a time, and whatever happens meanwhile is the next one.
 *
 * 1. Events leave in the order in which they were put in.
 * 2. `delivered` comes when all that was put in before it was acknowledged.
 * 3. Output may wait for a moment, so that a talkative task costs one message for many chunks; nothing else waits.
 */
import type { HostEvent } from "../HostMessage.ts"

export class Outbox {
  readonly #send: (number: number, events: ReadonlyArray<HostEvent>) => void
  #waiting: Array<HostEvent> = []
  #number = 0
  #isOnItsWay = false
  #isAbandoned = false
  /** Something of what waits is not to wait any longer. */
  #isDue = false
  #timer: NodeJS.Timeout | undefined
  /** Who waits for the batch on its way, and who for the one after it. */
  #forThis: Array<() => void> = []
  #forNext: Array<() => void> = []

  constructor(send: (number: number, events: ReadonlyArray<HostEvent>) => void) {
    this.#send = send
  }

  put(event: HostEvent): void {
    const last = this.#waiting.at(-1)
    if (event._tag === "Output" && last?._tag === "Output" && last.task === event.task)
      this.#waiting[this.#waiting.length - 1] = { ...last, text: last.text + event.text }
    else this.#waiting.push(event)
    if (event._tag === "Output") this.#timer ??= setTimeout(() => this.#due(), outputDelayMs)
    else this.#due()
  }

  delivered(): Promise<void> {
    if (this.#isAbandoned) return Promise.resolve()
    if (this.#waiting.length === 0 && !this.#isOnItsWay) return Promise.resolve()
    return new Promise((resolve) => {
      if (this.#waiting.length === 0) {
        this.#forThis.push(resolve)
      } else {
        this.#forNext.push(resolve)
        this.#due()
      }
    })
  }

  acknowledged(number: number): void {
    if (number !== this.#number || !this.#isOnItsWay) return
    this.#isOnItsWay = false
    const heard = this.#forThis
    this.#forThis = []
    for (const resolve of heard) resolve()
    this.#flush()
  }

  /** Nobody waits any longer, now or later: the end has been asked for. */
  abandon(): void {
    this.#isAbandoned = true
    for (const resolve of [...this.#forThis, ...this.#forNext]) resolve()
  }

  #due(): void {
    this.#isDue = true
    this.#flush()
  }

  #flush(): void {
    if (!this.#isDue || this.#isOnItsWay || this.#waiting.length === 0) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    const events = this.#waiting
    this.#waiting = []
    this.#forThis = this.#forNext
    this.#forNext = []
    this.#isDue = false
    this.#isOnItsWay = true
    this.#number += 1
    this.#send(this.#number, events)
  }
}

// internal

/** A view shows ten lines a second at most. */
const outputDelayMs = 50
