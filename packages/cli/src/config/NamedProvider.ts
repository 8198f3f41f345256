/**
 * A provider as a file names it; what is left out is the default of its wire.
 */
import type { Price } from "@deputize/core/domain/Price"
import type { Source } from "./Source.ts"

export interface NamedProvider {
  readonly name: string
  /** Where it is named; the built-in ones are not. */
  readonly source: Source
  readonly baseUrl: string
  readonly wire: "responses" | "chat"
  readonly envKey: string | undefined
  readonly envKeyInstructions: string | undefined
  readonly requiresAuth: boolean
  readonly headers: Readonly<Record<string, string>>
  /** Header names with the variables that hold their values. */
  readonly envHeaders: Readonly<Record<string, string>>
  readonly query: Readonly<Record<string, string>>
  readonly model: string | undefined
  readonly maxTokensField: "max_output_tokens" | "max_completion_tokens" | "max_tokens" | undefined
  readonly contextWindow: number | undefined
  readonly requestRetries: number | undefined
  readonly streamRetries: number | undefined
  readonly idleTimeoutMs: number | undefined
  readonly prices: Readonly<Record<string, Price>>
}

export const builtInProviders: ReadonlyArray<string> = ["offline", "openai", "openai-chat"]
