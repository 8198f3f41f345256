import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { commandWithin, meet, pathWithin, urlWithin } from "../../src/generate/Containment.ts"
import { coversCommand } from "../../src/policy/CommandRule.ts"
import { covers } from "../../src/policy/PathRule.ts"
import { coversUrl } from "../../src/policy/UrlRule.ts"

describe("a rule lies within another", () => {
  it.each([
    ["npm test *", "npm *", true],
    ["npm test", "npm *", true],
    ["npm test", "npm test", true],
    ["npm *", "*", true],
    ["*", "*", true],
    ["npm test *", "npm test", false],
    ["npm *", "npm test *", false],
    ["npmx test", "npm *", false],
    ["npm; rm *", "*", false]
  ])("commands: %s in %s: %s", (inner, outer, expected) => {
    expect(commandWithin(inner, outer)).toBe(expected)
  })

  it.each([
    ["https://docs.rs/std/*", "https://docs.rs/*", true],
    ["docs.rs", "https://docs.rs", true],
    ["https://api.docs.rs", "https://*.docs.rs", true],
    ["https://*.api.docs.rs", "https://*.docs.rs", true],
    ["https://docs.rs/std/vec", "https://docs.rs/std/*", true],
    ["https://docs.rs", "https://*", true],
    ["https://*", "https://docs.rs", false],
    ["http://docs.rs", "https://docs.rs", false],
    ["https://docs.rs:8080", "https://docs.rs", false],
    ["https://docs.rs", "https://*.docs.rs", false],
    ["https://evildocs.rs", "https://*.docs.rs", false],
    ["https://docs.rs/stdx", "https://docs.rs/std/*", false],
    ["https://docs.rs/std/../x", "https://docs.rs/std/*", false],
    ["https://10.0.0.1", "https://*", false],
    ["https://docs.rs@evil.test", "https://docs.rs", false]
  ])("addresses: %s in %s: %s", (inner, outer, expected) => {
    expect(urlWithin(inner, outer)).toBe(expected)
  })

  it.each([
    ["docs/api/*.md", "docs/**", true],
    ["docs/a.md", "docs", true],
    ["docs/a.md", "docs/*.md", false],
    ["{docs/a.md,docs/b.md}", "docs", true],
    ["anything/at/all", "**", true],
    ["./docs/a.md", "docs/", true],
    ["{docs/a.md,src/b.ts}", "docs", false],
    ["docs/*.md", "docs/*.txt", false],
    ["docs/**", "docs/*.md", false],
    ["docs2/a.md", "docs", false],
    ["docs/../src/a.ts", "docs", false],
    ["/etc/passwd", "**", false],
    ["!docs", "docs", false]
  ])("paths: %s in %s: %s", (inner, outer, expected) => {
    expect(pathWithin(inner, outer)).toBe(expected)
  })
})

describe("what two lists of rules both cover", () => {
  it("is the narrower of each two", () => {
    expect(meet(["npm *", "git log *"], ["npm test *", "git *"], commandWithin)).toStrictEqual([
      "npm test *",
      "git log *"
    ])
  })

  const Word = Schema.Literals(["npm", "test", "git", "*", "run"])
  const Command = Schema.Array(Word).pipe(Schema.check(Schema.isBetweenLength(1, 3)))
  const Commands = Schema.Array(Command)
  const said = (words: ReadonlyArray<string>): string => words.join(" ")

  it.effect.prop(
    "is never a command that one of the two does not cover",
    [Commands, Commands, Command],
    ([asked, allowed, argv]) =>
      Effect.sync(() => {
        const [one, other] = [asked.map(said), allowed.map(said)]
        const granted = meet(one, other, commandWithin).some((rule) => coversCommand(rule, argv))
        const both = [one, other].every((rules) => rules.some((rule) => coversCommand(rule, argv)))
        return !granted || both
      }),
    { arbitrary: { runs: 1500 } }
  )

  const Host = Schema.Literals(["docs.rs", "*.docs.rs", "a.docs.rs", "*.a.docs.rs", "*", "10.0.0.1", "localhost"])
  const Path = Schema.Literals(["", "/*", "/std", "/std/*", "/std/vec", "/std/vec/**", "/st*"])
  const rule = ([host, path]: readonly [string, string]): string => `https://${host}${path}`
  const Rules = Schema.Array(Schema.Tuple([Host, Path]))

  it.effect.prop(
    "is never an address that one of the two does not cover",
    [
      Rules,
      Rules,
      Schema.Literals(["docs.rs", "a.docs.rs", "x.a.docs.rs", "example.org", "10.0.0.1", "localhost"]),
      Path
    ],
    ([asked, allowed, host, path]) =>
      Effect.sync(() => {
        const url = `https://${host}${path.replaceAll("*", "x")}`
        const [one, other] = [asked.map(rule), allowed.map(rule)]
        const granted = meet(one, other, urlWithin).some((each) => coversUrl(each, url))
        return !granted || [one, other].every((rules) => rules.some((each) => coversUrl(each, url)))
      }),
    { arbitrary: { runs: 1500 } }
  )

  const Name = Schema.Literals(["docs", "src", "*", "**", "*.md", "a.md", "{docs,src}"])
  const PathRule = Schema.Array(Name).pipe(Schema.check(Schema.isBetweenLength(1, 3)))

  it.effect.prop(
    "is never a path that the outer rule does not cover",
    [PathRule, PathRule, Schema.Array(Schema.Literals(["docs", "src", "a.md", "b.md", "x"]))],
    ([inner, outer, path]) =>
      Effect.sync(() => {
        const [one, other, target] = [inner.join("/"), outer.join("/"), path.join("/") || "."]
        return !pathWithin(one, other) || !covers(one, target) || covers(other, target)
      }),
    { arbitrary: { runs: 3000 } }
  )
})
