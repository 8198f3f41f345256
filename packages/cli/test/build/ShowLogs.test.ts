import { appendFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { LogReader } from "../../src/build/LogReader.ts"
import { type Look, showLogs } from "../../src/build/ShowLogs.ts"
import { Output } from "../../src/render/Output.ts"
import { makeFront, temporaryFolder } from "./Front.ts"

const twoLogs = Effect.map(temporaryFolder, (folder) => {
  const [first, second] = [join(folder, "test.1.log"), join(folder, "test.2.log")]
  writeFileSync(first, "first try\n")
  writeFileSync(second, "second \u001b[31mtry\u001b[0m\n日本")
  return { first, second }
})

const shown = (look: Look, all: boolean, isTerminal = false) =>
  Effect.gen(function* () {
    const { output, texts } = makeFront({ isTerminal })
    const hasText = yield* showLogs(Effect.succeed(look), { all }).pipe(Effect.provideService(Output, output))
    expect(hasText).toBe(texts.length > 0)
    return texts.join("")
  })

describe("the logs of a step", () => {
  it.effect("are shown as they are, the last one or all", () =>
    Effect.gen(function* () {
      const { first, second } = yield* twoLogs
      const look = { files: [first, second], isGrowing: false }
      expect(yield* shown(look, true)).toBe("data: first try\ndata: second \u001b[31mtry\u001b[0m\ndata: 日本")
      expect(yield* shown(look, false)).toBe("data: second \u001b[31mtry\u001b[0m\ndata: 日本")
      expect(yield* shown({ files: [], isGrowing: false }, false)).toBe("")
    })
  )

  it.effect("lose their control sequences on a terminal", () =>
    Effect.gen(function* () {
      const { second } = yield* twoLogs
      expect(yield* shown({ files: [second], isGrowing: false }, false, true)).toBe("data: second try\ndata: 日本")
    })
  )

  it.effect("are followed line by line, over attempts, until nothing grows any more", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const [first, second] = [join(folder, "test.1.log"), join(folder, "test.2.log")]
      let look: Look = { files: [], isGrowing: true }
      const { output, texts } = makeFront()
      const fiber = yield* showLogs(
        Effect.sync(() => look),
        { all: false }
      ).pipe(Effect.provideService(Output, output), Effect.forkChild({ startImmediately: true }))
      writeFileSync(first, "one\ntw")
      look = { files: [first], isGrowing: true }
      yield* TestClock.adjust("200 millis")
      expect(texts).toStrictEqual(["data: one\n"])
      appendFileSync(first, "o\n")
      writeFileSync(second, "again\n")
      look = { files: [first, second], isGrowing: true }
      yield* TestClock.adjust("200 millis")
      expect(texts.slice(1)).toStrictEqual(["data: two\n", "data: again\n"])
      appendFileSync(second, "end without a line break")
      look = { files: [first, second], isGrowing: false }
      yield* TestClock.adjust("200 millis")
      yield* Fiber.join(fiber)
      expect(texts.slice(3)).toStrictEqual(["data: end without a line break"])
    })
  )

  it.effect("are read right wherever a piece ends", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "long.log")
      const text = `${"日本語 \u{1f600}\n".repeat(20_000)}end`
      const bytes = Buffer.from(text)
      const reader = new LogReader(file)
      const read: Array<string> = []
      for (let at = 0; at < bytes.length; at += 31_337) {
        appendFileSync(file, bytes.subarray(at, at + 31_337))
        read.push(...reader.more())
      }
      read.push(...reader.rest())
      expect(read.join("") === text).toBe(true)
    })
  )
})
