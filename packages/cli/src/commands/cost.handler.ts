import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { noRuns, recordOf, wantedRuns } from "../record/Runs.ts"
import { byModel, sumOf } from "../record/Tally.ts"
import { allCostText, costJson, runCostText } from "../render/Cost.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("cost")(function* (invocation) {
  const { data } = yield* Output
  const { root } = yield* workspaceOf(invocation)
  const runs = yield* wantedRuns(invocation).pipe(Effect.provide(recordOf(root)))
  const models = byModel(runs.flatMap(({ agents }) => agents))
  const total = sumOf(runs.map(({ tally }) => tally))
  const [only] = runs
  if (only === undefined) yield* noRuns(invocation, root)
  if (invocation.json) yield* data.write(jsonText(costJson(runs, models, total)))
  else if (invocation.has("all") && only !== undefined) yield* data.write(allCostText(runs, models, total))
  else if (only !== undefined) yield* data.write(runCostText(only, models, data.style))
  return 0
})
