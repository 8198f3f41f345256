import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
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
      ["app/\\[id\\].ts", "app/[id].ts", true],
      ["app/\\[id\\].ts", "app/i.ts", false],
      ["app/\\[id\\]", "app/[id]/page.ts", true],
      ["app/[id]", "app/[id]/page.ts", true],
      ["app/[id]/*.ts", "app/[id]/page.ts", true],
      ["app/[id]/*.ts", "app/[id]/a/page.ts", false],
      ["app/[[...slug]]/**", "app/[[...slug]]/a/b.ts", true],
      ["**/[id].ts", "a/b/[id].ts", true],
      ["app/[id", "app/[id", true]
    ]))

  it("with braces covers what its alternatives cover as rules of their own", () =>
    check([
      ["{src,docs}", "docs/a/b.md", true],
      ["{src,docs}", "docs-evil/a.md", false],
      ["{src/*,docs/x}", "src/a", true],
      ["{src/*,docs/x}", "src/a/b", false],
      ["{src/*,docs/x}", "docs/x/y", true],
      ["{packages,apps}/*/{src,test}/**/*.{ts,tsx,js,jsx}", "apps/a/test/b/c.jsx", true],
      ["**/*.{ts,tsx,js,jsx,mjs,cjs,mts,cts,vue,svelte,json,css}", "a/b.css", true],
      ["{a,b{c,d}}", "bd/x", true],
      ["{a,b{c,d}}", "b", false],
      ["{id}", "{id}/x", true],
      ["{{name}}/*", "{{name}}/x", true],
      ["x/\\{a,b\\}", "x/a", false],
      ["x/\\{a,b\\}", "x/{a,b}/c", true],
      ["{a\\,b}", "a", false],
      ["{a,{b,{c,{d,e}}}}/*", "d/x", true],
      ["{a,{b}}", "a", false],
      ["{src/,}*.ts", "a.ts", true],
      ["src{,-old}", "src/a", true],
      ["{src,}", "secret/a", false],
      ["{a,b", "{a,b/c", true],
      ["{src,../x}", "src/a", false]
    ]))

  it("that means a folder with all below covers the folder itself", () =>
    check([
      ["**/*", ".", true],
      ["src/**/*", "src", true],
      ["src/**/*", "src/.a/b", true],
      ["src/**/*.ts", "src", false]
    ]))

  it("is compared after NFC, with the case that it has", () =>
    check([
      ["caf\u00e9", "cafe\u0301/a", true],
      ["cafe\u0301/*", "caf\u00e9/a", true],
      ["src", "SRC/a", false],
      ["a ", "a", false],
      ["a", "a ", false],
      ["'a'", "a", false],
      ["src", "\uff53rc/a", false],
      ["src", "s\u200brc/a", false],
      ["~draft", "~draft/x", true],
      ["~/x", "~/x", false]
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
    expect(["{src,../x}", "{a,/etc}", "{.,a}{.,b}/c", "{a,..}/b", "~", "src\\lib"].map(problem)).toStrictEqual([
      ...Array.from({ length: 5 }, () => "is absolute or leads out of the workspace"),
      "has `\\` between names, where `/` is meant"
    ])
    expect(["{src,}", "{,}", "{ ,a}"].map(problem)).toStrictEqual(
      Array.from({ length: 3 }, () => "has an empty alternative in braces")
    )
  })

  it("that is written in another tool's syntax covers nothing more, and says so", () => {
    const exceptions = ["!src", "!src/**", "{**,!src}", "{a,{b,c},!src}"]
    const groups = ["!(src)/**", "src/!(a)", "src/+(a|b)", "@(src|docs)", "src/?(a).ts", "*(src)/**"]
    expect([...exceptions, ...groups].filter((rule) => covers(rule, "src/a.ts"))).toStrictEqual([])
    expect([...exceptions, ...groups].map(problem)).toStrictEqual([
      ...[...exceptions, groups[0]].map(
        () => "is an exception by its `!`; rules cannot take away, so its whole list is void"
      ),
      ...groups.slice(1).map(() => "has a group in parentheses; only braces are read as one")
    ])
    check([
      ["app/(shop)/@modal/(.)[id]", "app/(shop)/@modal/(.)[id]/page.tsx", true],
      ["c\\+\\+\\(old)", "c++(old)/a.cc", true],
      ["./!src", "!src/a", true],
      ["src/[!a].ts", "src/b.ts", true],
      ["src/[!a].ts", "src/a.ts", false]
    ])
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
      ["(a+)+", name, 1],
      ["*a*a*a*a*b", name, 1],
      ["*a*a*a*a*a*b", name, 1],
      ["*a*a*a*a*a*b", deepest, 1],
      ["*a*a*a*a*a*b", "a".repeat(100_000), 5],
      ["**/*a", "a/".repeat(50_000), 5],
      ["**/*{a,b,c,d}*{e,f,g,h}", name, 1],
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

  const Names = Schema.Literals(["a", "b", "a/*", "a/**", "**/b", "a/b", "[ab]", ".", "a/../b", "*"])
  it.effect.prop(
    "with braces is its alternatives, one by one",
    [Names, Names, Names, Schema.Literals(["a", "b", "a/b", "a/b/c", "b/a", ".", "c", "[ab]/x"])],
    ([one, two, three, path]) =>
      Effect.sync(
        () =>
          `{${one}${two}${three}}`.includes("..") ||
          covers(`{${one},{${two},${three}}}`, path) === [one, two, three].some((rule) => covers(rule, path))
      ),
    { arbitrary: { runs: 500 } }
  )
})
