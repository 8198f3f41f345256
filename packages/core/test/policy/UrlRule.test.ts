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
      "https://@api.github.com/",
      "https://:@api.github.com/",
      "https://api.github.com%2F@evil.test",
      "https:///api.github.com/",
      "https:api.github.com/",
      "https:/api.github.com/",
      "http://api.github.com/",
      "https://api.github.com:80/",
      "https://api.github.com%00.evil.test/",
      "https://api.github.com%23.evil.test/",
      "https://api.github.com\r\n.evil.test/",
      "https://\u0430pi.github.com/",
      `https://api.github.com/${"a".repeat(10_000)}`,
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
      "https://wiki.corp/",
      "https://nas.home.arpa/",
      "https://router.home/",
      "https://[::ffff:7f00:1]/",
      "https://[64:ff9b::7f00:1]/",
      "https://0/",
      "https://8.8.8.8/"
    ])
    check([
      ["http://localhost:8080", "http://localhost:8080/x", true],
      ["http://localhost:8080", "http://localhost/", false],
      ["http://127.0.0.1", "http://2130706433/", true],
      ["http://[::1]", "http://[0:0:0:0:0:0:0:1]/", true]
    ])
  })

  it("covers a name in its own script and as DNS has it alike", () =>
    check([
      ["https://b\u00fccher.example", "https://xn--bcher-kva.example/", true],
      ["https://xn--bcher-kva.example", "https://B\u00dcCHER.example/", true],
      ["https://*.b\u00fccher.example", "https://a.xn--bcher-kva.example/", true],
      ["https://bucher.example", "https://b\u00fccher.example/", false],
      ["https://a.test/caf\u00e9/*", "https://a.test/caf\u00e9/x", true],
      ["https://a.test/caf\u00e9/*", "https://a.test/caf%C3%A9/x", true]
    ]))

  it("with braces in its path covers each alternative", () =>
    check([
      ["https://a.test/{v1,v2}/*", "https://a.test/v2/x/y", true],
      ["https://a.test/{v1,v2}/*", "https://a.test/v3/x", false],
      ["https://a.test/{v1,v2}", "https://a.test/v1", true]
    ]))

  it("is decided within a millisecond, also when it is made to be slow", () => {
    const rules = ["{a,b}".repeat(6), "*a".repeat(16), `${"**/a/".repeat(4)}b`, "{a,b}*{c,d}*{e,f}*", "(a+)+$"].map(
      (path) => `https://a.test/${path}`
    )
    const addresses = ["a".repeat(255), "a/".repeat(4000), "a".repeat(1_000_000)].map(
      (path) => `https://a.test/${path}`
    )
    const slow = rules.flatMap((rule) =>
      addresses.flatMap((address) => {
        const times = Array.from({ length: 20 }, () => {
          const started = performance.now()
          coversUrl(rule, address)
          return performance.now() - started
        })
        return Math.min(...times) < 1 ? [] : [[rule, address.length]]
      })
    )
    expect(slow).toStrictEqual([])
  })

  it("with a path does not cover one that servers decode in different ways", () =>
    none("https://a.test/public/*", [
      "https://a.test/public/..;/private",
      "https://a.test/public/.;a=b/private",
      "https://a.test/public/%c0%ae%c0%ae/private",
      "https://a.test/public/%e0%80%ae%e0%80%ae/private",
      "https://a.test/public/%u002e%u002e/private",
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
      "https://{a,b}.test",
      "https:///a.test",
      "https://a.test\n",
      "https://a.test/x?y=1",
      "https://a.test/x#y",
      "https://a.test/../x",
      "https://*.localhost",
      `https://a.test/${"*x".repeat(20)}`,
      `https://a.test/${"{a,b}".repeat(13)}`,
      `https://a.test/*${"x".repeat(1000)}`
    ]
    expect(rules.filter((rule) => problem(rule) === undefined)).toStrictEqual([])
    expect(
      rules.flatMap((rule) => ["https://a.test/", "https://b.test/"].filter((address) => coversUrl(rule, address)))
    ).toStrictEqual([])
    expect(problem("https://*")).toBeUndefined()
    expect(problem("!https://a.test")).toBe(
      "is an exception by its `!`; rules cannot take away, so its whole list is void"
    )
  })
})
