/**
 * Counts tokens as a model does, for budgets that the cheap bound of `Estimate` does not fit into. Loads the tokenizer
 * only when it is asked for the first time, in a worker thread.
 */
import { Worker } from "node:worker_threads"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { upperBound } from "./Estimate.ts"

export class TokenCounter extends Context.Service<
  TokenCounter,
  {
    /**
     * For each text its tokens in `o200k_base`, and at least a third of the bytes that it takes as a JSON string. Where
     * they cannot be counted, the cheap bound.
     */
    readonly count: (texts: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<number>>
  }
>()("@deputize/core/budget/TokenCounter") {
  static readonly layer: Layer.Layer<TokenCounter> = Layer.effect(
    TokenCounter,
    Effect.map(
      Effect.acquireRelease(
        Effect.sync(() => new Counter()),
        (counter) => Effect.promise(() => counter.close())
      ),
      (counter) => TokenCounter.of({ count: (texts) => countAll(counter, texts) })
    )
  )
}

/** What the worker is sent, and what it answers. */
export interface ToCount {
  readonly id: number
  readonly texts: ReadonlyArray<string>
}
export interface Counted {
  readonly id: number
  readonly counts: ReadonlyArray<number>
}

// internal

/** Longer texts are no prompts; the bound will do. */
const longestText = 200_000
const mostKnown = 200
const patience = "20 seconds"

const countAll = Effect.fnUntraced(function* (counter: Counter, texts: ReadonlyArray<string>) {
  const wanted = [...new Set(texts.filter((text) => text.length <= longestText && !counter.known.has(text)))]
  const counts = wanted.length === 0 ? [] : yield* counted(counter, wanted)
  const fresh = new Map(wanted.map((text, index) => [text, counts[index]]))
  for (const [text, tokens] of fresh) if (tokens !== undefined) counter.keep(text, tokens)
  return texts.map((text) => {
    const tokens = fresh.get(text) ?? counter.known.get(text)
    return tokens === undefined ? upperBound(text) : Math.max(tokens, Math.ceil(jsonBytes(text) / 3))
  })
})

/** Nothing where the worker fails or takes too long. */
const counted = (counter: Counter, texts: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<number>> =>
  Effect.callback<ReadonlyArray<number>>((resume) => {
    const forget = counter.ask(texts, (counts) => resume(Effect.succeed(counts)))
    return Effect.sync(forget)
  }).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed([]) }))

/** Bytes of the text inside a JSON string. */
const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2

/** The worker and what is asked of it. */
class Counter {
  readonly known = new Map<string, number>()
  readonly #asked = new Map<number, (counts: ReadonlyArray<number>) => void>()
  #worker: Worker | undefined
  #next = 0

  /** Calls back once; with nothing when the worker has failed. Returns what forgets the question. */
  ask(texts: ReadonlyArray<string>, answer: (counts: ReadonlyArray<number>) => void): () => void {
    const id = this.#next++
    this.#asked.set(id, answer)
    this.#worker ??= this.#start()
    this.#worker.postMessage({ id, texts } satisfies ToCount)
    return () => void this.#asked.delete(id)
  }

  /** The newest are kept. */
  keep(text: string, tokens: number): void {
    for (const oldest of this.known.keys()) {
      if (this.known.size < mostKnown) break
      this.known.delete(oldest)
    }
    this.known.set(text, tokens)
  }

  async close(): Promise<void> {
    await this.#worker?.terminate()
  }

  #start(): Worker {
    // Beside this file, which is TypeScript in the repository and JavaScript in a package or a bundle.
    const worker = new Worker(
      new URL(import.meta.url.endsWith(".ts") ? "./tokenWorker.ts" : "./tokenWorker.js", import.meta.url)
    )
    // A process that has nothing else to do does not wait for it.
    worker.unref()
    worker.on("message", ({ counts, id }: Counted) => {
      const answer = this.#asked.get(id)
      this.#asked.delete(id)
      answer?.(counts)
    })
    worker.on("error", () => this.#fail())
    return worker
  }

  #fail(): void {
    this.#worker = undefined
    const waiting = [...this.#asked.values()]
    this.#asked.clear()
    for (const answer of waiting) answer([])
  }
}
