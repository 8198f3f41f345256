/**
 * What can be set of a provider in `providers.NAME`, as a table beside that of the settings.
 */
import * as Result from "effect/Result"
import { type Form, type JsonSchema, misread, ofWords } from "./Form.ts"
import { count, oneOf, retries, text, texts, webAddress, yesOrNo } from "./Forms.ts"

export const wires = ["responses", "chat"] as const
export const capFields = ["max_output_tokens", "max_completion_tokens", "max_tokens"] as const

/** What can be told of a field without its values. */
export interface FieldFacts {
  readonly key: string
  readonly about: string
  /** The default in words. */
  readonly usually: string
  readonly example: string
  readonly form: { readonly schema: JsonSchema }
}

export interface ProviderField<A> extends FieldFacts {
  readonly form: Form<A>
  /** The value as it may be shown, without what may be a secret. */
  readonly shown?: (value: A) => A
}

/** A key where its variable's name belongs must not come back in an error. */
const variableName: Form<string> = ofWords(
  "the name of a variable",
  (said) =>
    /^[A-Za-z_]\w*$/.test(said)
      ? Result.succeed(said)
      : misread("is not the name of a variable", "Write the name of the variable that holds the key, not the key."),
  (value) => value,
  { type: "string", pattern: "^[A-Za-z_][A-Za-z0-9_]*$" }
)

const withoutValues = (values: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.keys(values).map((name) => [name, "hidden"]))

const withoutUser = (address: string): string => {
  const url = new URL(address)
  if (url.username === "" && url.password === "" && url.search === "") return address
  return `${url.protocol}//${url.username === "" && url.password === "" ? "" : "hidden@"}${url.host}${url.pathname}${url.search === "" ? "" : "?hidden"}`
}

const field = <A>(facts: ProviderField<A>): ProviderField<A> => facts

export const providerFields = {
  baseUrl: field<string>({
    key: "base_url",
    about: "Where its API is, with the version in the path",
    usually: "none: it must be given",
    example: "https://llm.example.com/v1",
    form: webAddress,
    shown: withoutUser
  }),
  wire: field<(typeof wires)[number]>({
    key: "wire_api",
    about: "The Responses API, or Chat Completions",
    usually: "chat",
    example: "responses",
    form: oneOf(wires)
  }),
  envKey: field<string>({
    key: "env_key",
    about: "The variable that holds the key",
    usually: "none",
    example: "COMPANY_KEY",
    form: variableName
  }),
  envKeyInstructions: field<string>({
    key: "env_key_instructions",
    about: "What a user is told who has no key",
    usually: "a sentence that names the variable",
    example: "Ask the platform team for a key.",
    form: text
  }),
  requiresAuth: field<boolean>({
    key: "requires_auth",
    about: "Whether it can be used without a key",
    usually: "true with env_key",
    example: "true",
    form: yesOrNo
  }),
  headers: field<Readonly<Record<string, string>>>({
    key: "http_headers",
    about: "Headers of every request",
    usually: "none",
    example: "{ x-app: deputize }",
    form: texts,
    shown: withoutValues
  }),
  envHeaders: field<Readonly<Record<string, string>>>({
    key: "env_http_headers",
    about: "Headers whose values are in variables",
    usually: "none",
    example: "{ x-team: TEAM_NAME }",
    form: texts
  }),
  query: field<Readonly<Record<string, string>>>({
    key: "query_params",
    about: "Parameters of every request's URL",
    usually: "none",
    example: "{ api-version: preview }",
    form: texts,
    shown: withoutValues
  }),
  model: field<string>({
    key: "model",
    about: "The model where nothing else names one",
    usually: "none",
    example: "qwen3-coder",
    form: text
  }),
  maxTokensField: field<(typeof capFields)[number]>({
    key: "max_tokens_field",
    about: "What it calls the cap of an answer",
    usually: "by wire and host",
    example: "max_tokens",
    form: oneOf(capFields)
  }),
  contextWindow: field<number>({
    key: "context_window",
    about: "Tokens that a call may hold",
    usually: "the catalogue's, else 128000",
    example: "32768",
    form: count
  }),
  requestRetries: field<number>({
    key: "request_max_retries",
    about: "Tries after a request that was not answered",
    usually: "4",
    example: "2",
    form: retries
  }),
  streamRetries: field<number>({
    key: "stream_max_retries",
    about: "Tries after an answer that broke off",
    usually: "10",
    example: "5",
    form: retries
  }),
  idleTimeoutMs: field<number>({
    key: "stream_idle_timeout_ms",
    about: "Milliseconds without a sign after which an answer has stalled",
    usually: "300000",
    example: "120000",
    form: count
  })
}
