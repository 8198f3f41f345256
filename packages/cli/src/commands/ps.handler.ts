import { latestRuns } from "@deputize/core/history/Runs"
import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { noRuns, recordOf } from "../record/Runs.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { openAgentsText, runListJson, runListText } from "../render/RunList.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("ps")(function* (invocation) {
  const { data } = yield* Output
  const { root } = yield* workspaceOf(invocation)
  const runs = yield* latestRuns(invocation.has("all") ? Number.POSITIVE_INFINITY : 20).pipe(
    Effect.provide(recordOf(root))
  )
  if (runs.length === 0) yield* noRuns(invocation, root)
  if (invocation.json) yield* data.write(jsonText(runListJson(runs)))
  else if (runs.length > 0) {
    const agents = invocation.verbose ? openAgentsText(runs, data.style) : ""
    yield* data.write(runListText(runs, data.style) + agents)
  }
  return 0
})
