import { nearestNames } from "@deputize/core/domain/NearestNames"
import * as Effect from "effect/Effect"
import type { Handler } from "../../command/Command.ts"
import { usageError } from "../../command/UsageError.ts"
import { environment } from "../../config/Environment.ts"
import { pathNames } from "../../config/KnownPath.ts"
import { knownPaths } from "../../config/Paths.ts"
import { jsonText } from "../../render/Json.ts"
import { Output } from "../../render/Output.ts"
import { pathsJson, pathsText } from "../../render/Paths.ts"
import { workspaceOf } from "../../values/Workspace.ts"

export const handler: Handler = Effect.fn("config path")(function* (invocation) {
  const { data } = yield* Output
  const { root } = yield* workspaceOf(invocation)
  const all = knownPaths(environment(), root)
  const [asked] = invocation.arguments
  const shown = asked === undefined ? all : all.filter(({ name }) => name === asked)
  if (asked !== undefined && shown.length === 0) {
    const near = nearestNames(asked, pathNames)[0]
    return yield* usageError(
      `there is no path ${JSON.stringify(asked)}`,
      near === undefined ? `There are ${pathNames.join(", ")}.` : `Did you mean ${near}?`
    )
  }
  const one = asked === undefined ? undefined : shown[0]?.path
  if (one === null) return yield* usageError(`there is no home folder for ${asked}`, "Set HOME, or DEPUTIZE_HOME.")
  if (invocation.json) yield* data.write(jsonText(pathsJson(shown)))
  else yield* data.write(one === undefined ? pathsText(all, data.style) : `${one}\n`)
  return 0
})
