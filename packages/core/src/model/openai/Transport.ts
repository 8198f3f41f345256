/**
 * Sends requests over `node:http` and `node:https`, with agents that keep connections and the proxy variables of the
 * settings: cheaper than the built-in `fetch`, a socket an agent instead of two, and it tells how far a request came.
 *
 * 1. Nothing is read from the socket that nobody waits for.
 * 2. An abort closes the connection at once, unless the answer is complete: then the rest runs out, so that
 *    the connection stays usable.
 * 3. Redirects are not followed: a key goes only where the settings say.
 * 4. An answer that is no event stream is read to the end here, up to a size, and never as a stream.
 */
import type * as http from "node:http"
import type { Socket } from "node:net"
import { type EndpointSettings, endpointOf } from "./Endpoint.ts"
import type { Exchange } from "./Exchange.ts"
import { errorIn, NotAStream, ProviderError } from "./ProviderError.ts"
import type { ProviderSettings } from "./ProviderSettings.ts"
import { StreamedAnswer } from "./StreamedAnswer.ts"

export interface Transport {
  /**
   * Resolves when the headers of an event stream are there. Rejects with `ProviderError`, `NotAStream`, or what `node`
   * says of the connection.
   */
  readonly send: (body: string, exchange: Exchange) => Promise<StreamedAnswer>
  readonly close: () => void
}

export const make = (settings: EndpointSettings & Pick<ProviderSettings, "proxyVariables">): Transport => {
  const { Agent, request } = clientOf(settings.baseUrl)
  const agent = new Agent({
    keepAlive: true,
    scheduling: "lifo",
    maxFreeSockets: 1_024,
    ...(settings.proxyVariables === undefined ? {} : { proxyEnv: { ...settings.proxyVariables } })
  })
  let options: http.RequestOptions | undefined
  return {
    send: (body, exchange) =>
      new Promise((resolve, reject) => {
        // What is wrong with the settings is said by the request.
        options ??= { ...endpointOf(settings), agent }
        sendOn(request(options), body, exchange, resolve, reject)
      }),
    close: () => agent.destroy()
  }
}

// internal

/** Enough of an error for a message, whatever a server sends. */
const bodyBytes = 65_536
/** How long a complete answer may take to end. */
const lingerMs = 1_000

/** What `node:http` and `node:https` have in common. */
interface Client {
  readonly Agent: new (options: http.AgentOptions) => http.Agent
  readonly request: (options: http.RequestOptions) => http.ClientRequest
}

/**
 * Only the one that is needed, and not by `import`: that reads every export of `node:http`, and one of them loads all of
 * the built-in `fetch` (20 ms).
 */
const clientOf = (baseUrl: string): Client =>
  URL.canParse(baseUrl) && new URL(baseUrl).protocol === "https:"
    ? process.getBuiltinModule("node:https")
    : process.getBuiltinModule("node:http")

const sendOn = (
  request: http.ClientRequest,
  body: string,
  exchange: Exchange,
  resolve: (answer: StreamedAnswer) => void,
  reject: (error: unknown) => void
): void => {
  let answer: http.IncomingMessage | undefined
  let isComplete = false
  request.on("socket", (socket) => {
    whenReady(socket, () => {
      if (exchange.stage === "unsent") exchange.stage = "sent"
    })
  })
  request.on("error", reject)
  // In the same step in which the agent takes the connection back.
  request.on("close", () => exchange.finish())
  request.on("response", (incoming) => {
    answer = incoming
    const status = incoming.statusCode ?? 0
    exchange.stage = status >= 200 && status < 300 ? "streaming" : "answered"
    if (exchange.stage === "answered") {
      refusal(incoming, status).then(reject, reject)
      return
    }
    const contentType = (incoming.headers["content-type"] ?? "").split(";", 1)[0]?.trim() ?? ""
    if (status !== 204 && !/html|json/i.test(contentType)) {
      return resolve(new StreamedAnswer(incoming, incoming.headers))
    }
    page(incoming, status === 204 ? "nothing" : contentType).then(reject, reject)
  })
  exchange.connect({
    abort: () => {
      if (!isComplete) request.destroy()
    },
    runOut: () => {
      isComplete = true
      answer?.removeAllListeners("readable").resume()
    },
    linger: () => {
      const timer = setTimeout(() => request.destroy(), lingerMs).unref()
      request.on("close", () => clearTimeout(timer))
    }
  })
  request.end(body)
}

const whenReady = (socket: Socket, ready: () => void): void => {
  if ("secureConnecting" in socket && socket.secureConnecting === true) socket.once("secureConnect", ready)
  else if (socket.connecting) socket.once("connect", ready)
  else ready()
}

const refusal = async (incoming: http.IncomingMessage, status: number): Promise<ProviderError> =>
  new ProviderError(status, incoming.headers, errorIn(await textOf(incoming)))

const page = async (incoming: http.IncomingMessage, contentType: string): Promise<NotAStream> =>
  new NotAStream(contentType, await textOf(incoming))

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
