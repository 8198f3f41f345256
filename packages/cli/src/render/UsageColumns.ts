/**
 * What requests to models have used, as columns of a table and as data. Pure.
 */
import type { Tally } from "@deputize/core/history/Tally"
import * as Schema from "effect/Schema"
import { count, dollars } from "./Figures.ts"
import type { Column } from "./Table.ts"

export const usageColumns: ReadonlyArray<Column> = [
  { title: "REQUESTS", right: true, dispensable: 3 },
  { title: "INPUT", right: true, dispensable: 2 },
  { title: "CACHED", right: true, dispensable: 5 },
  { title: "OUTPUT", right: true, dispensable: 1 },
  { title: "REASONING", right: true, dispensable: 6 },
  { title: "UNKNOWN", right: true, dispensable: 4 },
  { title: "CHARGED", right: true },
  { title: "USD", right: true }
]

export const usageCells = (tally: Tally): ReadonlyArray<string> => {
  const { cached, charged, input, nanoUsd, output, reasoning, requests, unknown } = tally
  return [
    ...[requests, input, cached, output, reasoning, unknown, charged].map(count),
    nanoUsd === null ? "unknown" : dollars(nanoUsd)
  ]
}

export const UsageJson = Schema.Struct({
  requests: Schema.Int,
  input_tokens: Schema.Finite,
  cached_tokens: Schema.Finite,
  output_tokens: Schema.Finite,
  reasoning_tokens: Schema.Finite,
  unknown_tokens: Schema.Finite.annotate({
    description: "the part of `charged_tokens` that nobody told the usage of"
  }),
  charged_tokens: Schema.Finite,
  usd: Schema.NullOr(Schema.Finite).annotate({ description: "null where a price is not known" })
})

export const usageJson = (tally: Tally): typeof UsageJson.Type => {
  const { cached, charged, input, nanoUsd, output, reasoning, requests, unknown } = tally
  return {
    requests,
    input_tokens: input,
    cached_tokens: cached,
    output_tokens: output,
    reasoning_tokens: reasoning,
    unknown_tokens: unknown,
    charged_tokens: charged,
    usd: nanoUsd === null ? null : nanoUsd / 1e9
  }
}
