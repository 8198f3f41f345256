import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { makeLiveScreen } from "../../src/render/LiveScreen.ts"
import { advance, emptyView } from "../../src/render/Progress.ts"
import { makeStreams } from "../../src/render/Streams.ts"
import { makeStyle } from "../../src/render/Style.ts"
import { asked, factsOf, started, viewOf } from "./Events.ts"
import { Terminal } from "./Terminal.ts"

const style = makeStyle(false, true)

/** Both streams on one terminal of 60 columns, its size as it is told. */
const makeRig = (rows = 8) => {
  const terminal = new Terminal(60, rows)
  const size = { columns: 60, rows }
  const writes: Array<string> = []
  const resized = new Set<() => void>()
  const sink = {
    isTTY: true,
    write: (text: string) => {
      writes.push(text)
      // The driver of a terminal adds the carriage return.
      terminal.write(text.replace(/\r?\n/g, "\r\n"))
    }
  }
  const streams = makeStreams({ stdout: sink, stderr: sink })
  const screen = makeLiveScreen(
    { style, texts: true },
    {
      streams,
      size: () => size,
      onResize: (listener) => {
        resized.add(listener)
        return () => void resized.delete(listener)
      }
    }
  )
  return { terminal, streams, screen, writes, size, resized }
}

const view = viewOf([asked("code-reviewer"), started("code-reviewer")])
const tree = ["● code-reviewer  0 / 40,000  thinking", "0 / 80,000 tokens (0 %) · 1 agent: 1 running"]
/** Without the clocks, which stand at 1970 here. */
const still = (lines: ReadonlyArray<string>) => lines.map((line) => line.replace(/^0 s · /, ""))

describe("the live screen", () => {
  it.effect("shows the run after a moment, and takes it away when its scope closes", () => {
    const { resized, screen, streams, terminal } = makeRig()
    return Effect.gen(function* () {
      streams.write("stderr", "header\n")
      yield* Effect.scoped(
        Effect.gen(function* () {
          const live = yield* screen
          live.show(view, "")
          yield* TestClock.adjust("79 millis")
          expect([terminal.lines, terminal.isCursorShown]).toStrictEqual([["header"], false])
          yield* TestClock.adjust("1 millis")
          expect(still(terminal.lines)).toStrictEqual(["header", ...tree])
        })
      )
      streams.write("stdout", "result\n")
      expect([terminal.lines, terminal.isCursorShown, resized.size]).toStrictEqual([["header", "result"], true, 0])
    })
  })

  it.effect("stays below what is written to either stream, and away from an open line", () => {
    const { screen, streams, terminal } = makeRig()
    return Effect.gen(function* () {
      const live = yield* screen
      live.show(view, "")
      yield* TestClock.adjust("80 millis")
      streams.write("stdout", "answer\n")
      streams.write("stderr", "note\n")
      expect(still(terminal.lines)).toStrictEqual(["answer", "note", ...tree])
      streams.write("stdout", "open")
      live.show(view, "")
      yield* TestClock.adjust("2 seconds")
      expect(terminal.lines).toStrictEqual(["answer", "note", "open"])
      streams.write("stdout", " and closed\n")
      expect(still(terminal.lines)).toStrictEqual(["answer", "note", "open and closed", ...tree])
    }).pipe(Effect.scoped)
  })

  it.effect("shows the end of a text that is not written yet above the tree", () => {
    const { screen, terminal } = makeRig(5)
    return Effect.gen(function* () {
      const live = yield* screen
      live.show(view, `first\n${"x".repeat(59)}yyy`)
      yield* TestClock.adjust("80 millis")
      expect(still(terminal.lines)).toStrictEqual(["x".repeat(59), "yyy", ...tree])
    }).pipe(Effect.scoped)
  })

  it.effect("draws a dozen times a second at most, however much happens, and once a second for the clocks", () => {
    const { screen, writes } = makeRig()
    return Effect.gen(function* () {
      const live = yield* screen
      writes.length = 0
      const events = factsOf([
        asked("code-reviewer"),
        started("code-reviewer"),
        ...Array.from({ length: 1_000 }, (_, index) => ({
          what: "agent.TurnProgress",
          body: { turn: 1, text: `word ${index} ` }
        }))
      ])
      let shown = emptyView
      for (const event of events) {
        shown = advance(shown, event)
        live.show(shown, "")
        yield* TestClock.adjust("1 millis")
      }
      expect(writes.length).toBe(12)
      yield* TestClock.adjust("1 seconds")
      writes.length = 0
      yield* TestClock.adjust("5200 millis")
      expect(writes.length).toBeLessThanOrEqual(5)
    }).pipe(Effect.scoped)
  })

  it.effect("draws itself again for another size of the window", () => {
    const { resized, screen, size, terminal } = makeRig()
    return Effect.gen(function* () {
      const live = yield* screen
      live.show(view, "")
      yield* TestClock.adjust("80 millis")
      size.columns = 30
      for (const listener of resized) listener()
      yield* TestClock.adjust("80 millis")
      expect(still(terminal.lines)).toStrictEqual(["● code-re…  thinking", "0 / 80,000 tokens (0 %…"])
    }).pipe(Effect.scoped)
  })

  it.effect("gives the terminal back at once when it is told to, and draws nothing after that", () => {
    const { screen, streams, terminal } = makeRig()
    return Effect.gen(function* () {
      const live = yield* screen
      live.show(view, "")
      yield* TestClock.adjust("80 millis")
      streams.restore()
      live.show(view, "more")
      yield* TestClock.adjust("2 seconds")
      expect([terminal.lines, terminal.isCursorShown]).toStrictEqual([[], true])
    }).pipe(Effect.scoped)
  })

  it.effect("is away while the process is stopped in the background", () => {
    const { screen, streams, terminal } = makeRig()
    return Effect.gen(function* () {
      const live = yield* screen
      live.show(view, "")
      yield* TestClock.adjust("80 millis")
      streams.suspend()
      expect([terminal.lines, terminal.isCursorShown]).toStrictEqual([[], true])
      streams.resume()
      expect([still(terminal.lines), terminal.isCursorShown]).toStrictEqual([tree, false])
    }).pipe(Effect.scoped)
  })
})
