import { describe, expect, it } from "@effect/vitest"
import { coversUrl, problem } from "../../src/policy/UrlRule.ts"

type Case = readonly [rule: string, address: string, covered: boolean]

const check = (cases: ReadonlyArray<Case>) =>
  expect(cases.map(([rule, address]) => [rule, address, coversUrl(rule, address)])).toStrictEqual(cases)

const none = (rule: string, addresses: ReadonlyArray<string>) =>
  expect(addresses.filter((address) => coversUrl(rule, address))).toStrictEqual([])

describe("a net rule", () => {
  it("covers its scheme, host, port and path", () =>
    check([
      ["https://docs.rs", "https://docs.rs/a/b?c#d", true],
      ["https://docs.rs/*", "https://docs.rs/", true],
      ["https://docs.rs", "https://docs.rs:443/", true],
      ["https://docs.rs", "https://DOCS.rs./", true],
      ["https://docs.rs", "http://docs.rs/", false],
      ["https://docs.rs", "https://docs.rs:8443/", false],
      ["https://docs.rs:8443", "https://docs.rs:8443/", true],
      ["docs.rs", "https://docs.rs/a", true],
      ["docs.rs", "http://docs.rs/a", false],
      ["https://api.github.com/repos/*", "https://api.github.com/repos/a/b", true],
      ["https://api.github.com/repos/*", "https://api.github.com/repos-evil/a", false],
      ["https://api.github.com/repos/*", "https://api.github.com/user", false],
      ["https://a.test/v1", "https://a.test/v1", true],
      ["https://a.test/v1", "https://a.test/v1/x", false]
    ]))

  it("with a wildcard covers the names below, by whole labels", () =>
    check([
      ["https://*.example.org", "https://a.example.org/", true],
      ["https://*.example.org", "https://a.b.example.org/", true],
      ["https://*.example.org", "https://example.org/", false],
      ["https://*.example.org", "https://evilexample.org/", false],
      ["https://*.example.org", "https://a.example.org.evil.test/", false],
      ["https://*", "https://any.test/x", true],
      ["https://*", "http://any.test/x", false],
      ["https://*:8443/x/*", "https://any.test:8443/x/y", true]
    ]))

  it("is not fooled by what only looks like its host", () =>
    none("https://api.github.com/*", [
      "https://api.github.com@evil.test/",
      "https://api.github.com:pass@evil.test/",
      "https://api.github.com%2F@evil.test/",
      "https://api.github.com.evil.test/",
      "https://evil.test#@api.github.com/",
      "https://evil.test?@api.github.com/",
      "https://evil.test\\@api.github.com/",
      "https://api.github.com\\@evil.test/",
      "https://evil.test/https://api.github.com/",
      "https://api.gith\tub.com/",
      "ht\ntps://api.github.com/",
      " https://api.github.com/",
      "https://xn--pi-rla.github.com/",
      "https://user@api.github.com/",
      "https://api.github.com../",
      "//api.github.com/",
      "ftp://api.github.com/",
      "file:///api.github.com",
      "javascript:https://api.github.com/",
      ""
    ]))

  it("covers addresses in figures and local names only where it has them in full", () => {
    none("https://*", [
      "https://2130706433/",
      "https://0x7f.1/",
      "https://0177.0.0.1/",
      "https://127.1/",
      "https://①②⑦.⓪.⓪.①/",
      "https://ⓛocalhost/",
      "https://localhost./",
      "https://localhost../",
      "https://a.localhost/",
      "https://[::1]/",
      "https://[::ffff:127.0.0.1]/",
      "https://169.254.169.254/",
      "https://metadata.google.internal/",
      "https://printer.local/",
      "https://intranet/",
      "https://8.8.8.8/"
    ])
    check([
      ["http://localhost:8080", "http://localhost:8080/x", true],
      ["http://localhost:8080", "http://localhost/", false],
      ["http://127.0.0.1", "http://2130706433/", true],
      ["http://[::1]", "http://[0:0:0:0:0:0:0:1]/", true]
    ])
  })

  it("with a path does not cover one that servers decode in different ways", () =>
    none("https://a.test/public/*", [
      "https://a.test/public/../private",
      "https://a.test/public/%2e%2e/private",
      "https://a.test/public/..%2fprivate",
      "https://a.test/public/..%5Cprivate",
      "https://a.test/public/%252e%252e%252fprivate",
      "https://a.test/public/a%00"
    ]))

  it("that is no address covers nothing and says so", () => {
    const rules = [
      "",
      "https://",
      "ftp://a.test",
      "https://u@a.test",
      "https://a.test\\@b.test",
      "https://a.test?x",
      "https://a.test#x",
      "https://a*.test",
      "https://*.*.test",
      "any thing",
      `https://a.test/${"*x".repeat(20)}`
    ]
    expect(rules.filter((rule) => problem(rule) === undefined)).toStrictEqual([])
    expect(
      rules.flatMap((rule) => ["https://a.test/", "https://b.test/"].filter((address) => coversUrl(rule, address)))
    ).toStrictEqual([])
    expect(problem("https://*")).toBeUndefined()
  })
})
