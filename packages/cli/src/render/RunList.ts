/**
 * The runs of a workspace, for people and as data. Pure.
 */
import type { ListedAgent, ListedRun } from "@deputize/core/history/Runs"
import * as Schema from "effect/Schema"
import { count, dollars, duration, percent, queued } from "./Figures.ts"
import { nameOf } from "./PlainLines.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { oneLine } from "./Width.ts"

export const runListText = (runs: ReadonlyArray<ListedRun>, style: Style): string => {
  const rows = table(
    [
      { title: "RUN" },
      { title: "STATE" },
      { title: "AGENTS", right: true, dispensable: 5 },
      { title: "TOKENS", right: true, dispensable: 3 },
      { title: "USD", right: true, dispensable: 2 },
      { title: "STARTED", right: true, dispensable: 1 },
      { title: "TOOK", right: true, dispensable: 4 },
      { title: "GOAL", keeps: 10 }
    ],
    runs.map((run) => [
      run.run,
      `${markOf(run.state, style)} ${run.state.replace("_", " ")}`,
      agentsOf(run),
      tokensOf(run),
      usdOf(run),
      `${ago(run.readAt - run.startedAt)} ago`,
      duration(tookMs(run)),
      oneLine(run.agents[0]?.goal ?? "")
    ]),
    style
  )
  return `${rows.join("\n")}\n`
}

/** The agents of runs that are under way, a line each: `r0mh8k3x2q7f4a code-lead/explorer#3  queued, 1st of 2`. */
export const openAgentsText = (runs: ReadonlyArray<ListedRun>, style: Style): string => {
  const rows = runs
    .filter(({ state }) => state === "running")
    .flatMap(({ agents, queue, run }) => {
      const positions = new Map(queue.map((each) => [each.path, each]))
      return agents.filter(isOpen).map(({ goal, path, status }) => {
        const state = status === "queued" ? queued(positions.get(path)) : status
        return [run, nameOf(path), state, oneLine(goal)]
      })
    })
  if (rows.length === 0) return ""
  const titles = [{ title: "RUN" }, { title: "AGENT" }, { title: "STATE" }, { title: "GOAL", keeps: 10 }]
  return `\n${table(titles, rows, style).join("\n")}\n`
}

export const RunStateJson = Schema.Literals([
  "running",
  "lost",
  "completed",
  "partial",
  "failed",
  "cancelled",
  "timed_out",
  "paused"
]).annotate({ description: "lost: its process is gone, and there is no end on record" })

const Counts = Schema.Struct({ done: Schema.Int.annotate({ description: "ended, however" }), all: Schema.Int })

/** The stable shape of `ps --json`. */
export const RunListJson = Schema.Struct({
  schema_version: Schema.Literal(1),
  runs: Schema.Array(
    Schema.Struct({
      run: Schema.String,
      state: RunStateJson,
      started_at: Schema.String.annotate({ description: "ISO 8601" }),
      duration_ms: Schema.Finite,
      agents: Counts,
      started: Counts.annotate({ description: "those among them that agents started" }),
      queue: Schema.Array(Schema.Struct({ path: Schema.String, position: Schema.Int, of: Schema.Int })).annotate({
        description: "agents that wait for a place to work, in the order in which they will get one"
      }),
      budget: Schema.Struct({
        tokens: Schema.Struct({ used: Schema.Finite, limit: Schema.NullOr(Schema.Finite) }),
        usd: Schema.Struct({ used: Schema.NullOr(Schema.Finite), limit: Schema.NullOr(Schema.Finite) }).annotate({
          description: "`used` is null where a price is not known"
        })
      }),
      goal: Schema.String
    })
  )
})

export const runListJson = (runs: ReadonlyArray<ListedRun>): typeof RunListJson.Type => ({
  schema_version: 1,
  runs: runs.map((run) => ({
    run: run.run,
    state: run.state,
    started_at: new Date(run.startedAt).toISOString(),
    duration_ms: tookMs(run),
    agents: countsOf(run.agents),
    started: countsOf(startedOf(run)),
    queue: run.state === "running" ? run.queue : [],
    budget: {
      tokens: { used: run.tally.charged, limit: run.limits.tokens },
      usd: { used: inDollars(run.tally.nanoUsd), limit: inDollars(run.limits.nanoUsd) }
    },
    goal: run.agents[0]?.goal ?? ""
  }))
})

// internal

/** `1/1`, with started ones `1/1 +3/5`: those that have ended, of all; `, 2 queued` behind it while some wait. */
const agentsOf = (run: ListedRun): string => {
  const waiting = run.state === "running" ? run.queue.length : 0
  return waiting === 0 ? endedOf(run) : `${endedOf(run)}, ${count(waiting)} queued`
}

const endedOf = (run: ListedRun): string => {
  const started = startedOf(run)
  const text = (agents: ReadonlyArray<ListedAgent>) => `${countsOf(agents).done}/${agents.length}`
  const named = text(run.agents.filter(({ depth }) => depth === 1))
  return started.length === 0 ? named : `${named} +${text(started)}`
}

const startedOf = ({ agents }: ListedRun): ReadonlyArray<ListedAgent> => agents.filter(({ depth }) => depth > 1)

const isOpen = ({ status }: ListedAgent): boolean => status === "queued" || status === "running" || status === "waiting"

const countsOf = (agents: ReadonlyArray<ListedAgent>): typeof Counts.Type => ({
  done: agents.filter((agent) => !isOpen(agent)).length,
  all: agents.length
})

/** Of a run that has ended or is lost, what is on record. */
const tookMs = ({ lastAt, readAt, startedAt, state }: ListedRun): number =>
  Math.max(0, (state === "running" ? readAt : lastAt) - startedAt)

const tokensOf = ({ limits, tally }: ListedRun): string =>
  limits.tokens === null
    ? count(tally.charged)
    : `${count(tally.charged)}/${count(limits.tokens)} (${percent(tally.charged, limits.tokens)})`

const usdOf = ({ limits, tally }: ListedRun): string => {
  const used = tally.nanoUsd === null ? "unknown" : dollars(tally.nanoUsd)
  return limits.nanoUsd === null ? used : `${used}/${dollars(limits.nanoUsd)}`
}

const markOf = (state: ListedRun["state"], { marks }: Style): string => {
  switch (state) {
    case "running":
      return marks.running
    case "completed":
      return marks.done
    case "paused":
    case "cancelled":
      return marks.stopped
    case "partial":
    case "failed":
    case "timed_out":
    case "lost":
      return marks.failed
  }
}

const inDollars = (nanos: number | null): number | null => (nanos === null ? null : nanos / 1e9)

/** The largest unit alone: `12 s`, `5 min`, `3 h`, `2 d`. */
const ago = (ms: number): string => {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`
}
