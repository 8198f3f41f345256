import { createServer, type RequestListener, type ServerResponse } from "node:http"
import { describe, expect, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import { modelOf, request, rig, settings, texts, until } from "./fixture.ts"

/** A model over Chat Completions at a server of these answers, closed with the scope. */
const modelAt = Effect.fnUntraced(function* (answer: RequestListener) {
  const server = createServer(answer)
  const port = yield* Effect.acquireRelease(
    Effect.promise(
      () =>
        new Promise<number>((resolve) => {
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            resolve(typeof address === "object" && address !== null ? address.port : 0)
          })
        })
    ),
    () =>
      Effect.sync(() => {
        server.close()
        server.closeAllConnections()
      })
  )
  return yield* modelOf(settings(`http://127.0.0.1:${port}/v1`, "chat"))
})

const begin = (response: ServerResponse): void => {
  response.writeHead(200, { "content-type": "text/event-stream" })
}

const said = (content: string): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`

const whole = `data: ${JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] })}\n\ndata: [DONE]\n\n`

/** Once the event loop has turned this often without a change of it. */
const settled = (value: () => number) =>
  Effect.promise(async () => {
    for (let [turn, last] = [0, value()]; turn < 200; turn = value() === last ? turn + 1 : 0) {
      last = value()
      await new Promise((resolve) => setImmediate(resolve))
    }
  })

describe("an answer on its way", () => {
  it.live("stays with the server for as long as nobody asks for more of it", () =>
    Effect.gen(function* () {
      const piece = "x".repeat(65_536)
      const pieces = 1_000
      let sent = 0
      const model = yield* modelAt(async (_, response) => {
        begin(response)
        for (; sent < pieces; sent++) {
          if (!response.write(said(piece))) await new Promise((resolve) => response.once("drain", resolve))
        }
        response.end(whole)
      })
      const [begun, goOn] = [yield* Latch.make(), yield* Latch.make()]
      let length = 0
      const reading = yield* Effect.forkChild(
        Stream.runForEach(model.stream(request()), (part) => {
          length += texts([part]).length
          return Effect.andThen(begun.open, goOn.await)
        })
      )
      yield* begun.await
      yield* settled(() => sent)
      // What the system's own buffers hold is gone from the server.
      expect(sent).toBeLessThan(pieces / 2)
      yield* goOn.open
      yield* Fiber.join(reading)
      expect(length).toBe(pieces * piece.length)
    })
  )

  it.live("is over with its terminal event, and a connection that stays open behind it is closed", () =>
    Effect.gen(function* () {
      let isOpen = false
      const model = yield* modelAt((_, response) => {
        isOpen = true
        response.on("close", () => {
          isOpen = false
        })
        begin(response)
        response.write(said("ok") + whole)
      })
      const parts = yield* Stream.runCollect(model.stream(request()))
      expect([texts(parts), parts.at(-1)]).toMatchObject(["ok", { _tag: "Finish", reason: "stop" }])
      expect(isOpen).toBe(true)
      yield* until(() => !isOpen)
    })
  )

  it.live("ends with [DONE], whatever follows", () =>
    Effect.gen(function* () {
      const model = yield* modelAt((_, response) => {
        begin(response)
        response.end(`${said("ok")}${whole}${said("more")}data: {"broken\n\n`)
      })
      expect(texts(yield* Stream.runCollect(model.stream(request())))).toBe("ok")
    })
  )

  it.live("brings what came before an error, and then the error", () =>
    Effect.gen(function* () {
      const model = yield* modelAt((_, response) => {
        begin(response)
        response.end(`${said("one ")}${said("two")}data: {"error":{"code":"server_error","message":"Oh."}}\n\n`)
      })
      const seen: Array<string> = []
      const error = yield* Effect.flip(
        Stream.runForEach(model.stream(request()), (part) => Effect.sync(() => seen.push(texts([part]))))
      )
      expect(seen).toStrictEqual(["one ", "two"])
      expect(error.reason).toStrictEqual({ _tag: "Unavailable", status: null, detail: "Oh." })
    })
  )
})

describe("no answer", () => {
  it.live.each([
    [204, "", { _tag: "InvalidResponse", detail: "HOST answered nothing instead of an event stream" }],
    [503, "", { _tag: "Unavailable", status: 503, detail: "status code (no body)" }],
    [503, "busy", { _tag: "Unavailable", status: 503, detail: "busy" }],
    [503, '"busy"', { _tag: "Unavailable", status: 503, detail: "status code (no body)" }],
    [503, '{"detail":"busy"}', { _tag: "Unavailable", status: 503, detail: "busy" }],
    [503, '{"error":null,"message":"busy"}', { _tag: "Unavailable", status: 503, detail: "busy" }],
    [503, '{"error":"busy","message":"other"}', { _tag: "Unavailable", status: 503, detail: "busy" }]
  ] as const)("is there where the status is %i and the body %j", ([status, body, reason]) =>
    Effect.gen(function* () {
      let host = ""
      const model = yield* modelAt((asked, response) => {
        host = asked.headers.host ?? ""
        response.writeHead(status).end(body)
      })
      const error = yield* Effect.flip(Stream.runCollect(model.stream(request())))
      expect(error.reason).toStrictEqual({ ...reason, detail: reason.detail.replace("HOST", host) })
    })
  )

  it.live("is waited for longer than the idle time, while others over the same provider go on", () =>
    Effect.gen(function* () {
      const { failure, parts } = yield* rig(
        "chat",
        ({ index }) =>
          index === 0
            ? { text: "x".repeat(100), fault: { kind: "stall", at: "mid-text" } }
            : { text: "x".repeat(600), chunkDelayMs: 40 },
        { idleTimeoutMs: 200 }
      )
      const [stalled, ...others] = yield* Effect.all([failure(), parts(), parts()], { concurrency: "unbounded" })
      expect(stalled.reason).toStrictEqual({ _tag: "Stalled", idleMs: 200 })
      for (const other of others) expect(other.at(-1)).toMatchObject({ _tag: "Finish", reason: "stop" })
      expect((yield* parts()).at(-1)).toMatchObject({ _tag: "Finish", reason: "stop" })
    })
  )
})
