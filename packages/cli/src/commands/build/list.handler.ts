import * as Effect from "effect/Effect"
import { buildPlace } from "../../build/BuildPlace.ts"
import { listSessions, noSessions } from "../../build/Sessions.ts"
import type { Handler } from "../../command/Command.ts"
import { sessionsLayer } from "../../layers.ts"
import { sessionListFacts, sessionListText } from "../../render/BuildSessions.ts"
import { snakeJsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"
import { localClock } from "../../values/LocalClock.ts"

export const handler: Handler = Effect.fn("build list")(function* (invocation) {
  const { data } = yield* Output
  const { folder, workspace } = yield* buildPlace(invocation)
  const most = invocation.has("all") ? Number.POSITIVE_INFINITY : 20
  const sessions = yield* listSessions(most).pipe(Effect.provide(sessionsLayer(folder)))
  if (sessions.length === 0) yield* noSessions(invocation, workspace)
  if (invocation.json) yield* data.write(snakeJsonText(sessionListFacts(sessions)))
  else if (sessions.length > 0) yield* data.write(sessionListText(sessions, data.style, localClock))
  return 0
})
