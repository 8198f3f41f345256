/**
 * What a server can say instead of an answer: an error, with a status or inside a stream, or something else than a
 * stream.
 */
import type { IncomingHttpHeaders } from "node:http"

/** The provider told of an error. */
export class ProviderError extends Error {
  /** Null inside a stream. */
  readonly status: number | null
  readonly headers: IncomingHttpHeaders
  /** The error object, or the text of the body. */
  readonly body: unknown
  constructor(status: number | null, headers: IncomingHttpHeaders, body: unknown) {
    super("the provider reported an error")
    this.status = status
    this.headers = headers
    this.body = body
  }
}

/** A good status with a body that is no event stream: a web page, JSON, or nothing. */
export class NotAStream extends Error {
  readonly contentType: string
  readonly text: string
  constructor(contentType: string, text: string) {
    super(`the answer is ${contentType}, not an event stream`)
    this.contentType = contentType
    this.text = text
  }
}

/** The error in the body of an answer with an error status: its error object, all of its JSON, or its text. */
export const errorIn = (body: string): unknown => {
  const whole = parsed(body)
  // Some put their error in a list of one.
  const json: unknown = Array.isArray(whole) ? whole[0] : whole
  if (!json) return body === "" ? unsaid : body
  if (typeof json !== "object") return unsaid
  return ("error" in json ? json.error : undefined) ?? json
}

/** Undefined where it is no JSON. */
export const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

// internal

const unsaid = "status code (no body)"
