/**
 * Finds and ends what left the group of a supervised process. All processes of the machine are looked at for it, at about
 * 5 µs each, so those that end in the same moment share a look.
 */
import { endAll } from "./Ending.ts"
import { canSee, holdersOf } from "./ProcessTable.ts"

export interface Ended {
  /** Stands in the environment of the process and of all that it started. */
  readonly marker: string
  /** Called when nobody carries the marker any more. */
  readonly onGone: () => void
  /** A process that ended well seldom leaves anything behind; where a look is dear it waits for the next one. */
  readonly mayWait: boolean
}

export class Escapes {
  #asked: Array<Ended> = []
  #next: Promise<void> | undefined
  /** Of the last two looks: one alone may have been kept waiting by other work. */
  #costs: readonly [number, number] = [0, 0]
  readonly #dearMs: number

  /** What ended well waits where a look takes longer than `dearMs`. */
  constructor(dearMs = 5) {
    this.#dearMs = dearMs
  }

  /** Ends when nobody carries the marker any more, or at once if that waits. */
  end(ended: Ended): Promise<void> {
    this.#asked.push(ended)
    const isDear = Math.min(...this.#costs) > this.#dearMs
    return ended.mayWait && isDear && this.#asked.length < mostWaiting ? Promise.resolve() : this.flush()
  }

  flush(): Promise<void> {
    this.#next ??= new Promise((resolve) => setImmediate(resolve)).then(() => {
      this.#next = undefined
      return this.#look()
    })
    return this.#next
  }

  async #look(): Promise<void> {
    const asked = this.#asked
    this.#asked = []
    const since = performance.now()
    const holders = canSee ? holdersOf(asked.map(({ marker }) => marker)) : new Map<string, ReadonlyArray<number>>()
    this.#costs = [this.#costs[1], performance.now() - since]
    await Promise.all(
      asked.map(async ({ marker, onGone }) => {
        const find = () => holdersOf([marker]).get(marker) ?? []
        if (!holders.has(marker) || (await endAll(find, graceMs))) onGone()
      })
    )
  }
}

// internal

/** So that records of what has long ended do not pile up. */
const mostWaiting = 100
const graceMs = 1_000
