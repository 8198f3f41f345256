import { rollback } from "@deputize/build-tools/install/Installer"
import * as Effect from "effect/Effect"
import { buildPlace, prefixOf, usualPrefix } from "../../build/BuildPlace.ts"
import { installedName } from "../../build/InstalledName.ts"
import type { Handler } from "../../command/Command.ts"
import { rollbackText } from "../../render/BuildInstalled.ts"
import { snakeJsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"

export const handler: Handler = Effect.fn("build rollback")(function* (invocation) {
  const { data } = yield* Output
  const place = yield* buildPlace(invocation)
  const prefix = (yield* prefixOf(invocation, place)) ?? usualPrefix(place)
  const name = yield* installedName(prefix, invocation.arguments[0])
  const done = { prefix, name, ...(yield* rollback(prefix, name)) }
  yield* data.write(invocation.json ? snakeJsonText({ schemaVersion: 1, ...done }) : rollbackText(done))
  return 0
})
