/**
 * The `fetch` that the SDK sends with: `node:http` and `node:https` over agents that keep connections, with the proxy
 * variables of the settings. Over the built-in one it opens a socket an agent instead of two, costs less, and tells how
 * far a request came.
 *
 * 1. Nothing is read from the socket that nobody waits for: the body is paused as long as the SDK does not pull.
 * 2. An abort closes the connection at once, unless the answer is complete: then the rest runs out, so that
 *    the connection stays usable.
 * 3. Redirects are not followed: a key goes only where the settings say.
 * 4. An answer that is no event stream is read to the end here, up to a size, and never as a stream.
 */
import * as http from "node:http"
import * as https from "node:https"
import type { Socket } from "node:net"
import { Exchange } from "./Exchange.ts"

/** A good status with a body that is no event stream: a web page, or JSON. */
export class NotAStream extends Error {
  readonly contentType: string
  readonly text: string
  constructor(contentType: string, text: string) {
    super(`the answer is ${contentType}, not an event stream`)
    this.contentType = contentType
    this.text = text
  }
}

export interface Transport {
  /** `init.agent` is the request's `Exchange`, if it has one. */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  readonly close: () => void
}

export interface TransportOptions {
  /** Sent beside the SDK's `accept` and `content-type`; all others of the SDK are left out. */
  readonly headers: Readonly<Record<string, string>>
  readonly proxyVariables?: Readonly<Record<string, string>> | undefined
}

export const make = ({ headers, proxyVariables }: TransportOptions): Transport => {
  const keeping = {
    keepAlive: true,
    scheduling: "lifo",
    maxFreeSockets: 1_024,
    ...(proxyVariables === undefined ? {} : { proxyEnv: { ...proxyVariables } })
  } as const
  const plain = new http.Agent(keeping)
  const secure = new https.Agent(keeping)

  const fetch: Transport["fetch"] = (input, init = {}) =>
    new Promise((resolve, reject) => {
      const url = new URL(input instanceof Request ? input.url : input)
      const exchange = exchangeOf(init)
      const signal = init.signal ?? undefined
      const sent = init.headers instanceof Headers ? init.headers : new Headers(init.headers)
      const options = {
        method: init.method ?? "GET",
        headers: {
          accept: sent.get("accept") ?? "*/*",
          ...(sent.has("content-type") ? { "content-type": sent.get("content-type") ?? "" } : {}),
          ...headers
        }
      }
      const request =
        url.protocol === "https:"
          ? https.request(url, { ...options, agent: secure })
          : http.request(url, { ...options, agent: plain })
      let answer: http.IncomingMessage | undefined
      const abort = () => {
        if (exchange.isComplete && answer !== undefined) letRunOut(answer)
        else request.destroy(new DOMException("The request was aborted", "AbortError"))
      }
      const settle = () => signal?.removeEventListener("abort", abort)
      request.once("socket", (socket) => {
        whenReady(socket, () => {
          if (exchange.stage === "unsent") exchange.stage = "sent"
        })
      })
      request.on("error", (error) => {
        settle()
        reject(error)
      })
      // In the same step in which the agent takes the connection back.
      request.once("close", () => exchange.finish())
      request.once("response", (response) => {
        const status = response.statusCode ?? 0
        exchange.stage = status >= 200 && status < 300 ? "streaming" : "answered"
        answer = response
        answerOf(response, exchange).then(resolve, (error: unknown) => {
          request.destroy()
          reject(error)
        })
        response.once("close", settle)
      })
      signal?.addEventListener("abort", abort, { once: true })
      exchange.onAbort(abort)
      if (signal?.aborted) abort()
      request.end(typeof init.body === "string" ? init.body : undefined)
    })

  return {
    fetch,
    close: () => {
      plain.destroy()
      secure.destroy()
    }
  }
}

// internal

/** Enough of an error for a message, whatever a server sends. */
const bodyBytes = 65_536
/** How long a complete answer may take to end. */
const lingerMs = 1_000

const exchangeOf = (init: RequestInit): Exchange =>
  "agent" in init && init.agent instanceof Exchange ? init.agent : new Exchange("responses")

const whenReady = (socket: Socket, ready: () => void): void => {
  if ("secureConnecting" in socket && socket.secureConnecting === true) socket.once("secureConnect", ready)
  else if (socket.connecting) socket.once("connect", ready)
  else ready()
}

const answerOf = async (incoming: http.IncomingMessage, exchange: Exchange): Promise<Response> => {
  const init = { status: Math.max(200, incoming.statusCode ?? 0), headers: keptHeaders(incoming) }
  if (exchange.stage === "streaming") {
    const contentType = (incoming.headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? ""
    if (!/html|json/i.test(contentType)) return new Response(bodyOf(incoming, exchange), init)
    throw new NotAStream(contentType, await textOf(incoming))
  }
  const text = await textOf(incoming)
  return new Response(bodiless.has(init.status) ? null : text, init)
}

const bodiless: ReadonlySet<number> = new Set([204, 205, 304])

/** What the error mapping reads; a `Headers` of all of them is a noticeable part of a request's cost. */
const keptHeaders = ({ headers }: http.IncomingMessage): Headers => {
  const kept = new Headers()
  for (const name of ["content-type", "date", "location", "retry-after", "retry-after-ms", "x-request-id"]) {
    const value = headers[name]
    if (typeof value === "string") kept.set(name, value)
  }
  return kept
}

const textOf = async (incoming: http.IncomingMessage): Promise<string> => {
  const chunks: Array<Buffer> = []
  let size = 0
  for await (const chunk of incoming) {
    if (!Buffer.isBuffer(chunk)) continue
    chunks.push(chunk)
    size += chunk.length
    if (size >= bodyBytes) break
  }
  return Buffer.concat(chunks).toString("utf8")
}

const bodyOf = (incoming: http.IncomingMessage, exchange: Exchange): ReadableStream<Uint8Array> => {
  let isWanted = false
  let isOver = false
  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        incoming.on("readable", () => {
          if (isWanted) isWanted = !forward(incoming, exchange, controller)
        })
        incoming.once("end", () => {
          if (!isOver) controller.close()
          isOver = true
        })
        incoming.once("error", (error) => {
          if (!isOver) controller.error(error)
          isOver = true
        })
      },
      pull: (controller) => {
        isWanted = !forward(incoming, exchange, controller)
      },
      cancel: () => {
        isOver = true
        if (exchange.isComplete) letRunOut(incoming)
        else incoming.destroy()
      }
    },
    { highWaterMark: 0 }
  )
}

/** All that has come in the meantime, as one chunk. */
const forward = (
  incoming: http.IncomingMessage,
  exchange: Exchange,
  controller: ReadableStreamDefaultController<Uint8Array>
): boolean => {
  const chunk: unknown = incoming.read()
  if (!(chunk instanceof Uint8Array)) return false
  exchange.watch(chunk)
  controller.enqueue(chunk)
  return true
}

const letRunOut = (incoming: http.IncomingMessage): void => {
  if (incoming.readableEnded || incoming.destroyed || incoming.readableFlowing === true) return
  const timer = setTimeout(() => incoming.destroy(), lingerMs)
  timer.unref()
  incoming.removeAllListeners("readable")
  incoming.once("close", () => clearTimeout(timer))
  incoming.resume()
}
