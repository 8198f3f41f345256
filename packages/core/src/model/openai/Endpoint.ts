/**
 * Where requests go and what each of them carries, from the settings: plain options for `node:http`, made once for a
 * client and not again for every request.
 */
import type { RequestOptions } from "node:http"
import { urlToHttpOptions } from "node:url"
import type { ProviderSettings } from "./ProviderSettings.ts"

export type EndpointSettings = Pick<ProviderSettings, "apiKey" | "baseUrl" | "headers" | "query" | "wire">

/** Throws a TypeError where the base URL is none. User and password of the URL are sent where nothing else authorizes. */
export const endpointOf = ({ apiKey, baseUrl, headers, query, wire }: EndpointSettings): RequestOptions => {
  const url = new URL(baseUrl)
  const path = `${url.pathname.replace(/\/$/, "")}/${paths[wire]}${queryOf(url, query)}`
  const { auth, hostname, port, protocol } = urlToHttpOptions(url)
  return {
    method: "POST",
    protocol,
    hostname,
    port,
    auth,
    path,
    headers: {
      // Errors come as JSON.
      accept: "text/event-stream, application/json",
      "content-type": "application/json",
      "user-agent": "deputize",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.trim()}` }),
      ...lowerCase(headers)
    }
  }
}

// internal

const paths = { responses: "responses", chat: "chat/completions" } as const

/** The URL's own, with those of the settings over them. */
const queryOf = (url: URL, query: Readonly<Record<string, string>>): string => {
  const merged = new URLSearchParams(url.search)
  for (const [name, value] of Object.entries(query)) merged.set(name, value)
  const pairs = Array.from(merged, ([name, value]) => `${encoded(name)}=${encoded(value)}`)
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`
}

/** By RFC 3986 and not as a form, where a space is a plus. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
