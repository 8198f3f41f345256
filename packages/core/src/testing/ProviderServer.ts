/**
 * A provider on loopback for tests and benchmarks of anything that talks to one: a real HTTP server that speaks the
 * Responses and the Chat Completions API, streaming or not, honours the output cap, counts what it bills, and plays
 * faults at any point of an answer.
 *
 *   const server = await startProviderServer((request) => ({ text: `You asked: ${request.goal}` }))
 *   const client = new OpenAI({ baseURL: server.url, apiKey: "any" })
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Answer, Fault, FaultPoint } from "./provider/Answer.ts"
import { chatScript } from "./provider/ChatScript.ts"
import { Connection } from "./provider/Connection.ts"
import { outputOf, tokensIn } from "./provider/Output.ts"
import { play, strikeEarly } from "./provider/Playback.ts"
import { type Received, received, type Wire } from "./provider/Received.ts"
import { responsesScript } from "./provider/ResponsesScript.ts"
import { bodyScript, type Script } from "./provider/Script.ts"
import { errorBody } from "./provider/StatusError.ts"

export { alwaysCalls } from "./provider/AlwaysCalls.ts"
export type { Answer, Fault, FaultPoint, Received }

export interface ProviderServer {
  /** `http://127.0.0.1:PORT/v1` */
  readonly url: string
  /** In the order in which they had come whole; the last `kept` of them. */
  readonly requests: ReadonlyArray<Received>
  /**
   * The witness: the input of every request that got a 200, and the output as far as it was sent, reasoning included.
   * Counted here, whatever `Answer.usage` tells the client.
   */
  readonly billed: { readonly input: number; readonly output: number; readonly total: number }
  /** Connections accepted until now. */
  readonly sockets: number
  /** Requests that are being answered at this moment. */
  readonly openRequests: number
  /** Requests whose client left before the answer was over. */
  readonly aborted: number
  readonly close: () => Promise<void>
}

export type Answering = (request: Received) => Answer | Promise<Answer>

export interface ProviderServerOptions {
  /** How many requests are kept to be looked at, whole as they are; all unless given. */
  readonly kept?: number
}

/** An `answering` that fails is a mistake of the test: the request gets a 400 that says so. */
export const startProviderServer = async (
  answering: Answering,
  { kept = Number.POSITIVE_INFINITY }: ProviderServerOptions = {}
): Promise<ProviderServer> => {
  const witness = new Witness(kept)
  const server = createServer((request, response) => void serve(witness, answering, request, response))
  server.on("connection", () => {
    witness.sockets += 1
  })
  // An idle connection closed from here would look like a fault to a client that uses it at that moment.
  server.keepAliveTimeout = 0
  const backlog = 4_096
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject)
    server.listen(0, "127.0.0.1", backlog, resolve)
  })
  const address = server.address()
  if (address === null || typeof address === "string") throw new Error("the server has no port")
  const closed = new Promise<void>((resolve) => server.once("close", resolve))
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    requests: witness.requests,
    get billed() {
      const { input, output } = witness
      return { input, output, total: input + output }
    },
    get sockets() {
      return witness.sockets
    },
    get openRequests() {
      return witness.open
    },
    get aborted() {
      return witness.aborted
    },
    close: () => {
      server.close()
      server.closeAllConnections()
      return closed
    }
  }
}

/** The same, closed with the scope. */
export const providerServer = (
  answering: Answering,
  options?: ProviderServerOptions
): Effect.Effect<ProviderServer, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => startProviderServer(answering, options)),
    (server) => Effect.promise(() => server.close())
  )

// internal

class Witness {
  readonly requests: Array<Received> = []
  readonly #kept: number
  /** Requests until now. */
  count = 0
  input = 0
  output = 0
  sockets = 0
  open = 0
  aborted = 0

  constructor(kept: number) {
    this.#kept = kept
  }

  take(request: Received): void {
    this.count += 1
    this.requests.push(request)
    if (this.requests.length > this.#kept) this.requests.shift()
  }

  /** Bills the input, and returns how to bill the output: every started token counts, over all its pieces once. */
  begin({ inputTokens }: Received): (bytes: number) => void {
    this.input += inputTokens
    let sent = 0
    return (bytes) => {
      this.output += tokensIn(sent + bytes) - tokensIn(sent)
      sent += bytes
    }
  }
}

const serve = async (
  witness: Witness,
  answering: Answering,
  request: IncomingMessage,
  response: ServerResponse
): Promise<void> => {
  const connection = new Connection(response)
  witness.open += 1
  response.once("close", () => {
    witness.open -= 1
    if (connection.isAbandoned) witness.aborted += 1
  })
  const path = request.url?.split("?")[0] ?? ""
  const bytes = await bodyOf(request)
  // The client left while it was still asking.
  if (bytes === undefined) return
  if (request.method === "GET" && path === "/v1/models") return await connection.sendJson(200, models)
  const wire = request.method === "POST" ? wires.get(path) : undefined
  if (wire === undefined) {
    return await connection.sendJson(
      404,
      errorBody(404, { message: `Invalid URL (${request.method} ${path})`, code: null })
    )
  }
  const headers = headersOf(request)
  const asked = received({ wire, index: witness.count, at: performance.now(), headers }, bytes)
  if (asked === undefined) return await connection.sendJson(400, errorBody(400, { message: "The body is no JSON." }))
  witness.take(asked)
  try {
    const answer = await answering(asked)
    await connection.wait(answer.delayMs ?? 0)
    if (connection.isOpen) await respond(witness, asked, answer, connection)
  } catch (error) {
    const message = `There is no answer to request ${asked.index}: ${String(error)}`
    if (connection.hasHeaders) connection.cut()
    else await connection.sendJson(400, errorBody(400, { message }))
  }
}

const wires: ReadonlyMap<string, Wire> = new Map([
  ["/v1/responses", "responses"],
  ["/v1/chat/completions", "chat"]
])

const models = {
  object: "list",
  data: [{ id: "some-model", object: "model", created: 1_700_000_000, owned_by: "system" }]
}

const respond = async (witness: Witness, asked: Received, answer: Answer, connection: Connection): Promise<void> => {
  const { fault, status = 200 } = answer
  const headers = { "x-request-id": `req_${asked.index}`, ...answer.headers }
  if (fault?.at === "before-headers") {
    if (fault.kind !== "error-event" && fault.kind !== "failed") return await strikeEarly(connection, fault.kind)
    const failed = status < 400 ? 500 : status
    return await connection.sendJson(failed, errorBody(failed, fault.error), headers)
  }
  const script = scriptOf(asked, answer)
  connection.head(status, { "content-type": script.contentType, ...headers })
  await play(connection, script, answer, status === 200 ? witness.begin(asked) : () => {})
}

const scriptOf = (asked: Received, answer: Answer): Script => {
  const { bodyText, status = 200 } = answer
  if (bodyText !== undefined) {
    return bodyScript(bodyText.startsWith("<") ? "text/html; charset=utf-8" : "application/json", bodyText, 0)
  }
  if (status !== 200) return bodyScript("application/json", JSON.stringify(errorBody(status)), 0)
  const output = outputOf(answer, asked)
  return asked.wire === "responses" ? responsesScript(asked, answer, output) : chatScript(asked, answer, output)
}

const headersOf = ({ headers }: IncomingMessage): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value = ""]) => [name, String(value)]))

const bodyOf = async (request: IncomingMessage): Promise<Uint8Array | undefined> => {
  const chunks: Array<Uint8Array> = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return undefined
  }
  return Buffer.concat(chunks)
}
