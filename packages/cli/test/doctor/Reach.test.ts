import { once } from "node:events"
import { createServer } from "node:net"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { reach, stopFor } from "../../src/doctor/Reach.ts"

const api = "https://api.openai.com/v1"

describe("where a request goes first", () => {
  it.each([
    ["the server of the address", api, {}, { host: "api.openai.com", port: 443, isProxy: false }],
    ["an address without a name", "http://[::1]:8080/v1", {}, { host: "::1", port: 8080, isProxy: false }],
    ["the proxy", api, { HTTPS_PROXY: "http://me:secret@proxy:3128" }, { host: "proxy", port: 3128, isProxy: true }],
    [
      "the proxy of its own kind",
      "http://local/v1",
      { https_proxy: "http://proxy" },
      { host: "local", port: 80, isProxy: false }
    ],
    [
      "past the proxy",
      api,
      { https_proxy: "http://p:1", no_proxy: "x, .openai.com" },
      { host: "api.openai.com", port: 443, isProxy: false }
    ],
    [
      "past the proxy for all",
      api,
      { HTTPS_PROXY: "http://p:1", NO_PROXY: "*" },
      { host: "api.openai.com", port: 443, isProxy: false }
    ],
    [
      "not past it by a part of a name",
      api,
      { HTTPS_PROXY: "http://p:1", NO_PROXY: "ai.com" },
      { host: "p", port: 1, isProxy: true }
    ]
  ])("is %s", (_, url, variables, stop) => {
    expect(stopFor(url, variables)).toStrictEqual(stop)
  })
})

/** A port that takes connections, closed with the scope. */
const listening = Effect.acquireRelease(
  Effect.promise(async () => {
    const server = createServer((socket) => socket.end()).listen(0, "127.0.0.1")
    await once(server, "listening")
    const address = server.address()
    return { server, port: typeof address === "object" && address !== null ? address.port : 0 }
  }),
  ({ server }) => Effect.promise(() => new Promise((resolve) => server.close(resolve)))
)

describe("a server", () => {
  it.live("is reached when it takes connections, and told from one that does not", () =>
    Effect.gen(function* () {
      const host = "127.0.0.1"
      const port = yield* Effect.scoped(
        Effect.gen(function* () {
          const { port } = yield* listening
          expect(yield* reach({ host, port, isProxy: false })).toBe(null)
          return port
        })
      )
      expect(yield* reach({ host, port, isProxy: true })).toStrictEqual({
        what: "the connection was refused",
        next: "Start the server, or check the port in the proxy variables."
      })
    })
  )
})
