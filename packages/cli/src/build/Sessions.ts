/**
 * Build sessions on record, with what the record alone cannot say: whether one that has no end is still at work.
 */
import { existsSync } from "node:fs"
import { BuildRecord } from "@deputize/build-tools/record/BuildRecord"
import type { BuildState } from "@deputize/build-tools/record/BuildState"
import { logsOf, sessionOf } from "@deputize/build-tools/runner/Sessions"
import { isAlive } from "@deputize/core/history/Owner"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Invocation } from "../command/Invocation.ts"
import type { ListedSession, SessionStage } from "../render/BuildSessions.ts"
import { Output } from "../render/Output.ts"
import { visible } from "../render/Width.ts"
import type { Look } from "./ShowLogs.ts"

/** A process that took the number of a dead one over has started after that had recorded its last. */
export const stageOf = ({ lastEventAt, pid, status }: BuildState): SessionStage =>
  status === "interrupted" && isAlive({ pid, start: null, startedBy: lastEventAt }) ? "running" : status

/** Newest first, `most` of them. */
export const listSessions = Effect.fn("listSessions")(function* (most: number) {
  const record = yield* BuildRecord
  const listed = (yield* record.list).slice(0, most)
  return yield* Effect.forEach(
    listed,
    (summary): Effect.Effect<ListedSession, BuildReadError> =>
      summary.status === "interrupted"
        ? Effect.map(record.read(summary.session), (state) => ({ ...summary, status: stageOf(state) }))
        : Effect.succeed({ ...summary, status: summary.status })
  )
})

/** The session of that name, else the newest; none where nothing was built. */
export const findSession = Effect.fnUntraced(function* (folder: string, name: string | undefined) {
  if (name !== undefined) return Option.some(yield* sessionOf(folder, name))
  return yield* (yield* BuildRecord).last
})

/** The logs of a step as they are now, of the session itself without one; they grow only for who follows them. */
export const lookAtLogs = Effect.fnUntraced(function* (
  folder: string,
  session: string,
  step: string | null,
  isFollowed: boolean
) {
  const state = yield* sessionOf(folder, session)
  const hasEnded = state.steps.some(({ id, outcome }) => id === step && outcome !== null)
  const files = (yield* logsOf(state, step)).filter((file) => existsSync(file))
  const look: Look = { files, isGrowing: isFollowed && !hasEnded && stageOf(state) === "running" }
  return look
})

/** Says that nothing was built: no error, and no data either. */
export const noSessions = Effect.fnUntraced(function* (invocation: Invocation, workspace: string) {
  const { notes } = yield* Output
  if (!invocation.quiet) yield* notes.write(`nothing was built in ${visible(workspace)} yet\n`)
})

// internal

type BuildReadError = Effect.Error<ReturnType<BuildRecord["Service"]["read"]>>
