import * as Effect from "effect/Effect"
import type { Handler } from "../command/Command.ts"
import { noRuns, recordOf, wantedRuns } from "../record/Runs.ts"
import { allCostText, costJson, runCostText } from "../render/Cost.ts"
import { costByJson, costByText, costKinds } from "../render/CostBy.ts"
import { jsonText } from "../render/Json.ts"
import { Output } from "../render/Output.ts"
import { localClock } from "../values/LocalClock.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("cost")(function* (invocation) {
  const { data } = yield* Output
  const { root } = yield* workspaceOf(invocation)
  const runs = yield* wantedRuns(invocation).pipe(Effect.provide(recordOf(root)))
  const [only] = runs
  if (only === undefined) yield* noRuns(invocation, root)
  const kind = costKinds.find((each) => each === invocation.value("by"))
  if (invocation.json) {
    yield* data.write(jsonText(kind === undefined ? costJson(runs) : costByJson(kind, runs, dayOf)))
  } else if (only !== undefined) {
    const ofRuns = () => (invocation.has("all") ? allCostText(runs, data.style) : runCostText(only, data.style))
    yield* data.write(kind === undefined ? ofRuns() : costByText(kind, runs, dayOf, data.style))
  }
  return 0
})

const dayOf = (time: number): string => localClock(time).slice(0, "2026-11-21".length)
