/**
 * The runs of a workspace by their names, for completion.
 */
import { existsSync } from "node:fs"
import * as Effect from "effect/Effect"
import { environment } from "../config/Environment.ts"
import { recordFile } from "../config/RecordFile.ts"

/** The newest first; more would fill the screen. */
export const names = Effect.fnUntraced(function* (workspace: string) {
  const file = recordFile(environment(), workspace)
  if (file === undefined || !existsSync(file)) return []
  const { Journal } = yield* Effect.promise(() => import("@deputize/core/journal/Journal"))
  const { SqliteReader } = yield* Effect.promise(() => import("@deputize/core/journal/SqliteReader"))
  const runs = yield* Effect.flatMap(Journal, (journal) => journal.list).pipe(
    Effect.provide(SqliteReader.layer({ file }))
  )
  return runs.slice(0, mostRuns).map(({ run }): string => run)
})

// internal

const mostRuns = 50
