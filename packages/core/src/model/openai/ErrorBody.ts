/**
 * What a provider means with an error that it wrote: a status, and a body in one of a dozen shapes. Also for errors
 * that come inside a stream, which have no status of their own.
 */
import type { ModelErrorReason } from "../ModelError.ts"

export interface ReportedError {
  /** Null inside a stream. */
  readonly status: number | null
  /** The error object, or the text of the body. */
  readonly body: unknown
  readonly retryAfterMs: number | null
  /** Models to name instead of one that is not there. */
  readonly known: ReadonlyArray<string>
  /** Whom the request went to: host and port. */
  readonly host: string
}

export const reasonOf = ({ body, host, known, retryAfterMs, status: sent }: ReportedError): ModelErrorReason => {
  const { code, text } = read(body)
  const status = sent ?? statusOf(code)
  const detail = text === "" ? `${host} gave no reason` : text
  const said = `${code} ${text}`
  if (status === 401 || (status === 403 && !missesModel(said))) return { _tag: "Unauthorized", status }
  if (status === 407) return { _tag: "ProxyRefused", detail }
  if (status === 429) {
    // No waiting helps against an empty account, or a request over the whole minute's allowance. An account's state is
    // read from the code alone: the text of limits that pass names pages of quotas and billing too.
    const isFinal = /insufficient_quota|billing/i.test(code) || /request too large/i.test(text)
    return isFinal ? { _tag: "Rejected", status, detail } : { _tag: "RateLimited", retryAfterMs }
  }
  if (overflows(said)) return { _tag: "ContextOverflow", detail }
  if (status >= 500 || passing.has(status)) return { _tag: "Unavailable", status: sent ?? numeric(code), detail }
  if (missesModel(said)) return { _tag: "UnknownModel", known: [...known] }
  return { _tag: "Rejected", status, detail }
}

/** The sentence in an error body of any shape; an HTML page is only named. */
export const textOf = (body: unknown): string => read(body).text

// internal

/** Timeout, conflict, too early: the same request may pass a moment later. */
const passing: ReadonlySet<number> = new Set([408, 409, 425])

const overflows = (said: string): boolean =>
  /context_length_exceeded|context_window_exceeded|maximum context|context[ _-](length|window|size|limit)|(prompt|input|request) (is|was) too (long|large for)|maximum prompt length|input token count.*exceeds|prompt token count.*exceeds|exceeds the maximum number of tokens|too many (input |prompt )?tokens|reduce the length of the (messages|prompt|input)|when context the overflows|too large for model/i.test(
    said
  )

const missesModel = (said: string): boolean =>
  /model_not_found|(unknown|no such|invalid) model\b|model\b.{0,80}(not found|not exist|does not exist|not available|not supported by)/i.test(
    said
  )

/** An error without a status is the server's own, unless it says what the request did wrong. */
const statusOf = (code: string): number => {
  const given = numeric(code)
  if (given !== null) return given
  if (/rate_?limit|too_many_requests/i.test(code)) return 429
  if (/authentication|invalid_api_key|permission/i.test(code)) return 401
  if (
    /insufficient_quota|invalid|unsupported|policy|not_found|too_large|too_small|content_filter|bad_request/i.test(code)
  ) {
    return 400
  }
  return 500
}

const numeric = (code: string): number | null => (/^[45]\d\d\b/.test(code) ? Number(code.slice(0, 3)) : null)

interface Read {
  /** The code, then the type: what there is of them. */
  readonly code: string
  readonly text: string
}

const read = (body: unknown): Read => {
  if (typeof body === "string") return { code: "", text: plainText(body) }
  if (typeof body !== "object" || body === null) return { code: "", text: "" }
  const code = ["code", "type", "status"]
    .map((key) => word(field(body, key)))
    .filter((each) => each !== "" && each !== "error")
  for (const key of ["message", "error", "detail", "msg", "error_description"]) {
    const value = field(body, key)
    const inner = read(Array.isArray(value) ? value[0] : value)
    if (inner.text !== "") return { code: [...code, inner.code].join(" ").trim(), text: inner.text }
  }
  return { code: code.join(" "), text: code.length > 0 ? code.join(", ") : "" }
}

const field = (body: object, key: string): unknown => new Map(Object.entries(body)).get(key)

const word = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "")

const plainText = (text: string): string => {
  if (!/^\s*<(!doctype|html|head|body)/i.test(text)) return text.trim()
  const title = /<title[^>]*>([^<]*)</i.exec(text)?.[1]?.trim() ?? ""
  return title === "" ? "an HTML page" : `an HTML page, "${title}"`
}
