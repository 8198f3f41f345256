import { describe, expect, it } from "@effect/vitest"
import { covers, names, problem } from "../../src/policy/PathRule.ts"

type Case = readonly [rule: string, path: string, covered: boolean]

const check = (cases: ReadonlyArray<Case>) =>
  expect(cases.map(([rule, path]) => [rule, path, covers(rule, path)])).toStrictEqual(cases)

describe("a path rule", () => {
  it("that names a folder covers it and all below, and no sibling whose name begins alike", () =>
    check([
      ["src", "src", true],
      ["src", "src/a/.hidden/b", true],
      ["./src/", "src/a", true],
      ["src", "src-evil/a", false],
      ["src", "srcs", false],
      ["src", "lib/src/a", false],
      ["docs/api.md", "docs/api.md", true],
      ["docs/api.md", "docs/api.md.bak", false],
      [".", "any/thing", true],
      ["./", ".", true]
    ]))

  it("with wildcards keeps `*` within one name and lets `**` take any number, hidden names included", () =>
    check([
      ["src/*", "src/a", true],
      ["src/*", "src/.hidden", true],
      ["src/*", "src/a/b", false],
      ["src/*.ts", "src/a/b.ts", false],
      ["src/**", "src/a/b/.git2/c", true],
      ["src/**", "src-evil/a", false],
      ["**", ".hidden", true],
      ["**/.env", ".env", true],
      ["**/.env", "a/b/.env", true],
      ["**/.env", "a/b.env", false],
      ["**/*.{ts,tsx}", "a/b.tsx", true],
      ["packages/*/src", "packages/core/src/a.ts", true],
      ["packages/*/src", "packages/a/b/src/a.ts", false],
      ["packages/*/", "packages/core/a.ts", true],
      ["file?.txt", "file1.txt", true],
      ["file?.txt", "file10.txt", false]
    ]))

  it("that holds brackets covers the file of that very name, and the names that the class means", () =>
    check([
      ["app/[id].ts", "app/[id].ts", true],
      ["app/[id].ts", "app/i.ts", true],
      ["app/[id].ts", "app/id.ts", false],
      ["app/[...slug]/page.ts", "app/[...slug]/page.ts", true],
      ["app/\\[id\\].ts", "app/[id].ts", true]
    ]))

  it("is compared after NFC, with the case that it has", () =>
    check([
      ["caf\u00e9", "cafe\u0301/a", true],
      ["cafe\u0301/*", "caf\u00e9/a", true],
      ["src", "SRC/a", false],
      ["a ", "a", false]
    ]))

  it("that leaves the workspace, or cannot be matched cheaply, covers nothing and says why", () => {
    const rules = ["", "../x", "a/../../x", "/etc", "~/x", "C:\\x", "\\\\host\\share", "src/*/../..", "a\0b"]
    const heavy = ["*a".repeat(17), "**/a/".repeat(5), "{a,b}".repeat(8), `*${"a".repeat(500)}`]
    expect([...rules, ...heavy].filter((rule) => covers(rule, "x") || covers(rule, "etc"))).toStrictEqual([])
    expect(rules.map(problem)).toStrictEqual([
      "is empty",
      ...Array.from({ length: 6 }, () => "is absolute or leads out of the workspace"),
      "has `..` in a pattern",
      "is absolute or leads out of the workspace"
    ])
    expect(heavy.map(problem)).toStrictEqual([
      "has more than 16 wildcards",
      "has more than 4 times `**`",
      "has too many alternatives in braces",
      "is longer than 500 characters"
    ])
    expect(problem("src/**")).toBeUndefined()
  })

  it("normalises `..` before it compares", () =>
    check([
      ["src/../etc", "etc/x", true],
      ["src/../etc", "src/x", false],
      ["a//b/./c", "a/b/c", true]
    ]))

  it("names a file only by its whole name", () => {
    expect([".env", "./.env", ".e*", "**", ".", "[.]env"].map((rule) => names(rule, ".env"))).toStrictEqual([
      true,
      true,
      false,
      false,
      false,
      false
    ])
  })

  it("is decided within a millisecond, also when it is made to be slow, and soon on the longest of paths", () => {
    const name = "a".repeat(255)
    const deepest = Array.from({ length: 200 }, () => "a".repeat(19)).join("/")
    const cases: ReadonlyArray<readonly [rule: string, path: string, mostMs: number]> = [
      ["(a+)+$", name, 1],
      ["*a*a*a*a*b", name, 1],
      [`${"*a".repeat(16)}b`, name, 1],
      ["[a-z]".repeat(16), name, 1],
      [`**/${"*a".repeat(15)}b`, deepest, 5],
      [`${"**/a*/".repeat(4)}b`, deepest, 5],
      ["**/*{a0,a1,a2,a3,a4,a5,a6,a7,a8,a9}", deepest, 5]
    ]
    expect(cases.map(([rule]) => problem(rule)).filter((what) => what !== undefined)).toStrictEqual([])
    const slow = cases.flatMap(([rule, path, mostMs]) => {
      const times = Array.from({ length: 20 }, () => {
        const started = performance.now()
        covers(rule, path)
        return performance.now() - started
      })
      return Math.min(...times) < mostMs ? [] : [rule]
    })
    expect(slow).toStrictEqual([])
  })
})
