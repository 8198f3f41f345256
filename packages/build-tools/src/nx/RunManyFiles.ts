/**
 * The two files that `nx run-many` writes about its tasks: the task graph it would run, and the report of what it ran.
 */
import { readFileSync } from "node:fs"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { TaskStatus } from "../record/BuildEvent.ts"
import type { PlannedTask } from "./HostMessage.ts"
import type { RunFacts } from "./RunManyOutput.ts"

/** Null where the file is not there, or is not of a shape that is known. */
export const plannedFrom = (file: string): ReadonlyArray<PlannedTask> | null => {
  const graph = read(file, TaskGraphFile)
  if (graph === null) return null
  const { tasks, dependencies } = graph.tasks
  return Object.entries(tasks).map(([id, { outputs }]) => ({
    id,
    outputs,
    dependsOn: (dependencies[id] ?? []).map((edge) => (typeof edge === "string" ? edge : edge.id))
  }))
}

/** Null where there is none, or only that of a run before `since`, in milliseconds since 1970. */
export const reportFrom = (file: string, since: number): RunFacts["report"] => {
  const report = read(file, ReportFile)
  if (report === null || Date.parse(report.run.startTime) < since) return null
  return new Map(
    report.tasks.map(({ taskId, startTime, endTime, cacheStatus, status }) => [
      taskId,
      { status: statusOf(cacheStatus, status), ms: Math.max(0, Date.parse(endTime) - Date.parse(startTime)) }
    ])
  )
}

// internal

/** Edges were plain ids before Nx 24. */
const Edge = Schema.Union([Schema.String, Schema.Struct({ id: Schema.String })])

const TaskGraphFile = Schema.Struct({
  tasks: Schema.Struct({
    tasks: Schema.Record(Schema.String, Schema.Struct({ outputs: Schema.Array(Schema.String) })),
    dependencies: Schema.Record(Schema.String, Schema.Array(Edge))
  })
})

const ReportFile = Schema.Struct({
  run: Schema.Struct({ startTime: Schema.String }),
  tasks: Schema.Array(
    Schema.Struct({
      taskId: Schema.String,
      startTime: Schema.String,
      endTime: Schema.String,
      cacheStatus: Schema.String,
      status: Schema.Number
    })
  )
})

const read = <A>(file: string, schema: Schema.Decoder<A>): A | null => {
  try {
    return Option.getOrNull(Schema.decodeUnknownOption(schema)(JSON.parse(readFileSync(file, "utf8"))))
  } catch {
    return null
  }
}

const statusOf = (cacheStatus: string, code: number): TaskStatus => {
  if (code !== 0) return "failure"
  if (cacheStatus === "local-cache-hit") return "local-cache"
  return cacheStatus === "remote-cache-hit" ? "remote-cache" : "success"
}
