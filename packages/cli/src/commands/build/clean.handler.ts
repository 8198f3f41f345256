import * as Effect from "effect/Effect"
import { buildPlace } from "../../build/BuildPlace.ts"
import { cleanBuild } from "../../build/CleanBuild.ts"
import type { Handler } from "../../command/Command.ts"
import { removedText } from "../../render/BuildInstalled.ts"
import { snakeJsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"

export const handler: Handler = Effect.fn("build clean")(function* (invocation) {
  const { data } = yield* Output
  const { folder } = yield* buildPlace(invocation)
  const removed = yield* cleanBuild(folder)
  yield* data.write(invocation.json ? snakeJsonText({ schemaVersion: 1, removed }) : removedText(removed))
  return 0
})
