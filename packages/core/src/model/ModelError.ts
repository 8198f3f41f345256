/**
 * Why a model call ended without an answer. One error for the boundary; the reason knows whether the same call may be
 * sent again, so that no caller keeps a table of its own.
 */
import * as Schema from "effect/Schema"

export const ModelErrorReason = Schema.Union([
  /** No key is set; `how` says where one comes from. */
  Schema.TaggedStruct("MissingKey", { variable: Schema.String, how: Schema.String }),
  Schema.TaggedStruct("Unauthorized", { status: Schema.Int }),
  Schema.TaggedStruct("UnknownModel", { known: Schema.Array(Schema.String) }),
  /** `retryAfterMs` is null when the provider named no time. */
  Schema.TaggedStruct("RateLimited", { retryAfterMs: Schema.NullOr(Schema.Number) }),
  /** A 5xx answer, or no connection at all (`status` null). */
  Schema.TaggedStruct("Unavailable", { status: Schema.NullOr(Schema.Int), detail: Schema.String }),
  /** The stream ended without its terminal event. */
  Schema.TaggedStruct("CutStream", {}),
  /** The stream said nothing for this long. */
  Schema.TaggedStruct("Stalled", { idleMs: Schema.Number }),
  Schema.TaggedStruct("ContextOverflow", { detail: Schema.String }),
  /** A request that this provider will never accept: 400, 404, 413, 422. */
  Schema.TaggedStruct("Rejected", { status: Schema.Int, detail: Schema.String }),
  /** A 200 whose body is not what the wire format promises. */
  Schema.TaggedStruct("InvalidResponse", { detail: Schema.String }),
  /** A 200 with a web page or a document: there is no API that streams at this address. */
  Schema.TaggedStruct("NotAStream", { detail: Schema.String }),
  /** The proxy between here and the provider refused: 407. */
  Schema.TaggedStruct("ProxyRefused", { detail: Schema.String }),
  /** The server's certificate is not one that this machine trusts. */
  Schema.TaggedStruct("UntrustedCertificate", { detail: Schema.String })
])
export type ModelErrorReason = typeof ModelErrorReason.Type

/**
 * How far the request had come. `unsent`: nothing of it left. `answered`: an error status, which no provider bills.
 * `sent`: no answer came. `streaming`: a good status came. In the last two the provider may bill all of it.
 */
export const ModelErrorStage = Schema.Literals(["unsent", "answered", "sent", "streaming"])
export type ModelErrorStage = typeof ModelErrorStage.Type

export class ModelError extends Schema.TaggedError<ModelError>()("ModelError", {
  model: Schema.String,
  stage: ModelErrorStage,
  reason: ModelErrorReason
}) {
  override get message(): string {
    return `${this.model}: ${happened(this.reason)}`
  }
  get hint(): string {
    return nextStep(this.reason)
  }
  get isRetryable(): boolean {
    return retryable.has(this.reason._tag)
  }
  /** The provider may have billed it and has not said how much. */
  get isBilled(): boolean {
    return this.stage === "sent" || this.stage === "streaming"
  }
}

// internal

const retryable: ReadonlySet<ModelErrorReason["_tag"]> = new Set([
  "RateLimited",
  "Unavailable",
  "CutStream",
  "Stalled",
  "InvalidResponse"
])

const happened = (reason: ModelErrorReason): string => {
  switch (reason._tag) {
    case "MissingKey":
      return `no API key: ${reason.variable} is not set`
    case "Unauthorized":
      return `the provider refused the key (${reason.status})`
    case "UnknownModel":
      return "the provider does not know this model"
    case "RateLimited":
      return reason.retryAfterMs === null
        ? "the provider's rate limit is reached"
        : `the provider's rate limit is reached, it asks to wait ${Math.ceil(reason.retryAfterMs / 1000)} s`
    case "Unavailable":
      return `the provider is not available (${reason.status ?? "no connection"}): ${reason.detail}`
    case "CutStream":
      return "the answer was cut off before its end"
    case "Stalled":
      return `the provider sent nothing for ${Math.round(reason.idleMs / 1000)} s`
    case "ContextOverflow":
      return `the conversation is larger than the model's context: ${reason.detail}`
    case "Rejected":
      return `the provider rejected the request (${reason.status}): ${reason.detail}`
    case "InvalidResponse":
    case "NotAStream":
      return `the provider's answer cannot be read: ${reason.detail}`
    case "ProxyRefused":
      return `the proxy refused the connection (407): ${reason.detail}`
    case "UntrustedCertificate":
      return `the server's certificate is not trusted: ${reason.detail}`
  }
}

const nextStep = (reason: ModelErrorReason): string => {
  switch (reason._tag) {
    case "MissingKey":
      return `${reason.how}; the offline provider needs no key.`
    case "Unauthorized":
      return "Check that the key belongs to this provider and base URL."
    case "UnknownModel":
      return reason.known.length === 0
        ? "Name another model in the provider's settings."
        : `Name another model, for example ${reason.known.slice(0, 3).join(", ")}.`
    case "RateLimited":
      return "Wait, or run fewer agents at once (--max-parallel)."
    case "Unavailable":
    case "CutStream":
    case "Stalled":
      return "Check the network and the base URL."
    case "ContextOverflow":
      return "Narrow the goal or the scope, or choose a model with a larger context."
    case "Rejected":
      return "Check the model's name and the provider's settings."
    case "InvalidResponse":
    case "NotAStream":
      return "Check that the base URL is an API and not a web page, and that wire_api fits it."
    case "ProxyRefused":
      return "Put the proxy's user and password into HTTPS_PROXY, or the provider's host into NO_PROXY."
    case "UntrustedCertificate":
      return "Name the file of the authority that signed it in NODE_EXTRA_CA_CERTS; it is never left unchecked."
  }
}
