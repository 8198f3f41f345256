import { describe, expect, it } from "@effect/vitest"
import { untested } from "../../src/model/offline/Untested.ts"

const imports = (path: string, ...texts: ReadonlyArray<string>) =>
  texts.map((text, index) => ({ path, line: index + 1, text }))

describe("untested", () => {
  it.each([
    ["a test of the same name", "src/a.ts", ["test/a.test.ts"], []],
    ["a test of the same name in Go", "pkg/a.go", ["pkg/a_test.go"], []],
    ["a test of the same name in Python", "app/a.py", ["tests/test_a.py"], []],
    ["a test of the same name in Java", "src/Cart.java", ["test/CartTest.java"], []],
    ["a relative import", "src/b.ts", [], imports("test/x.test.ts", 'import { b } from "../src/b.ts"')],
    ["a relative import of a folder", "src/c/index.ts", [], imports("test/x.test.ts", 'import { c } from "../src/c"')],
    ["a compiled name", "src/b.ts", [], imports("test/x.test.ts", 'import { b } from "../src/b.js"')],
    [
      "an import by package",
      "packages/core/src/budget/Lease.ts",
      [],
      imports("t.test.ts", 'import "@x/core/budget/Lease"')
    ],
    ["a dynamic import", "src/b.ts", [], imports("test/x.test.ts", 'await import("../src/b.ts")')],
    ["a Python import", "app/money.py", [], imports("tests/x.py", "from app.money import total")]
  ] as const)("leaves out a file with %s", (_, source, tests, lines) => {
    expect(untested({ sources: [source], tests: [...tests], imports: lines, inline: [] })).toStrictEqual([])
  })

  it.each([
    ["another folder's file of that name", imports("test/x.test.ts", 'import { b } from "../lib/b.ts"')],
    ["a file whose name only begins so", imports("test/x.test.ts", 'import { b } from "../src/bb.ts"')]
  ])("keeps a file when a test imports %s", (_, lines) => {
    expect(untested({ sources: ["src/b.ts"], tests: [], imports: lines, inline: [] })).toStrictEqual(["src/b.ts"])
  })

  it("asks no tests of tests, declarations, settings, generated files and files that test themselves", () => {
    const sources = [
      "a.test.ts",
      "a.d.ts",
      "vite.config.ts",
      "dist/a.js",
      "src/lib.rs",
      "test/fixtures/x.ts",
      "notes.md"
    ]
    const inline = [{ path: "src/lib.rs", line: 9, text: "#[cfg(test)]" }]
    expect(untested({ sources, tests: [], imports: [], inline })).toStrictEqual([])
  })
})
