/**
 * Counts tokens as a model does, for budgets that the cheap bound of `Estimate` does not fit into. Loads the tokenizer
 * only when it is asked for the first time, in a worker thread that ends with the layer's scope.
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
     * For each text its tokens in `o200k_base`, and at least a third of the bytes that it takes as a JSON string. A few
     * more for text that has no words in it; the cheap bound where tokens cannot be counted.
     */
    readonly count: (texts: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<number>>
  }
>()("@deputize/core/budget/TokenCounter") {
  /** With the tokenizer, or any other module that answers `ToCount` with `Counted`. */
  static readonly layerOf = (tokenizer: URL): Layer.Layer<TokenCounter> =>
    Layer.effect(
      TokenCounter,
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => new Counter(tokenizer)),
          (counter) => Effect.promise(() => counter.stop())
        ),
        (counter) => TokenCounter.of({ count: (texts) => countAll(counter, texts) })
      )
    )

  /** The worker stands beside this file, which is TypeScript in the repository and JavaScript in a package or a bundle. */
  static readonly layer: Layer.Layer<TokenCounter> = TokenCounter.layerOf(
    new URL(import.meta.url.endsWith(".ts") ? "./tokenWorker.ts" : "./tokenWorker.js", import.meta.url)
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

/** In characters. Longer texts are no prompts; the bound will do. */
const longestText = 200_000
/** Texts whose counts are remembered: prompts and tool descriptions, which many agents share. */
const mostKnown = 200
const longestKnown = 50_000
/** Loading takes a tenth of a second, the worst text of the longest length as long. */
const patience = "20 seconds"

const countAll = Effect.fnUntraced(function* (counter: Counter, texts: ReadonlyArray<string>) {
  const tokens = new Map(texts.map((text) => [text, counter.known.get(text)]))
  const wanted = [...tokens.keys()].filter((text) => tokens.get(text) === undefined && text.length <= longestText)
  const counts = wanted.length === 0 ? [] : yield* counted(counter, wanted)
  for (const [index, text] of wanted.entries()) tokens.set(text, counts[index])
  for (const [text, known] of tokens) counter.keep(text, known)
  return texts.map((text) => {
    const known = tokens.get(text)
    return known === undefined ? upperBound(text) : Math.max(known, Math.ceil(jsonBytes(text) / 3))
  })
})

/** Nothing where the worker fails or takes too long. */
const counted = (counter: Counter, texts: ReadonlyArray<string>): Effect.Effect<ReadonlyArray<number>> =>
  Effect.callback<ReadonlyArray<number>>((resume) => {
    const forget = counter.ask(texts, (counts) => resume(Effect.succeed(counts)))
    return Effect.sync(forget)
  }).pipe(
    Effect.timeoutOrElse({
      duration: patience,
      // What is stuck once would keep everybody after this one waiting, too.
      orElse: () =>
        Effect.as(
          Effect.promise(() => counter.stop()),
          []
        )
    })
  )

/** Bytes of the text inside a JSON string. */
const jsonBytes = (text: string): number => Buffer.byteLength(JSON.stringify(text)) - 2

/** The worker, what it is asked, and what it has answered. */
class Counter {
  readonly known = new Map<string, number>()
  readonly #tokenizer: URL
  readonly #asked = new Map<number, (counts: ReadonlyArray<number>) => void>()
  #worker: Worker | undefined
  #next = 0

  constructor(tokenizer: URL) {
    this.#tokenizer = tokenizer
  }

  /** Calls back once; with nothing when the worker ends before it answers. Returns what forgets the question. */
  ask(texts: ReadonlyArray<string>, answer: (counts: ReadonlyArray<number>) => void): () => void {
    const id = this.#next++
    this.#asked.set(id, answer)
    try {
      this.#worker ??= this.#start()
      this.#worker.postMessage({ id, texts } satisfies ToCount)
    } catch {
      // A process may be denied threads.
      this.#giveUp()
    }
    return () => void this.#asked.delete(id)
  }

  /** The last used are kept. */
  keep(text: string, tokens: number | undefined): void {
    if (tokens === undefined || text.length > longestKnown) return
    this.known.delete(text)
    this.known.set(text, tokens)
    for (const oldest of this.known.keys()) {
      if (this.known.size <= mostKnown) break
      this.known.delete(oldest)
    }
  }

  /** Ends the worker; the next question starts another. */
  async stop(): Promise<void> {
    const worker = this.#worker
    this.#giveUp()
    await worker?.terminate()
  }

  #start(): Worker {
    const worker = new Worker(this.#tokenizer)
    worker.on("message", ({ counts, id }: Counted) => {
      const answer = this.#asked.get(id)
      this.#asked.delete(id)
      answer?.(counts)
    })
    // It exits after an error, too; without a listener the error would end this process.
    worker.on("error", () => {})
    worker.on("exit", () => {
      if (this.#worker === worker) this.#giveUp()
    })
    // A process that has nothing else to do does not wait for it. Last, as listening for messages holds it again.
    worker.unref()
    return worker
  }

  #giveUp(): void {
    this.#worker = undefined
    const waiting = [...this.#asked.values()]
    this.#asked.clear()
    for (const answer of waiting) answer([])
  }
}
