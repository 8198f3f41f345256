import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { buildPlace } from "../../build/BuildPlace.ts"
import { findSession, lookAtLogs, noSessions } from "../../build/Sessions.ts"
import { showLogs } from "../../build/ShowLogs.ts"
import type { Handler } from "../../command/Command.ts"
import { sessionsLayer } from "../../layers.ts"
import { snakeJsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"

export const handler: Handler = Effect.fn("build logs")(function* (invocation) {
  const { data, notes } = yield* Output
  const { folder, workspace } = yield* buildPlace(invocation)
  const step = invocation.arguments[0] ?? null
  yield* Effect.gen(function* () {
    const found = yield* findSession(folder, invocation.value("session"))
    if (Option.isNone(found)) return yield* noSessions(invocation, workspace)
    const { session } = found.value
    const look = lookAtLogs(folder, session, step, invocation.has("follow"))
    const { files, isGrowing } = yield* look
    if (invocation.json) return yield* data.write(snakeJsonText({ schemaVersion: 1, session, step, logs: files }))
    const isThere = files.length > 0 || isGrowing
    const hasText = isThere && (yield* showLogs(look, { all: invocation.has("all") }))
    if (hasText || invocation.quiet) return
    yield* notes.write(`${step ?? "the session"} ${isThere ? "printed nothing" : "has no log"} in session ${session}\n`)
  }).pipe(Effect.provide(sessionsLayer(folder)))
  return 0
})
