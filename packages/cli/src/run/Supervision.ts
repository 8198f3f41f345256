/**
 * What a command line says about restarts and silence, for all agents of the run.
 */
import { Restart } from "@deputize/core/actor/ChildSpec"
import { Strategy } from "@deputize/core/actor/Strategy"
import { mostRestarts, type Supervision } from "@deputize/core/definition/Supervision"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Invocation } from "../command/Invocation.ts"
import { type UsageError, usageError } from "../command/UsageError.ts"
import { parseDeadline } from "../values/Amount.ts"
import { defined } from "./Assignment.ts"

/** As a part of a run's request; empty where nothing is said. */
export const readSupervision = Effect.fnUntraced(function* (invocation: Invocation) {
  const text = (flag: string) => invocation.value(flag)
  const tolerance = text("intensity")
  const silence = text("silence")
  const supervision: Supervision = {
    ...defined({
      restart: Restart.literals.find((each) => each === text("restart")),
      strategy: Strategy.literals.find((each) => each === text("strategy"))
    }),
    ...(tolerance === undefined ? {} : yield* Effect.fromResult(parseIntensity(tolerance))),
    ...(silence === undefined ? {} : { silenceMs: yield* Effect.fromResult(parseSilence(silence)) })
  }
  return Object.keys(supervision).length === 0 ? {} : { supervision }
})

// internal

/** `3/60s`, or the number alone. */
const parseIntensity = (text: string): Result.Result<Pick<Supervision, "intensity" | "periodMs">, UsageError> => {
  const [, count = "", , time] = /^(\d{1,7})(\s*\/\s*(.*))?$/.exec(text.trim()) ?? []
  const intensity = Number(count)
  if (count === "" || intensity > mostRestarts) {
    return Result.fail(
      usageError(`--intensity "${text}" is no number of restarts in a time`, "Write 3/60s, for example.")
    )
  }
  if (time === undefined) return Result.succeed({ intensity })
  return Result.map(parseDeadline("--intensity", time), (periodMs) => ({ intensity, periodMs }))
}

const parseSilence = (text: string): Result.Result<number | null, UsageError> =>
  text.trim() === "none" ? Result.succeed(null) : parseDeadline("--silence", text)
