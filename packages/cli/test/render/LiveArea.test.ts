import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { makeLiveArea } from "../../src/render/LiveArea.ts"
import { Terminal } from "./Terminal.ts"

const shown = (columns: number, rows: number, frames: ReadonlyArray<ReadonlyArray<string>>, above = "") => {
  const terminal = new Terminal(columns, rows)
  const area = makeLiveArea()
  terminal.write(above)
  for (const lines of frames) terminal.write(area.draw(lines))
  return { terminal, area }
}

describe("the live area", () => {
  it("grows, shrinks and changes in place, below what is there", () => {
    const { terminal } = shown(20, 6, [["a"], ["a", "b", "c"], ["A", "b"], ["A", "b", "日本語"]], "header\r\n")
    expect(terminal.lines).toStrictEqual(["header", "A", "b", "日本語"])
    expect(terminal.cursor).toStrictEqual([1, 0])
  })

  it("writes the lines that have changed and no others", () => {
    const { area } = shown(20, 6, [["one", "two", "three"]])
    expect(area.draw(["one", "2", "three"])).toBe("\u001b[?7l\r\u001b[1B2\u001b[K\r\u001b[1A\u001b[?7h")
    expect(area.draw(["one", "2", "three"])).toBe("")
  })

  it("scrolls what is above it at the end of the screen", () => {
    const { terminal } = shown(20, 4, [["a"], ["a", "b", "c"]], "1\r\n2\r\n3\r\n")
    expect([terminal.scrolled, terminal.lines]).toStrictEqual([
      ["1", "2"],
      ["3", "a", "b", "c"]
    ])
  })

  it("leaves nothing behind when it is erased", () => {
    const { area, terminal } = shown(20, 4, [["a", "b", "c"]], "1\r\n")
    terminal.write(`${area.erase()}2\r\n`)
    expect(terminal.lines).toStrictEqual(["1", "2"])
    expect(area.erase()).toBe("")
    terminal.write(area.draw(["x"]))
    expect(terminal.lines).toStrictEqual(["1", "2", "x"])
  })

  it("stays on its lines where a terminal sees a character wider than we do", () => {
    const { terminal } = shown(5, 4, [
      ["abcdefgh", "b"],
      ["abcdefgX", "B"]
    ])
    expect(terminal.lines).toStrictEqual(["abcdX", "B"])
  })

  it.effect.prop(
    "shows the last frame, whatever was written above it and in between",
    [Schema.Array(Schema.Array(Schema.Literals(["", "a", "日本語", "x y", "👩‍💻!"]))), Schema.Int],
    ([frames, number]) =>
      Effect.sync(() => {
        const rows = 2 + Math.abs(number % 7)
        const terminal = new Terminal(12, rows)
        const area = makeLiveArea()
        const told: Array<string> = []
        for (const [index, lines] of frames.entries()) {
          if (index % 3 === 2) {
            terminal.write(`${area.erase()}told ${index}\r\n`)
            told.push(`told ${index}`)
          }
          terminal.write(area.draw(lines.slice(0, rows - 1)))
        }
        const last = (frames.at(-1) ?? []).slice(0, rows - 1)
        const expected = [...told, ...last]
        expect(terminal.all).toStrictEqual(expected.slice(0, expected.findLastIndex((line) => line !== "") + 1))
      })
  )
})
