import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { buildPlace } from "../../build/BuildPlace.ts"
import { findSession, noSessions, stageOf } from "../../build/Sessions.ts"
import type { Handler } from "../../command/Command.ts"
import { sessionsLayer } from "../../layers.ts"
import { sessionFacts, sessionText } from "../../render/BuildSessions.ts"
import { snakeJsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"
import { localClock } from "../../values/LocalClock.ts"

export const handler: Handler = Effect.fn("build status")(function* (invocation) {
  const { data } = yield* Output
  const { folder, workspace } = yield* buildPlace(invocation)
  const found = yield* findSession(folder, invocation.arguments[0]).pipe(Effect.provide(sessionsLayer(folder)))
  if (Option.isNone(found)) yield* noSessions(invocation, workspace)
  else {
    const session = { ...found.value, status: stageOf(found.value) }
    const now = yield* Clock.currentTimeMillis
    const text = invocation.json
      ? snakeJsonText(sessionFacts(session))
      : sessionText(session, data.style, localClock, now)
    yield* data.write(text)
  }
  return 0
})
