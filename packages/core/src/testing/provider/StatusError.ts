/**
 * The body of an error status, in the words and fields of OpenAI's.
 */
import type { ErrorFields } from "./Script.ts"
import { serverError } from "./Script.ts"

export const errorBody = (status: number, more: ErrorFields = {}) => {
  const { code, message, type = "invalid_request_error" } = ordinary.get(status) ?? fallback(status)
  return { error: { message, type, param: null, code, ...more } }
}

// internal

interface Ordinary {
  readonly message: string
  readonly code: string | null
  readonly type?: string
}

const ordinary: ReadonlyMap<number, Ordinary> = new Map([
  [401, { message: "Incorrect API key provided.", code: "invalid_api_key" }],
  [403, { message: "You are not allowed to use this model.", code: "unsupported_country_region_territory" }],
  [404, { message: "The model does not exist or you do not have access to it.", code: "model_not_found" }],
  [429, { message: "Rate limit reached for requests.", type: "requests", code: "rate_limit_exceeded" }],
  [503, { message: "The engine is currently overloaded, please try again later.", type: "server_error", code: null }]
])

const fallback = (status: number): Ordinary =>
  status < 500 ? { message: "The request is not valid.", code: null } : serverError
