/**
 * What variables and flags say of the settings. Pure.
 */
import { visibleLine } from "@deputize/core/domain/VisibleText"
import * as Result from "effect/Result"
import { ConfigError } from "./ConfigError.ts"
import type { Flags, Setting, Variables } from "./Setting.ts"
import { ask, type Sayings } from "./Settings.ts"
import type { Said } from "./Source.ts"

/** An empty variable says nothing. */
export const readVariables = (variables: Variables): Result.Result<Sayings, ConfigError> => {
  let wrong: ConfigError | undefined
  const sayings = ask(<A>({ form, otherVariables, variable }: Setting<A>): Said<A> | undefined => {
    const text = variables[variable] ?? ""
    if (text === "") return otherVariables?.(variables)
    const read = form.ofText(text)
    if (Result.isSuccess(read)) return { value: read.success, source: { _tag: "Variable", name: variable } }
    const { fix, problem } = read.failure
    wrong ??= new ConfigError({ what: visibleLine(`${variable} ${problem}`), instead: fix })
    return undefined
  })
  return wrong === undefined ? Result.succeed(sayings) : Result.fail(wrong)
}

/** What cannot be read here is refused by the command that the flag is for. */
export const readFlags = (flags: Flags): Sayings =>
  ask(<A>({ flag, flagText, form }: Setting<A>): Said<A> | undefined => {
    const text = flagText === undefined ? flags.value(flag) : flagText(flags)
    const read = text === undefined ? undefined : form.ofText(text)
    return read !== undefined && Result.isSuccess(read)
      ? { value: read.success, source: { _tag: "Flag", name: `--${flag}` } }
      : undefined
  })
