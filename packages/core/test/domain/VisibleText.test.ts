import { expect, it } from "@effect/vitest"
import { visibleLine, visibleText } from "../../src/domain/VisibleText.ts"

it.each([
  ["a colour", "\u001b[31mred", "\\u{1b}[31mred"],
  ["a clipboard sequence", "\u001b]52;c;x\u0007", "\\u{1b}]52;c;x\\u{7}"],
  ["a C1 control", "a\u009b31m", "a\\u{9b}31m"],
  ["a lone carriage return", "safe\rrm", "safe\\u{d}rm"],
  ["text that runs backwards", "a\u202eb", "a\\u{202e}b"],
  ["a zero-width space", "a\u200bb", "a\\u{200b}b"],
  ["invisible tag characters", "a\u{e0041}b", "a\\u{e0041}b"],
  ["tabs, line ends, umlauts, joined emoji", "ä\t👩‍💻\n", "ä\t👩‍💻\n"]
])("spells out what hides or moves text, and only that: %s", (_, text, visible) => {
  expect(visibleText(text)).toBe(visible)
})

it("keeps a line one line", () => {
  expect(visibleLine("a\tb\nc")).toBe("a\\u{9}b\\u{a}c")
})
