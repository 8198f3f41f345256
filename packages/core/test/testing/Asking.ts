/**
 * Asks a provider without a client library: the answer as it came over the socket, whole or broken off.
 */
import * as http from "node:http"
import * as Effect from "effect/Effect"

export const wires = ["responses", "chat"] as const
export type Wire = (typeof wires)[number]

export interface Heard {
  /** Null where the answer had no head. */
  readonly status: number | null
  readonly headers: http.IncomingHttpHeaders
  readonly body: string
  readonly end: "whole" | "broken"
}

/** A streaming request with one user message, and `more` over it; interruption leaves without waiting. */
export const ask = (url: string, wire: Wire, more: object = {}, agent?: http.Agent): Effect.Effect<Heard> =>
  send(url, wire, JSON.stringify({ ...ordinary[wire], ...more }), agent)

/** The same with a body that need not be JSON. */
export const send = (url: string, wire: Wire, text: string, agent?: http.Agent): Effect.Effect<Heard> =>
  Effect.callback((resume) => {
    let status: number | null = null
    let headers: http.IncomingHttpHeaders = {}
    let body = ""
    // A tick after the end, when the agent has its connection back.
    const settle = (end: Heard["end"]) => setImmediate(() => resume(Effect.succeed({ status, headers, body, end })))
    const path = wire === "chat" ? "chat/completions" : "responses"
    const request = http.request(`${url}/${path}`, { method: "POST", ...(agent === undefined ? {} : { agent }) })
    request.on("error", () => settle("broken"))
    request.on("response", (response) => {
      status = response.statusCode ?? null
      headers = response.headers
      response.setEncoding("utf8")
      response.on("data", (piece: string) => {
        body += piece
      })
      response.on("end", () => settle("whole"))
      response.on("error", () => settle("broken"))
    })
    request.end(text)
    return Effect.sync(() => request.destroy())
  })

export interface Event {
  readonly event: string | undefined
  readonly data: Readonly<Record<string, unknown>>
}

/** The events of a body, `[DONE]` left out. */
export const eventsOf = (body: string): ReadonlyArray<Event> =>
  body.split("\n\n").flatMap((block) => {
    const event = /^event: (.*)$/m.exec(block)?.[1]
    const data = /^data: (.*)$/m.exec(block)?.[1]
    return data === undefined || data === "[DONE]" ? [] : [{ event, data: JSON.parse(data) }]
  })

/** Resolves when what other sockets have to bring has come. */
export const eventually = (holds: () => boolean): Effect.Effect<void> =>
  Effect.callback((resume) => {
    const look = () => {
      if (holds()) resume(Effect.void)
      else setImmediate(look)
    }
    look()
  })

// internal

const user = { role: "user", content: "hi" }
const ordinary = {
  responses: { model: "m", stream: true, input: [user] },
  chat: { model: "m", stream: true, messages: [user] }
}
