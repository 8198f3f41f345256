/**
 * The SDK, loaded when the first request needs it (80 ms), with everything switched off that is ours: retries, time
 * limits, log lines, and what it would read from the environment.
 */
import type { OpenAI } from "openai"
import type { Exchange } from "./Exchange.ts"
import type { ProviderSettings } from "./ProviderSettings.ts"
import * as Transport from "./Transport.ts"

export interface Client {
  readonly sdk: () => Promise<OpenAI>
  readonly close: () => void
}

export const make = (settings: ProviderSettings): Client => {
  const { apiKey, baseUrl, headers, proxyVariables, query } = settings
  const transport = Transport.make({
    headers: {
      "user-agent": "deputize",
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.trim()}` }),
      ...lowerCase(headers)
    },
    proxyVariables
  })
  let sdk: Promise<OpenAI> | undefined
  const load = async () => {
    const { OpenAI } = await import("openai")
    return new OpenAI({
      // The headers are the transport's; the SDK only insists on a key.
      apiKey: "none",
      adminAPIKey: null,
      organization: null,
      project: null,
      webhookSecret: null,
      baseURL: baseUrl,
      defaultQuery: { ...query },
      maxRetries: 0,
      timeout: never,
      logLevel: "off",
      fetch: transport.fetch
    })
  }
  return {
    sdk: () => {
      sdk ??= load()
      return sdk
    },
    close: transport.close
  }
}

/** Carries the exchange through the SDK to the transport. */
export const requestOptions = (exchange: Exchange) => ({ fetchOptions: { agent: exchange } })

// internal

/** The longest time a timer of Node can count. */
const never = 2_147_483_647

const lowerCase = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
