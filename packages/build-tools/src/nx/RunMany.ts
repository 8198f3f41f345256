/**
 * Runs tasks by `nx run-many`, for a workspace whose Nx is not of the version that is known from within. The plan is what
 * Nx writes of its task graph, the events are what it prints of its tasks, their ends are what it reports when all is done.
 *
 * What is lost: a task's end is not awaited before its dependants start, and a task that was run, rather than answered by
 * a cache, is known to have ended only when all have. A cache that becomes full in the middle fails tasks, as Nx does.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join, resolve } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type { HostOutcome, HostRequest } from "./HostMessage.ts"
import { unwritable } from "./host/Writable.ts"
import type { HostOptions } from "./NxHost.ts"
import { outcomeOfEnd, startNx } from "./NxProcess.ts"
import { plannedFrom, reportFrom } from "./RunManyFiles.ts"
import { runManyOutput } from "./RunManyOutput.ts"

export const runMany = Effect.fn("RunMany.run")(function* <E, R>(options: HostOptions<E, R>) {
  const { request, env, label, onEvent } = options
  const { workspace, targets } = request
  const cache = cacheOf(workspace, env)
  const bad = unwritable([cache, dataOf(workspace, env)])
  if (bad !== undefined) return { _tag: "Unwritable", ...bad } satisfies HostOutcome
  const words = [binOf(workspace), "run-many", ...selectionOf(request)]
  const plan = yield* temporaryFile
  const asked = yield* startNx({
    workspace,
    args: [...words, `--graph=${plan}`],
    env,
    label,
    onMessage: null,
    onText: () => {}
  })
  yield* options.onStart(asked.running)
  const answered = yield* asked.running.ended
  const planned = plannedFrom(plan)
  if (planned === null) return outcomeOfEnd(answered, asked.lastWords())
  if (planned.length === 0) return { _tag: "NoTarget", targets, known: [] } satisfies HostOutcome
  yield* onEvent({ _tag: "Planned", tasks: planned })
  if (request.mode === "plan") return finished("success")

  const since = yield* Clock.currentTimeMillis
  const output = runManyOutput(new Set(planned.map(({ id }) => id)))
  const printed = yield* Queue.unbounded<string | null>()
  const { running, lastWords } = yield* startNx({
    workspace,
    args: [...words, `--parallel=${request.parallel}`, "--output-style=static"],
    env,
    label,
    onMessage: null,
    onText: (text) => Queue.offerUnsafe(printed, text)
  })
  yield* options.onStart(running)
  yield* Effect.forkScoped(Effect.andThen(running.ended, Queue.offer(printed, null)))
  for (;;) {
    const text = yield* Queue.take(printed)
    if (text === null) break
    yield* Effect.forEach(output.push(text), onEvent, { discard: true })
  }
  const end = yield* running.ended
  if (end._tag === "Signalled") return outcomeOfEnd(end, lastWords())
  const ended = output.end({ exitCode: end.code, report: reportFrom(join(cache, "run.json"), since) })
  const hasFailed = ended.some(({ status }) => status === "failure")
  if (end.code !== 0 && !hasFailed) return outcomeOfEnd(end, lastWords())
  yield* Effect.forEach(ended, onEvent, { concurrency: "unbounded", discard: true })
  return finished(hasFailed ? "failure" : "success")
}, Effect.scoped)

// internal

const finished = (status: "success" | "failure"): HostOutcome => ({ _tag: "Finished", status })

const selectionOf = ({ targets, projects, configuration }: HostRequest): ReadonlyArray<string> => [
  `--targets=${targets.join(",")}`,
  ...(projects === null ? [] : [`--projects=${projects.join(",")}`]),
  ...(configuration === null ? [] : [`--configuration=${configuration}`])
]

/** The program that the package names as its own; it is known to be there. */
const binOf = (workspace: string): string => {
  const manifest = createRequire(join(workspace, "package.json")).resolve("nx/package.json")
  const { bin } = Object.assign({ bin: undefined }, readJson(manifest))
  const path: unknown = typeof bin === "object" && bin !== null ? Reflect.get(bin, "nx") : bin
  return join(dirname(manifest), typeof path === "string" ? path : "bin/nx.js")
}

/** Where Nx puts its report. */
const cacheOf = (workspace: string, env: Readonly<Record<string, string>>): string => {
  const { cacheDirectory } = Object.assign({ cacheDirectory: undefined }, readJson(join(workspace, "nx.json")))
  const named = env["NX_CACHE_DIRECTORY"] ?? cacheDirectory
  return resolve(workspace, typeof named === "string" ? named : join(".nx", "cache"))
}

/** Where Nx puts its database. */
const dataOf = (workspace: string, env: Readonly<Record<string, string>>): string =>
  resolve(
    workspace,
    env["NX_WORKSPACE_DATA_DIRECTORY"] ?? env["NX_PROJECT_GRAPH_CACHE_DIRECTORY"] ?? join(".nx", "workspace-data")
  )

const readJson = (file: string): unknown => {
  try {
    return JSON.parse(readFileSync(file, "utf8"))
  } catch {
    return undefined
  }
}

const temporaryFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => mkdtempSync(join(tmpdir(), "deputize-nx-"))),
    (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
  ),
  (folder) => join(folder, "graph.json")
)
