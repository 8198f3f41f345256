/** Journals in memory with the runs that a test is about. */

import * as Effect from "effect/Effect"
import { AgentPath, makeRunId, type RunId, rootPath } from "../../src/domain/Ids.ts"
import { Journal } from "../../src/journal/Journal.ts"
import { startTimeOf } from "../../src/process/ProcessTable.ts"
import { start } from "./Events.ts"

/** A process that is there as long as the test is. */
export const alive = { pid: process.pid, processStart: startTimeOf(process.pid) }
/** A number that no process has. */
export const dead = { pid: 2 ** 30, processStart: "another-boot:7" }

/** The `n`-th run. */
export const runId = (n: number): RunId => makeRunId(start + n, n / 36 ** 4)

const reviewer = AgentPath.make("/root/code-reviewer")

const event = (what: string, body: object) => {
  const [namespace = "", type = ""] = what.split(".")
  const path = namespace === "run" ? rootPath : reviewer
  return { namespace, version: 1, path, parent: path === rootPath ? null : rootPath, body: { ...body, _tag: type } }
}

export const append = (run: RunId, what: string, body: object) =>
  Effect.flatMap(Journal, (journal) => journal.append(run, [event(what, body)]))

export const begin = Effect.fnUntraced(function* (run: RunId, owner: object) {
  const journal = yield* Journal
  yield* journal.open(run)
  const agents = [{ path: reviewer, agent: "code-reviewer", goal: `Goal of ${run}` }]
  yield* append(run, "run.Started", { agents, tokens: null, nanoUsd: null, model: "offline", ...owner })
})

export const finish = Effect.fnUntraced(function* (run: RunId) {
  yield* append(run, "run.Ended", { status: "completed", wallMs: 1, usedTokens: 0, nanoUsd: 0 })
  yield* (yield* Journal).close(run)
})
