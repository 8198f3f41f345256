/**
 * Whatever the provider, the connection or the stream throws, as a `ModelError`. No error ever holds a key, also where a
 * server repeats it.
 */
import { ModelError, type ModelErrorReason, type ModelErrorStage } from "../ModelError.ts"
import { reasonOf, textOf } from "./ErrorBody.ts"
import type { Exchange } from "./Exchange.ts"
import { NotAStream, ProviderError, parsed } from "./ProviderError.ts"
import { retryAfterMs } from "./RetryAfter.ts"

export interface Circumstances {
  readonly model: string
  readonly exchange: Pick<Exchange, "stage" | "stalledMs">
  /** Host and port that the request went to. */
  readonly host: string
  /** Names to try when the model is not there. */
  readonly known: ReadonlyArray<string>
  /** Keys and the like: taken out of every text. */
  readonly secrets: ReadonlyArray<string>
  /** Milliseconds since the epoch. */
  readonly now: number
}

export const failureOf = (error: unknown, circumstances: Circumstances): ModelError => {
  const { exchange, model, secrets } = circumstances
  const { reason, stage = exchange.stage } = found(error, circumstances)
  return new ModelError({ model, stage, reason: "detail" in reason ? tidied(reason, secrets) : reason })
}

/** What the provider asked for, whatever the status. */
export const askedToWait = (error: unknown, now: number): number | null =>
  error instanceof ProviderError ? retryAfterMs(error.headers, now) : null

// internal

const hidden = "[key]"
const longest = 300

interface Found {
  readonly reason: ModelErrorReason
  /** Where it is known better than the exchange does. */
  readonly stage?: ModelErrorStage
}

const found = (error: unknown, circumstances: Circumstances): Found => {
  const { exchange } = circumstances
  if (exchange.stalledMs !== undefined) return { reason: { _tag: "Stalled", idleMs: exchange.stalledMs } }
  if (error instanceof NotAStream) return { reason: pageReason(error, circumstances) }
  if (error instanceof ProviderError) return { reason: toldReason(error, circumstances) }
  if (exchange.stage !== "streaming") return connectionFailure(causesOf(error), circumstances)
  // For a line that is no JSON, and the readers' for JSON that is no event.
  const isMisread = error instanceof SyntaxError || error instanceof TypeError
  return { reason: isMisread ? { _tag: "InvalidResponse", detail: error.message } : { _tag: "CutStream" } }
}

const pageReason = ({ contentType, text }: NotAStream, { host, known }: Circumstances): ModelErrorReason => {
  const json = parsed(text)
  if (typeof json === "object" && json !== null && "error" in json && json.error) {
    return reasonOf({ status: null, body: json.error, retryAfterMs: null, known, host })
  }
  const sentence = json === undefined ? textOf(text) : "a JSON document"
  const detail = `${host} answered ${contentType} instead of an event stream`
  return sentence === ""
    ? { _tag: "InvalidResponse", detail }
    : { _tag: "NotAStream", detail: `${detail}: ${sentence}` }
}

const toldReason = (error: ProviderError, { host, known, now }: Circumstances): ModelErrorReason => {
  const { body, headers, status } = error
  if (status !== null && status < 400) {
    const where = headers.location ?? "another address"
    return { _tag: "Rejected", status, detail: `${host} redirects to ${where}, which is not followed` }
  }
  return reasonOf({ status, body, retryAfterMs: status === null ? null : askedToWait(error, now), known, host })
}

const connectionFailure = (causes: ReadonlyArray<unknown>, { exchange, host }: Circumstances): Found => {
  const cause = causes.find((each) => codeOf(each) !== "") ?? causes.at(-1)
  const code = codeOf(cause)
  const unsent = { stage: "unsent" } as const
  if (/CERT|ISSUER|SELF_SIGNED|LEAF_SIGNATURE|HOSTNAME_MISMATCH/.test(code)) {
    return { reason: { _tag: "UntrustedCertificate", detail: `${code} at ${host}` }, ...unsent }
  }
  if (code === "ERR_PROXY_TUNNEL") {
    return statusCodeOf(cause) === 407
      ? {
          reason: { _tag: "ProxyRefused", detail: `it opens no way to ${host} without a user and password` },
          ...unsent
        }
      : { reason: { _tag: "Unavailable", status: null, detail: `the proxy opens no way to ${host}` }, ...unsent }
  }
  if (code.startsWith("HPE_")) {
    return { reason: { _tag: "InvalidResponse", detail: `${host} does not speak HTTP (${code})` } }
  }
  if (code.startsWith("ERR_INVALID")) {
    return { reason: { _tag: "Rejected", status: 400, detail: `it cannot be sent: ${messageOf(cause)}` }, ...unsent }
  }
  const detail = connectionDetail(cause, code, host)
  const reason = { _tag: "Unavailable", status: null, detail } as const
  return neverSent.has(code) ? { reason, ...unsent } : { reason, stage: exchange.stage }
}

const neverSent: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "EADDRNOTAVAIL"
])

const connectionDetail = (cause: unknown, code: string, host: string): string => {
  if (code === "") return messageOf(cause) || `no connection to ${host}`
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return `${code}: DNS knows no address of ${stringField(cause, "hostname") || host}`
  const [address, port] = [stringField(cause, "address"), stringField(cause, "port")]
  return address === "" ? `${code} ${host}` : `${code} ${address.includes(":") ? `[${address}]` : address}:${port}`
}

/** The error, what it was caused by, and what stands in an aggregate of them. */
const causesOf = (error: unknown): ReadonlyArray<unknown> => {
  const causes: Array<unknown> = []
  const pending = [error]
  while (pending.length > 0 && causes.length < 10) {
    const next = pending.shift()
    causes.push(next)
    if (next instanceof AggregateError) pending.push(...next.errors.slice(0, 3))
    if (next instanceof Error && next.cause !== undefined) pending.push(next.cause)
  }
  return causes
}

const statusCodeOf = (error: unknown): number | null =>
  error instanceof Error && "statusCode" in error && typeof error.statusCode === "number" ? error.statusCode : null

const codeOf = (error: unknown): string => stringField(error, "code")

const stringField = (error: unknown, key: "code" | "address" | "port" | "hostname"): string => {
  if (!(error instanceof Error) || !(key in error)) return ""
  const value: unknown = new Map<string, unknown>(Object.entries(error)).get(key)
  return typeof value === "string" || typeof value === "number" ? String(value) : ""
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const tidied = <R extends { readonly detail: string }>(reason: R, secrets: ReadonlyArray<string>): R => ({
  ...reason,
  detail: tidy(reason.detail, secrets)
})

/** Text from outside as one short line without secrets. */
const tidy = (text: string, secrets: ReadonlyArray<string>): string => {
  const clean = secrets.reduce((rest, secret) => (secret === "" ? rest : rest.replaceAll(secret, hidden)), text)
  const line = clean
    .replace(/\b(sk-[\w-]{4})[\w*-]+/g, hidden)
    .replace(/\b(bearer|basic)\s+[\w.~+/=*-]{6,}/gi, `$1 ${hidden}`)
    .replace(/[\p{Cc}\p{Cf}\u2028\u2029\s]+/gu, " ")
    .trim()
  return line.length <= longest ? line : `${line.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")} …`
}
