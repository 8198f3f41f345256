/**
 * `--input NAME=VALUE` flags as a record. Pure.
 */
import * as Result from "effect/Result"
import { type UsageError, usageError } from "../command/UsageError.ts"

export const parseInputs = (texts: ReadonlyArray<string>): Result.Result<Record<string, string>, UsageError> => {
  const inputs = new Map<string, string>()
  for (const text of texts) {
    const [, name, value] = /^([\p{L}_][\p{L}\p{N}_.-]*)=(.*)$/su.exec(text) ?? []
    if (name === undefined || value === undefined) {
      return Result.fail(usageError(`--input "${text}" is not NAME=VALUE`, "Write --input version=2.1, for example."))
    }
    if (inputs.has(name)) return Result.fail(usageError(`--input ${name} is given more than once`))
    inputs.set(name, value)
  }
  return Result.succeed(Object.fromEntries(inputs))
}
