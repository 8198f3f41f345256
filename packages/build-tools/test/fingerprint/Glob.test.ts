import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { parseGlobs } from "../../src/fingerprint/Glob.ts"

const matched = (patterns: ReadonlyArray<string>, path: string): boolean => {
  const { include, isExcluded } = parseGlobs(patterns)
  return include.some((glob) => glob.matches(path)) && !isExcluded(path)
}

/** What a glob means, said as simply as possible: one name after the other. */
const means = (glob: ReadonlyArray<string>, path: ReadonlyArray<string>): boolean => {
  const [pattern, ...patterns] = glob
  const [name, ...names] = path
  if (pattern === undefined) return name === undefined
  if (pattern === "**") return means(patterns, path) || (name !== undefined && means(glob, names))
  return name !== undefined && meansName(pattern, name) && means(patterns, names)
}

const meansName = (pattern: string, name: string): boolean => {
  if (pattern === "") return name === ""
  const rest = pattern.slice(1)
  if (pattern[0] !== "*")
    return (pattern[0] === "?" || pattern[0] === name[0]) && name !== "" && meansName(rest, name.slice(1))
  return Array.from({ length: name.length + 1 }, (_, at) => name.slice(at)).some((tail) => meansName(rest, tail))
}

const reference = (glob: ReadonlyArray<string>, path: ReadonlyArray<string>): boolean =>
  means(glob, path) || (!/[*?]/.test(glob.at(-1) ?? "") && means([...glob, "**"], path))

const Name = Schema.Literals(["a", "b", "ab", "a.b", ".a", "dist"])
const Pattern = Schema.Literals(["a", "b", "ab", "a.b", ".a", "dist", "*", "**", "a*", "*b", "?", ".*", "*.b"])
const some = <S extends Schema.Constraint>(of: S) => Schema.NonEmptyArray(of).pipe(Schema.check(Schema.isMaxLength(4)))

describe("a glob", () => {
  it.each([
    ["src", "src/a/b.ts", true],
    ["src/", "src/b.ts", true],
    ["./src/b.ts", "src/b.ts", true],
    ["src", "srcs/b.ts", false],
    [".", "src/b.ts", true],
    ["src/*", "src/b.ts", true],
    ["src/*", "src/a/b.ts", false],
    ["src/**", "src/a/.hidden/b.ts", true],
    ["**/*.ts", "b.ts", true],
    ["packages/*/dist", "packages/a/dist/x/y.js", true],
    ["packages/*/dist", "packages/a/src/dist/y.js", false],
    ["packages/{a,b/c}/src/*.ts", "packages/b/c/src/x.ts", true],
    ["packages/{a,b/c}/src/*.ts", "packages/b/src/x.ts", false],
    ["src/*.{ts,tsx}", "src/x.tsx", true],
    ["src/[ab].ts", "src/b.ts", true],
    ["@scope/c++/x", "@scope/c++/x", true],
    ["!(x)/y", "z/y", true]
  ])("%s and %s", (glob, path, expected) => {
    expect(matched([glob], path)).toBe(expected)
  })

  it("is left out by a later or earlier one with `!`", () => {
    const left = (patterns: ReadonlyArray<string>) =>
      ["src/a.ts", "src/a.test.ts", "src/gen/b.ts"].filter((path) => matched(patterns, path))
    expect(left(["src", "!**/*.test.ts", "!src/gen"])).toStrictEqual(["src/a.ts"])
    expect(left(["!src/gen/**", "src"])).toStrictEqual(["src/a.ts", "src/a.test.ts"])
    expect(left(["src", "!src/*"])).toStrictEqual(["src/gen/b.ts"])
    expect(left(["!src/gen"])).toStrictEqual([])
  })

  it.effect.prop(
    "means what the simple reference says it means",
    [some(Pattern), some(Name)],
    ([glob, path]) =>
      Effect.sync(() => {
        const expected = reference(glob, path)
        // Whether `a*/**` means a file of the folder's own name as well is left open.
        const isOpen = glob.at(-1) === "**" && reference([...glob, "?*"], path) !== expected
        if (!isOpen) expect(matched([glob.join("/")], path.join("/"))).toBe(expected)
      }),
    { arbitrary: { runs: 2000 } }
  )

  it.effect.prop(
    "leads to everything that it matches, and closes only what it leaves out",
    [some(Pattern), some(Name)],
    ([pattern, path]) =>
      Effect.sync(() => {
        const text = path.join("/")
        const { include } = parseGlobs([pattern.join("/")])
        const excluding = parseGlobs([`!${pattern.join("/")}`])
        for (const { base, matches, mayHold } of include) {
          const folders = path.slice(0, -1).map((_, at) => path.slice(0, at + 1).join("/"))
          const below = folders.filter((folder) => folder.length > base.length)
          const isReached = base === "" || text === base || text.startsWith(`${base}/`)
          if (matches(text)) expect([isReached, below.every(mayHold)]).toStrictEqual([true, true])
        }
        const isClosed = path.some((_, at) => at > 0 && excluding.isClosed(path.slice(0, at).join("/")))
        if (isClosed) expect(excluding.isExcluded(text)).toBe(true)
      }),
    { arbitrary: { runs: 2000 } }
  )
})
