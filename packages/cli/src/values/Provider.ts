/**
 * Which provider answers, and what the header says about it. Pure.
 */
import * as Result from "effect/Result"
import { type UsageError, usageError } from "../command/UsageError.ts"
import type { Environment } from "../config/Environment.ts"

/** One line each: what the provider is, how it was chosen, what is set and not used. */
export const providerLines = ({ variables }: Environment): Result.Result<ReadonlyArray<string>, UsageError> => {
  const { DEPUTIZE_PROVIDER: asked = "", OPENAI_API_KEY: key = "" } = variables
  if (asked !== "" && asked !== "offline") {
    return Result.fail(
      usageError(
        `DEPUTIZE_PROVIDER is ${asked}; this version has the provider offline only`,
        "Unset it, or set it to offline."
      )
    )
  }
  return Result.succeed([
    "offline, evidence-only: searches and quotes the workspace, no language model takes part",
    asked === "" ? "chosen because this version has no other provider" : "chosen by DEPUTIZE_PROVIDER",
    ...(key === "" ? [] : ["OPENAI_API_KEY is set and not used"])
  ])
}
