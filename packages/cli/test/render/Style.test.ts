import { describe, expect, it } from "vitest"
import { type ColourChoice, canRedraw, showsUnicode, wantsColour } from "../../src/render/Style.ts"

const linux = (variables: Record<string, string>) => ({ platform: "linux" as const, variables })

describe("colour", () => {
  it.each<[string, ColourChoice, Record<string, string>, boolean, boolean]>([
    ["is on on a terminal", "auto", {}, true, true],
    ["is off in a pipe", "auto", {}, false, false],
    ["is off with NO_COLOR", "auto", { NO_COLOR: "1" }, true, false],
    ["ignores an empty NO_COLOR", "auto", { NO_COLOR: "" }, true, true],
    ["is off in CI", "auto", { CI: "true" }, true, false],
    ["is off on a dumb terminal", "auto", { TERM: "dumb" }, true, false],
    ["is on in a pipe with FORCE_COLOR", "auto", { FORCE_COLOR: "1", NO_COLOR: "1", CI: "1" }, false, true],
    ["is off with FORCE_COLOR=0", "auto", { FORCE_COLOR: "0" }, true, false],
    ["follows --color always before all", "always", { NO_COLOR: "1" }, false, true],
    ["follows --color never before all", "never", { FORCE_COLOR: "1" }, true, false]
  ])("%s", (_, choice, variables, isTerminal, expected) => {
    expect(wantsColour(choice, linux(variables), isTerminal)).toBe(expected)
  })
})

describe("drawing over what is there", () => {
  it("is for a terminal that obeys and that a person looks at, in colour or not", () => {
    const shown = [{}, { NO_COLOR: "1" }, { CI: "1" }, { CI: "false" }, { TERM: "dumb" }, { FORCE_COLOR: "1", CI: "1" }]
    expect(shown.map((variables) => canRedraw({ variables }, true))).toStrictEqual([
      true,
      true,
      false,
      true,
      false,
      false
    ])
    expect(canRedraw({ variables: { FORCE_COLOR: "1" } }, false)).toBe(false)
  })
})

describe("marks beyond ASCII", () => {
  it("follow the locale, the more specific variable first", () => {
    const shown = [
      { LANG: "en_US.UTF-8" },
      { LANG: "ja_JP.utf8" },
      { LANG: "en_US.UTF-8", LC_ALL: "C" },
      { LANG: "C" },
      {}
    ]
    expect(shown.map((variables) => showsUnicode({ platform: "linux", variables }))).toStrictEqual([
      true,
      true,
      false,
      false,
      false
    ])
  })
  it("need a newer terminal on Windows", () => {
    const shown = [{}, { WT_SESSION: "1" }, { TERM_PROGRAM: "vscode" }]
    expect(shown.map((variables) => showsUnicode({ platform: "win32", variables }))).toStrictEqual([false, true, true])
  })
})
