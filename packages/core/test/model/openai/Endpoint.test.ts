import { describe, expect, it } from "@effect/vitest"
import { OpenAI } from "openai"
import { type EndpointSettings, endpointOf } from "../../../src/model/openai/Endpoint.ts"

const at = (baseUrl: string, more: Partial<EndpointSettings> = {}) =>
  endpointOf({ baseUrl, wire: "responses", apiKey: undefined, headers: {}, query: {}, ...more })

describe("the endpoint of a provider", () => {
  it.each([
    ["http://h.test/v1", {}],
    ["http://h.test/v1/", {}],
    ["http://h.test", {}],
    ["http://h.test/v1//", {}],
    ["http://h.test/vü 1", {}],
    ["http://h.test/v1?", {}],
    ["http://h.test/v1?x=1&x=2", {}],
    ["http://h.test/v1/?k=%20+a&=1&n", {}],
    ["http://h.test/v1", { "api-version": "2026-01-01-preview" }],
    ["http://h.test/v1?api-version=1&b=2", { "api-version": "3", c: "" }],
    ["http://h.test/v1?b=1&b=2&a=3", { b: "4" }],
    ["http://h.test/v1", { q: "a b(c)*!'~+/:@&=#ü", "d[e]": "f" }]
  ])("has the path and the query that the official client asks at %s with %j", (baseUrl, query) => {
    const sdk = new OpenAI({ apiKey: "none", baseURL: baseUrl, defaultQuery: query })
    for (const [wire, path] of [
      ["responses", "/responses"],
      ["chat", "/chat/completions"]
    ] as const) {
      const { pathname, search } = new URL(sdk.buildURL(path, undefined))
      expect(at(baseUrl, { wire, query }).path).toBe(pathname + search)
    }
  })

  it.each([
    ["http://127.0.0.1:8080/v1", { protocol: "http:", hostname: "127.0.0.1", port: 8080, auth: undefined }],
    ["https://h.test/v1#part", { protocol: "https:", hostname: "h.test", port: undefined, auth: undefined }],
    ["http://[::1]:8080/v1", { protocol: "http:", hostname: "::1", port: 8080, auth: undefined }],
    ["https://us%40er:p%C3%A9@h.test/v1", { protocol: "https:", hostname: "h.test", port: undefined, auth: "us@er:pé" }]
  ])("is where %s is", (baseUrl, expected) => {
    const { auth, hostname, path, port, protocol } = at(baseUrl)
    expect({ protocol, hostname, port, auth }).toStrictEqual(expected)
    expect(path).toBe("/v1/responses")
  })

  it("is told what is sent and what is wanted back, with the settings' own headers over ours", () => {
    const headers = { "X-Title": "ours", "User-Agent": "theirs" }
    expect(at("http://h.test/v1", { apiKey: " key\n", headers }).headers).toStrictEqual({
      accept: "text/event-stream, application/json",
      "content-type": "application/json",
      "user-agent": "theirs",
      authorization: "Bearer key",
      "x-title": "ours"
    })
    expect(Object.keys(at("http://h.test/v1").headers ?? {})).not.toContain("authorization")
  })
})
