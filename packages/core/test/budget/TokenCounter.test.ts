import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import type { Worker } from "node:worker_threads"
import { describe, expect, it, layer } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Scope from "effect/Scope"
import { TestClock } from "effect/testing"
import { countTokens } from "gpt-tokenizer/encoding/o200k_base"
import { upperBound } from "../../src/budget/Estimate.ts"
import { TokenCounter } from "../../src/budget/TokenCounter.ts"

const count = (...texts: ReadonlyArray<string>) => Effect.flatMap(TokenCounter, (counter) => counter.count(texts))
const thirds = (text: string) => Math.ceil((Buffer.byteLength(JSON.stringify(text)) - 2) / 3)
const exactly = (text: string) => Math.max(countTokens(text, { disallowedSpecial: new Set<string>() }), thirds(text))
const fork = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.forkChild(effect, { startImmediately: true })

const small = (most: number) => Schema.Int.pipe(Schema.check(Schema.isBetween({ minimum: 0, maximum: most })))
const words = ["the", "journal's", "IT'S", "e\u0301", "naïve", "漢字", "x1", "don't"]
const breaks = [" ", "\n", "\n\n  ", "\t\t", ". ", "/", "-", "'", "。", "(){};\n", "  ", "7 "]
const Words = Schema.Array(Schema.Tuple([small(words.length - 1), small(breaks.length - 1)])).pipe(
  Schema.check(Schema.isMinLength(100), Schema.isMaxLength(600))
)

layer(TokenCounter.layer)("the token counter", (it) => {
  it.effect("counts what the encoding counts, and never less than a third of the bytes that are sent", () =>
    Effect.gen(function* () {
      const texts = [
        "",
        "The journal is append-only.",
        'const a = { b: "c" }\n\t\tif (x) return\n',
        "日本語の文章と絵文字👩‍👩‍👧‍👦",
        "<|endoftext|>",
        '\t\t\t\t\t\t\t\t""""""""',
        "half a pair: \ud83d"
      ]
      expect(yield* count(...texts)).toStrictEqual(texts.map(exactly))
    })
  )

  it.effect.prop("counts a text of words exactly, however long it is", [Words], ([drawn]) =>
    Effect.gen(function* () {
      const text = drawn.map(([word, space]) => `${words[word]}${breaks[space]}`).join("")
      expect(yield* count(text)).toStrictEqual([exactly(text)])
      return true
    })
  )

  it.effect("cuts no word in two, wherever in it the thousandth character is", () =>
    Effect.gen(function* () {
      const shifts = Array.from({ length: 8 }, (_, index) => "x".repeat(index))
      const texts = [" don't", " WE'LL", " e\u0301te\u0301", " l'été"].flatMap((word) =>
        shifts.map((shift) => shift + word.repeat(1000))
      )
      expect(yield* count(...texts)).toStrictEqual(texts.map(exactly))
    })
  )

  it.effect.prop(
    "counts a run without words at or a little above what the encoding counts",
    [Schema.Literals(["ei", "ab", "=-", " \n", "aeiou", "abcdefghijklmnopqrstuvwxyz", "的是了"]), small(2 ** 31 - 1)],
    ([letters, seed]) =>
      Effect.gen(function* () {
        let state = seed
        const draw = () => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
          return letters[state % letters.length] ?? ""
        }
        const text = Array.from({ length: 3000 }, draw).join("")
        const [counted = 0] = yield* count(text)
        expect(counted).toBeGreaterThanOrEqual(exactly(text))
        expect(counted).toBeLessThanOrEqual(exactly(text) + 3 * 8)
        return true
      }),
    { arbitrary: { runs: 60 } }
  )

  it.effect("counts texts made to be slow in a moment, and takes the bound for one that is no prompt", () =>
    Effect.gen(function* () {
      const startedAt = performance.now()
      const slow = ["a", " ", "\n", "/\n", "=-", "e\u0301", "漢"].map((run) => run.repeat(200_000 / run.length))
      const long = "a".repeat(2 ** 20)
      const counts = yield* count(...slow, long)
      expect(performance.now() - startedAt).toBeLessThan(5_000)
      expect(counts.map((tokens, index) => tokens >= thirds(slow[index] ?? long))).toStrictEqual(counts.map(() => true))
      expect(counts.at(-1)).toBe(upperBound(long))
    })
  )

  it.effect("answers several callers at once each their own", () =>
    Effect.gen(function* () {
      const fibers = yield* Effect.forEach(["one", "two words", "one"], (text) => fork(count(text, "x")))
      expect(yield* Fiber.joinAll(fibers)).toStrictEqual([
        [1, 1],
        [3, 1],
        [1, 1]
      ])
    })
  )
})

/** A tokenizer of our own; `texts` and `answer(counts)` are in its reach. */
const layerOf = (onTexts: string) =>
  TokenCounter.layerOf(
    new URL(
      `data:text/javascript,${encodeURIComponent(`
        import { parentPort } from "node:worker_threads"
        let total = 0
        parentPort.on("message", ({ id, texts }) => {
          const answer = (counts) => parentPort.postMessage({ id, counts })
          ${onTexts}
        })`)}`
    )
  )
/** Never the same count twice. */
const numbering = layerOf("answer(texts.map(() => 1000 + total++))")

/** The workers that are started from here on. */
const started = Effect.acquireRelease(
  Effect.sync(() => {
    const workers: Array<Worker> = []
    const listen = (worker: Worker) => void workers.push(worker)
    process.on("worker", listen)
    return { workers, listen }
  }),
  ({ listen }) => Effect.sync(() => process.off("worker", listen))
).pipe(Effect.map(({ workers }) => workers))

describe("the worker of the token counter", () => {
  it.effect("is started by the first text that needs it, once, and ends with the scope", () =>
    Effect.gen(function* () {
      const workers = yield* started
      const scope = yield* Scope.make()
      const counter = Context.get(yield* Layer.buildWithScope(numbering, scope), TokenCounter)
      yield* counter.count([])
      yield* counter.count(["x".repeat(2 ** 20)])
      yield* Effect.yieldNow
      expect(workers.length).toBe(0)
      yield* counter.count(["one"])
      yield* counter.count(["two"])
      expect(workers.length).toBe(1)
      yield* Scope.close(scope, Exit.void)
      expect(workers.map(({ threadId }) => threadId)).toStrictEqual([-1])
    }).pipe(Effect.scoped)
  )

  it.effect("is not asked again for a text that was counted, until two hundred others were", () =>
    Effect.gen(function* () {
      expect(yield* count("prompt", "other", "prompt")).toStrictEqual([1000, 1001, 1000])
      const many = Array.from({ length: 199 }, (_, index) => `text ${index}`)
      yield* count(...many.slice(0, 100))
      expect(yield* count("prompt")).toStrictEqual([1000])
      yield* count(...many.slice(100))
      expect(yield* count("prompt", "other")).toStrictEqual([1000, 1201])
    }).pipe(Effect.provide(numbering))
  )

  it.effect("leaves the bound where it cannot be started or fails, and is started again for the next text", () =>
    Effect.gen(function* () {
      const missing = TokenCounter.layerOf(new URL("file:///nowhere/tokenWorker.js"))
      expect(yield* count("some text").pipe(Effect.provide(missing))).toStrictEqual([upperBound("some text")])
      const failing = layerOf('if (texts[0] === "poison") throw new Error("failed"); answer(texts.map(() => 1000))')
      yield* Effect.gen(function* () {
        const fibers = yield* Effect.forEach(["poison", "beside it"], (text) => fork(count(text)))
        expect(yield* Fiber.joinAll(fibers)).toStrictEqual([[upperBound("poison")], [upperBound("beside it")]])
        expect(yield* count("next")).toStrictEqual([1000])
      }).pipe(Effect.provide(failing))
    })
  )

  it.effect("is ended when it does not answer, and the bound is taken", () =>
    Effect.gen(function* () {
      const workers = yield* started
      const waiting = yield* fork(count("some text"))
      const beside = yield* fork(count("other"))
      yield* TestClock.adjust("19 seconds")
      expect([waiting.pollUnsafe(), beside.pollUnsafe()]).toStrictEqual([undefined, undefined])
      yield* TestClock.adjust("1 second")
      expect(yield* Fiber.joinAll([waiting, beside])).toStrictEqual([[upperBound("some text")], [upperBound("other")]])
      expect(workers.map(({ threadId }) => threadId)).toStrictEqual([-1])
    }).pipe(Effect.provide(layerOf("for (;;) total++")), Effect.scoped)
  )

  it.effect("lets go of whoever is interrupted, and answers the others", () =>
    Effect.gen(function* () {
      const interrupted = yield* fork(count("held"))
      const other = yield* fork(count("other"))
      yield* Fiber.interrupt(interrupted)
      expect(Exit.hasInterrupts(yield* Fiber.await(interrupted))).toBe(true)
      expect(yield* Fiber.join(other)).toStrictEqual([1001])
      // The late answer to the first question comes with the one to this, and is nobody's.
      expect(yield* count("last")).toStrictEqual([1002])
    }).pipe(
      Effect.provide(
        layerOf(`const number = 1000 + total++
                 if (texts[0] === "held") globalThis.late = () => answer([number])
                 else { if (texts[0] === "last") globalThis.late(); answer([number]) }`)
      )
    )
  )

  it.effect("leaves the bound to those who still wait when the scope closes", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const counter = Context.get(yield* Layer.buildWithScope(layerOf(""), scope), TokenCounter)
      const waiting = yield* fork(counter.count(["some text"]))
      yield* Scope.close(scope, Exit.void)
      expect(yield* Fiber.join(waiting)).toStrictEqual([upperBound("some text")])
    })
  )

  it.live("does not keep a process alive that has nothing else to do", () =>
    Effect.gen(function* () {
      const script = fileURLToPath(new URL("./countTokens.ts", import.meta.url))
      const run = promisify(execFile)(process.execPath, ["--conditions=@deputize/source", script, "The journal."], {
        timeout: 20_000
      })
      expect(yield* Effect.promise(() => run)).toStrictEqual({ stdout: "[4]", stderr: "" })
    })
  )
})
