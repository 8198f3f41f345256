/**
 * Past sessions, for those who ask about them: their logs, and what `build clean` removes.
 */
import { existsSync, readdirSync, rmSync } from "node:fs"
import { join } from "node:path"
import { nearestNames } from "@deputize/core/internal/domain/NearestNames"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { BuildRecord } from "../record/BuildRecord.ts"
import type { BuildState } from "../record/BuildState.ts"
import { BuildError, noRecord, recordUnusable } from "./BuildError.ts"

/** The session of that name, the newest unless given. */
export const sessionOf = Effect.fn("Sessions.sessionOf")(function* (folder: string, name: string | null) {
  const record = yield* BuildRecord
  if (name !== null) {
    return yield* Effect.mapError(record.read(name), (error) =>
      error._tag === "UnknownSession"
        ? new BuildError({ reason: { _tag: "UnknownSession", session: name } })
        : recordUnusable(folder)(error)
    )
  }
  return yield* Effect.flatMap(
    noRecord(folder, record.last),
    Option.match({
      onNone: () => Effect.fail(new BuildError({ reason: { _tag: "NothingBuilt" } })),
      onSome: Effect.succeed
    })
  )
})

/** The logs of a step, the first attempt first; the session's own without a step. */
export const logsOf = (state: BuildState, step: string | null): Effect.Effect<ReadonlyArray<string>, BuildError> => {
  if (step === null) return Effect.succeed([join(state.logs, `build-log-${state.session}.log`)])
  if (!state.steps.some(({ id }) => id === step)) {
    const names = state.steps.map(({ id }) => id)
    return Effect.fail(new BuildError({ reason: { _tag: "UnknownStep", step, nearest: nearestNames(step, names) } }))
  }
  return Effect.sync(() => {
    const prefix = `${step.replaceAll("/", "__")}.`
    const numbered = namesIn(state.logs).flatMap((name) => {
      const number = name.startsWith(prefix) ? /^(\d+)\.log$/.exec(name.slice(prefix.length))?.[1] : undefined
      return number === undefined ? [] : [{ name, number: Number(number) }]
    })
    return numbered.sort((a, b) => a.number - b.number).map(({ name }) => join(state.logs, name))
  })
}

/** Removes what the runner keeps to skip work, and its logs; the record of sessions stays. Returns what was removed. */
export const clean = (folder: string): Effect.Effect<ReadonlyArray<string>> =>
  Effect.sync(() =>
    ["fingerprints", "stats.json", "logs"]
      .map((name) => join(folder, name))
      .filter((path) => existsSync(path))
      .map((path) => {
        rmSync(path, { recursive: true, force: true })
        return path
      })
  )

// internal

const namesIn = (folder: string): ReadonlyArray<string> => (existsSync(folder) ? readdirSync(folder) : [])
