/**
 * Whether a server takes connections. Nothing is sent.
 */
import { connect } from "node:net"
import * as Effect from "effect/Effect"

/** Where a request would go first. */
export interface Stop {
  readonly host: string
  readonly port: number
  readonly isProxy: boolean
}

/** The server of `url`, or the proxy that these variables put before it. Pure. */
export const stopFor = (url: string, proxyVariables: Readonly<Record<string, string>>): Stop => {
  const target = new URL(url)
  const variable = (name: string) => proxyVariables[name.toLowerCase()] ?? proxyVariables[name] ?? ""
  const proxy = variable(target.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY")
  const passed = variable("NO_PROXY")
    .split(/[\s,]+/)
    .some((entry) => isPassed(target, entry))
  return proxy === "" || passed || !URL.canParse(proxy)
    ? { ...placeOf(target), isProxy: false }
    : { ...placeOf(new URL(proxy)), isProxy: true }
}

export interface Unreached {
  readonly what: string
  readonly next: string
}

/** Null once a connection stood. */
export const reach = ({ host, isProxy, port }: Stop, timeoutMs = 5_000): Effect.Effect<Unreached | null> =>
  Effect.acquireUseRelease(
    Effect.sync(() => connect({ host, port })),
    (socket) =>
      Effect.callback<Unreached | null>((resume) => {
        socket.once("connect", () => resume(Effect.succeed(null)))
        socket.once("error", (error) => resume(Effect.succeed(unreached(error, isProxy))))
      }),
    (socket) => Effect.sync(() => socket.destroy())
  ).pipe(
    Effect.timeoutOrElse({
      duration: timeoutMs,
      orElse: () =>
        Effect.succeed({
          what: `nothing came back within ${timeoutMs / 1000} s`,
          next: "Check the network and its firewall; behind a proxy, set HTTPS_PROXY."
        })
    })
  )

// internal

const placeOf = ({ hostname, port, protocol }: URL) => ({
  // Addresses of IPv6 stand in brackets in a URL, and nowhere else.
  host: hostname.replace(/^\[|\]$/g, ""),
  port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port)
})

const isPassed = ({ host, hostname }: URL, entry: string): boolean => {
  const name = entry.replace(/^\*?\./, "").toLowerCase()
  if (entry === "*") return true
  return name !== "" && (host === name || hostname === name || hostname.endsWith(`.${name}`))
}

const unreached = (error: NodeJS.ErrnoException, isProxy: boolean): Unreached => {
  const address = isProxy ? "the proxy variables" : "the provider's base URL (OPENAI_BASE_URL or base_url)"
  switch (error.code) {
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return { what: "its name is not known", next: `Check ${address} and the network.` }
    case "ECONNREFUSED":
      return { what: "the connection was refused", next: `Start the server, or check the port in ${address}.` }
    default:
      return { what: error.code ?? error.message, next: `Check ${address} and the network.` }
  }
}
