/**
 * `--input` flags as records: `NAME=VALUE` for one agent, `AGENT:NAME=VALUE` or `AGENT#2:NAME=VALUE` where there are
 * several. Pure.
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

/** The inputs of each agent, in the order of `names`; `AGENT` stands for all copies of it, `AGENT#2` for the second. */
export const parseAgentInputs = (
  names: ReadonlyArray<string>,
  texts: ReadonlyArray<string>
): Result.Result<ReadonlyArray<Record<string, string>>, UsageError> => {
  const places = names.map((name, index) => ({
    name,
    copy: names.slice(0, index + 1).filter((other) => other === name).length,
    texts: [] as string[]
  }))
  for (const text of texts) {
    const [, name = "", copy, input] = /^([^:=#]+)(?:#(\d+))?:(.*)$/su.exec(text) ?? []
    if (input === undefined) {
      const instead = `Write --input ${names[0]}:version=2.1, for example.`
      return Result.fail(usageError(`--input "${text}" does not say which agent it is for`, instead))
    }
    const meant = places.filter((place) => place.name === name && (copy === undefined || place.copy === Number(copy)))
    if (meant.length === 0) {
      const what = `--input "${text}" is for ${name}${copy === undefined ? "" : `#${copy}`}, which is not among the agents`
      return Result.fail(usageError(what, `They are ${names.join(", ")}.`))
    }
    for (const place of meant) place.texts.push(input)
  }
  const all: Array<Record<string, string>> = []
  for (const place of places) {
    const inputs = parseInputs(place.texts)
    if (Result.isFailure(inputs)) return Result.fail(inputs.failure)
    all.push(inputs.success)
  }
  return Result.succeed(all)
}
