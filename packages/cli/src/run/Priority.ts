/**
 * How urgent an agent is, as a command line says it.
 */
import { type Priority, priorities } from "@deputize/core/domain/Priority"
import * as Result from "effect/Result"
import { type UsageError, usageError } from "../command/UsageError.ts"

export const parsePriority = (flag: string, text: string): Result.Result<Priority, UsageError> => {
  const found = priorities.find((each) => each === text.trim())
  return found === undefined
    ? Result.fail(usageError(`${flag}: ${JSON.stringify(text)} is no priority`, `Write ${priorities.join(", ")}.`))
    : Result.succeed(found)
}
