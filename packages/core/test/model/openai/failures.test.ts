import { execFileSync } from "node:child_process"
import { mkdtempSync, readFileSync } from "node:fs"
import { createServer as createHttp } from "node:http"
import { createServer as createHttps } from "node:https"
import { createServer as createTcp, type Server } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { ModelErrorReason } from "../../../src/model/ModelError.ts"
import type { ProviderSettings } from "../../../src/model/openai/ProviderSettings.ts"
import { key, modelOf, request, rig, settings, type Wire, wires } from "./fixture.ts"

const json = (error: unknown) => JSON.stringify({ error })

/** A port of this machine, closed with the scope. */
const listening = (server: Server) =>
  Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            resolve(typeof address === "object" && address !== null ? address.port : 0)
          })
        })
    ),
    () => Effect.sync(() => server.close())
  )

const failureAt = (baseUrl: string, wire: Wire = "responses", more: Partial<ProviderSettings> = {}) =>
  Effect.gen(function* () {
    const model = yield* modelOf(settings(baseUrl, wire, more))
    return yield* Effect.flip(Stream.runCollect(model.stream(request())))
  })

const statuses: ReadonlyArray<readonly [number, ModelErrorReason, boolean]> = [
  [
    307,
    { _tag: "Rejected", status: 307, detail: "HOST redirects to http://elsewhere.test/, which is not followed" },
    false
  ],
  [400, { _tag: "Rejected", status: 400, detail: "scripted" }, false],
  [401, { _tag: "Unauthorized", status: 401 }, false],
  [403, { _tag: "Unauthorized", status: 403 }, false],
  [404, { _tag: "Rejected", status: 404, detail: "scripted" }, false],
  [407, { _tag: "ProxyRefused", detail: "scripted" }, false],
  [408, { _tag: "Unavailable", status: 408, detail: "scripted" }, true],
  [409, { _tag: "Unavailable", status: 409, detail: "scripted" }, true],
  [413, { _tag: "Rejected", status: 413, detail: "scripted" }, false],
  [422, { _tag: "Rejected", status: 422, detail: "scripted" }, false],
  [429, { _tag: "RateLimited", retryAfterMs: null }, true],
  [500, { _tag: "Unavailable", status: 500, detail: "scripted" }, true],
  [502, { _tag: "Unavailable", status: 502, detail: "scripted" }, true],
  [503, { _tag: "Unavailable", status: 503, detail: "scripted" }, true],
  [504, { _tag: "Unavailable", status: 504, detail: "scripted" }, true],
  [529, { _tag: "Unavailable", status: 529, detail: "scripted" }, true]
]

describe.each(wires)("over the %s wire", (wire) => {
  it.live.each(statuses)(
    "a status of %i says what became of the request, which is not billed",
    ([status, reason, again]) =>
      Effect.gen(function* () {
        const bodyText = json({ message: "scripted", type: "scripted" })
        const { failure, server } = yield* rig(wire, {
          status,
          bodyText,
          headers: { location: "http://elsewhere.test/" }
        })
        const error = yield* failure()
        const host = new URL(server.url).host
        expect({ ...error.reason }).toStrictEqual(
          "detail" in reason ? { ...reason, detail: reason.detail.replace("HOST", host) } : reason
        )
        expect([error.stage, error.isBilled, error.isRetryable]).toStrictEqual(["answered", false, again])
        expect(server.requests.length).toBe(1)
      })
  )

  it.live.each([
    ["retry-after", "7", 7_000],
    ["retry-after", "1.5", 1_500],
    ["retry-after", "Wed, 21 Oct 2026 07:28:10 GMT", 10_000],
    ["retry-after-ms", "250", 250],
    ["retry-after", "soon", null]
  ] as const)("a 429 with %s: %s asks to wait %s ms", ([name, value, ms]) =>
    Effect.gen(function* () {
      // A date counts from the answer's own, whatever the clock here says.
      const headers = { [name]: value, date: "Wed, 21 Oct 2026 07:28:00 GMT" }
      const { failure } = yield* rig(wire, { status: 429, headers })
      expect((yield* failure()).reason).toStrictEqual({ _tag: "RateLimited", retryAfterMs: ms })
    })
  )

  it.live("a 429 holds the next request back, whoever sends it", () =>
    Effect.gen(function* () {
      const { failure, parts, server } = yield* rig(wire, ({ index }) =>
        index === 0 ? { status: 429, headers: { "retry-after-ms": "300" } } : { text: "ok" }
      )
      yield* failure()
      yield* Effect.all([parts(), parts(), parts()], { concurrency: "unbounded" })
      const [first, ...others] = server.requests.map(({ at }) => at)
      expect(others.length).toBe(3)
      for (const at of others) expect(at - (first ?? 0)).toBeGreaterThan(290)
    })
  )

  it.live.each([
    json({ message: "You exceeded your current quota", code: "insufficient_quota" }),
    json({
      message: "Request too large for gpt on tokens per min: Limit 30000, Requested 40000",
      code: "rate_limit_exceeded"
    })
  ])("a 429 that no waiting helps against is not retried: %s", (bodyText) =>
    Effect.gen(function* () {
      const { failure } = yield* rig(wire, { status: 429, bodyText })
      expect((yield* failure()).isRetryable).toBe(false)
    })
  )

  it.live.each([
    json({
      message:
        "Rate limit reached for some-model on requests per min (RPM): Limit 3, Used 3. Please try again in 20s. You can raise it by adding a payment method at https://provider.test/account/billing.",
      type: "requests",
      code: "rate_limit_exceeded"
    }),
    json({
      message: "Please try again in 5s. Need more tokens? Upgrade at https://provider.test/settings/billing",
      type: "tokens",
      code: "rate_limit_exceeded"
    }),
    json({
      message: "You exceeded your current quota, please check your plan and billing details. Please retry in 23.5s.",
      code: 429,
      status: "RESOURCE_EXHAUSTED"
    })
  ])("a 429 that passes is waited for, also where its text sells a larger plan: %s", (bodyText) =>
    Effect.gen(function* () {
      const { failure } = yield* rig(wire, { status: 429, bodyText, headers: { "retry-after": "7" } })
      expect((yield* failure()).reason).toStrictEqual({ _tag: "RateLimited", retryAfterMs: 7_000 })
    })
  )

  it.live.each([
    [400, json({ message: "Too long.", code: "context_length_exceeded" })],
    [400, json({ message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens" })],
    [400, json({ message: "prompt is too long: 210000 tokens > 200000 maximum", type: "invalid_request_error" })],
    [400, json({ code: 400, message: "the request exceeds the available context size. try increasing it" })],
    [400, json("too many tokens: total number of tokens in the prompt cannot exceed 4096")],
    [400, json({ message: "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)." })],
    [413, json({ message: "Please reduce the length of the messages or completion." })],
    [500, json("Trying to keep the first 4521 tokens when context the overflows.")],
    [422, JSON.stringify({ detail: [{ msg: "Prompt contains 40000 tokens, too large for model with 32768" }] })],
    [400, JSON.stringify([{ error: { code: 400, message: "Too many tokens", status: "INVALID_ARGUMENT" } }])]
  ] as const)("a %i that means the context is full says so: %s", ([status, bodyText]) =>
    Effect.gen(function* () {
      const { failure } = yield* rig(wire, { status, bodyText })
      expect((yield* failure()).reason._tag).toBe("ContextOverflow")
    })
  )

  it.live.each([
    [404, json({ message: "The model `x` does not exist or you do not have access to it.", code: "model_not_found" })],
    [403, json({ message: "Project has no access to model", code: "model_not_found" })],
    [404, json('model "x" not found, try pulling it first')]
  ] as const)("a %i that means the model is not there names models that are: %s", ([status, bodyText]) =>
    Effect.gen(function* () {
      const prices = { "other-model": { input: 1, cached: 1, output: 1 } }
      const { failure } = yield* rig(wire, { status, bodyText }, { model: "one-model", prices })
      expect((yield* failure()).reason).toStrictEqual({ _tag: "UnknownModel", known: ["one-model", "other-model"] })
    })
  )

  it.live("a web page, or a document, with a good status is no answer, and will be none the next time", () =>
    Effect.gen(function* () {
      const bodyText = "<!doctype html><html><head><title>Log in</title></head><body>…</body></html>"
      const { failure, server } = yield* rig(wire, { status: 200, bodyText })
      const error = yield* failure()
      const host = new URL(server.url).host
      const detail = `${host} answered text/html instead of an event stream: an HTML page, "Log in"`
      expect([error.stage, error.reason]).toStrictEqual(["streaming", { _tag: "NotAStream", detail }])
      expect(error.isRetryable).toBe(false)
      const other = yield* (yield* rig(wire, { status: 200, bodyText: '{"object":"list","data":[]}' })).failure()
      expect([other.reason._tag, other.isRetryable]).toStrictEqual(["NotAStream", false])
    })
  )

  it.live("an error as JSON with a good status is that error", () =>
    Effect.gen(function* () {
      const { failure } = yield* rig(wire, {
        status: 200,
        bodyText: json({ message: "Full.", code: "context_length_exceeded" })
      })
      expect((yield* failure()).reason).toStrictEqual({ _tag: "ContextOverflow", detail: "Full." })
    })
  )

  it.live.each([
    [
      { code: "rate_limit_exceeded", message: "Slow down." },
      { _tag: "RateLimited", retryAfterMs: null }
    ],
    [
      { code: "server_error", message: "Oh." },
      { _tag: "Unavailable", status: null, detail: "Oh." }
    ],
    [
      { code: 502, message: "Upstream." },
      { _tag: "Unavailable", status: 502, detail: "Upstream." }
    ],
    [
      { code: "context_length_exceeded", message: "Full." },
      { _tag: "ContextOverflow", detail: "Full." }
    ],
    [
      { code: "invalid_prompt", message: "No." },
      { _tag: "Rejected", status: 400, detail: "No." }
    ]
  ] as const)("an error inside the stream is mapped by its code: %j", ([told, reason]) =>
    Effect.gen(function* () {
      const fault = { kind: "error-event", at: "mid-text", error: told } as const
      const { failure } = yield* rig(wire, { text: "Hello there", fault })
      const error = yield* failure()
      expect([error.stage, { ...error.reason }]).toStrictEqual(["streaming", reason])
    })
  )

  it.live("a missing key is said before anything is sent, and a header that carries one is enough", () =>
    Effect.gen(function* () {
      const { failure, server } = yield* rig(wire, { text: "ok" }, { apiKey: undefined })
      const error = yield* failure()
      const reason = { _tag: "MissingKey", variable: "SCRIPTED_KEY", how: "Ask the test" }
      expect([error.stage, error.reason, server.requests.length]).toStrictEqual(["unsent", reason, 0])
      const other = yield* rig(wire, { text: "ok" }, { apiKey: undefined, headers: { "api-key": key } })
      yield* other.parts()
      expect(other.server.requests[0]?.headers["api-key"]).toBe(key)
    })
  )

  it.live.each([
    [{ status: 400, bodyText: json({ message: `Key ${key} has no rights`, param: key }) }],
    [{ status: 500, bodyText: `upstream sent Authorization: Bearer ${key} to https://x.test/?key=query-secret-1` }],
    [{ status: 422, bodyText: `other ${"sk-proj-ABCDEFGHIJKLMNOP"}, header secret-header-value` }],
    [{ status: 200, bodyText: `<html><title>${key}</title></html>` }],
    [{ text: "Hello there", fault: { kind: "error-event", at: "mid-text", error: { message: `bad ${key}` } } }]
  ] as const)("no error holds the key or another secret: %j", ([answer]) =>
    Effect.gen(function* () {
      const secret = { headers: { "x-custom": "secret-header-value" }, query: { key: "query-secret-1" } }
      const { failure } = yield* rig(wire, answer, secret)
      const error = yield* failure()
      const shown = [JSON.stringify(error), error.message, error.hint, error.stack, String(error.cause)].join("\n")
      expect(shown).toContain("[key]")
      for (const each of [key, "secret-header-value", "query-secret-1", "sk-proj-ABCDEFGHIJKLMNOP"]) {
        expect(shown).not.toContain(each)
      }
    })
  )
})

describe("without an answer", () => {
  it.live("a refused connection names the address, and nothing was sent", () =>
    Effect.gen(function* () {
      const port = yield* Effect.scoped(listening(createTcp()))
      const error = yield* failureAt(`http://127.0.0.1:${port}/v1`)
      const reason = { _tag: "Unavailable", status: null, detail: `ECONNREFUSED 127.0.0.1:${port}` }
      expect([error.stage, error.reason]).toStrictEqual(["unsent", reason])
    })
  )

  it.live("a name that DNS does not know is named", () =>
    Effect.gen(function* () {
      const error = yield* failureAt("http://no-such-host.invalid/v1")
      expect([error.stage, error.reason._tag]).toStrictEqual(["unsent", "Unavailable"])
      expect(error.message).toMatch(/(ENOTFOUND|EAI_AGAIN): DNS knows no address of no-such-host\.invalid/)
    })
  )

  it.live("a certificate that nobody signed is not accepted, and nothing was sent", () =>
    Effect.gen(function* () {
      const folder = mkdtempSync(join(tmpdir(), "certificate-"))
      const [keyFile, certFile] = [join(folder, "key.pem"), join(folder, "cert.pem")]
      const how = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
      execFileSync("openssl", [...how, "-subj", "/CN=localhost", "-keyout", keyFile, "-out", certFile], {
        stdio: "ignore"
      })
      let requests = 0
      const server = createHttps({ key: readFileSync(keyFile), cert: readFileSync(certFile) }, (_, response) => {
        requests += 1
        response.end()
      })
      const port = yield* listening(server)
      const error = yield* failureAt(`https://localhost:${port}/v1`.replace("localhost", "127.0.0.1"))
      const detail = `DEPTH_ZERO_SELF_SIGNED_CERT at 127.0.0.1:${port}`
      expect([error.stage, error.reason]).toStrictEqual(["unsent", { _tag: "UntrustedCertificate", detail }])
      expect(requests).toBe(0)
    })
  )

  it.live("a connection that breaks while it is being secured has sent nothing", () =>
    Effect.gen(function* () {
      const server = createTcp((socket) => {
        socket.once("data", () => socket.resetAndDestroy())
      })
      const port = yield* listening(server)
      const error = yield* failureAt(`https://127.0.0.1:${port}/v1`)
      expect([error.stage, error.reason]).toStrictEqual([
        "unsent",
        { _tag: "Unavailable", status: null, detail: `ECONNRESET 127.0.0.1:${port}` }
      ])
    })
  )

  it.live("a server that speaks something else is no provider", () =>
    Effect.gen(function* () {
      const server = createTcp((socket) => {
        socket.on("error", () => {})
        socket.end("220 mail.example ready\r\n")
      })
      const port = yield* listening(server)
      const error = yield* failureAt(`http://127.0.0.1:${port}/v1`)
      expect(error.reason).toStrictEqual({
        _tag: "InvalidResponse",
        detail: `127.0.0.1:${port} does not speak HTTP (HPE_INVALID_CONSTANT)`
      })
    })
  )

  it.live.each([
    ["https://provider.test/v1", "unsent"],
    ["http://provider.test/v1", "answered"]
  ] as const)("a proxy that wants a password in front of %s is named, and its own is not shown", ([baseUrl, stage]) =>
    Effect.gen(function* () {
      const proxy = createHttp((_, response) => {
        response.writeHead(407, { "proxy-authenticate": "Basic" }).end()
      })
      proxy.on("connect", (_, socket) => {
        socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")
      })
      const url = `http://user:proxy-password@127.0.0.1:${yield* listening(proxy)}`
      const proxyVariables = { HTTPS_PROXY: url, HTTP_PROXY: url }
      const error = yield* failureAt(baseUrl, "responses", { proxyVariables })
      expect([error.stage, error.reason._tag]).toStrictEqual([stage, "ProxyRefused"])
      expect(JSON.stringify(error)).not.toContain("proxy-password")
    })
  )
})
