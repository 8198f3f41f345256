/**
 * Where a model is reached and what may be asked of it: a provider with an OpenAI-compatible API, as decoded settings.
 * Nothing here is read from the environment; whoever builds the settings does that.
 */
import type { Price } from "../../domain/Price.ts"

export interface ProviderSettings {
  readonly name: string
  /** With the version in its path, `https://api.openai.com/v1`. */
  readonly baseUrl: string
  /** The Responses API, or Chat Completions. */
  readonly wire: "responses" | "chat"
  readonly apiKey: string | undefined
  /** The environment variable that the key is expected in, for messages. */
  readonly keyVariable: string
  readonly keyInstructions: string
  /** Sent with every request; one of them may carry the key under another name (`api-key`). */
  readonly headers: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly requiresAuth: boolean
  /** What agents use that name none; without it the catalogue's default. */
  readonly model?: string
  /** What the server calls the cap of an answer; the Responses API knows one name only. */
  readonly maxTokensField: "max_output_tokens" | "max_completion_tokens" | "max_tokens"
  /** Tokens; over the catalogue's. */
  readonly contextWindow?: number
  /** By model; over the catalogue's. */
  readonly prices: Readonly<Record<string, Price>>
  /** A stream that brings no event for this long has stalled. */
  readonly idleTimeoutMs: number
  /** Over the usual numbers. */
  readonly retries?: { readonly request?: number; readonly stream?: number }
  /** Requests at once before the provider has said anything against it. */
  readonly parallelism?: number
  /** HTTP_PROXY, HTTPS_PROXY and NO_PROXY, in capitals or not, as they are set. */
  readonly proxyVariables?: Readonly<Record<string, string>>
}

/** The newer name of the cap is what OpenAI and Azure take; other servers mostly know the older one. */
export const capField = (baseUrl: string, wire: ProviderSettings["wire"]): ProviderSettings["maxTokensField"] => {
  if (wire === "responses") return "max_output_tokens"
  const host = URL.canParse(baseUrl) ? new URL(baseUrl).hostname : ""
  return /(^|\.)(openai|azure)\.com$/.test(host) ? "max_completion_tokens" : "max_tokens"
}
