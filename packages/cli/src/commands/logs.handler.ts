import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Handler } from "../command/Command.ts"
import { noRuns, recordOf, wantedOrNewest } from "../record/Runs.ts"
import { showLog } from "../record/ShowLog.ts"
import { workspaceOf } from "../values/Workspace.ts"

export const handler: Handler = Effect.fn("logs")(function* (invocation) {
  const { root } = yield* workspaceOf(invocation)
  yield* Effect.gen(function* () {
    const run = yield* wantedOrNewest(invocation.arguments[0])
    yield* Option.isNone(run) ? noRuns(invocation, root) : showLog(invocation, run.value)
  }).pipe(Effect.provide(recordOf(root)))
  return 0
})
