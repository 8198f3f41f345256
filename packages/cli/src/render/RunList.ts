/**
 * The runs of a workspace, for people and as data. Pure.
 */
import { count, dollars, duration, percent } from "./Figures.ts"
import type { Style } from "./Style.ts"
import { table } from "./Table.ts"
import { cutTo, oneLine } from "./Width.ts"

export interface ListedRun {
  readonly run: string
  readonly state: "running" | "lost" | "completed" | "partial" | "failed" | "cancelled" | "timed_out" | "paused"
  /** All times in milliseconds since 1970. */
  readonly startedAt: number
  readonly lastAt: number
  readonly readAt: number
  readonly limits: { readonly tokens: number | null; readonly nanoUsd: number | null }
  readonly agents: ReadonlyArray<{ readonly goal: string; readonly status: string }>
  readonly tally: { readonly charged: number; readonly nanoUsd: number | null }
}

export const runListText = (runs: ReadonlyArray<ListedRun>, style: Style): string => {
  const rows = table(
    [
      { title: "RUN" },
      { title: "STATE" },
      { title: "AGENTS", right: true },
      { title: "TOKENS", right: true },
      { title: "USD", right: true },
      { title: "STARTED", right: true },
      { title: "TOOK", right: true },
      { title: "GOAL" }
    ],
    runs.map((run) => [
      run.run,
      `${markOf(run.state, style)} ${run.state.replace("_", " ")}`,
      `${doneOf(run)}/${run.agents.length}`,
      tokensOf(run),
      usdOf(run),
      `${ago(run.readAt - run.startedAt)} ago`,
      duration(tookMs(run)),
      goalText(run, style)
    ])
  )
  return `${rows.join("\n")}\n`
}

/** The stable shape of `ps --json`. */
export const runListJson = (runs: ReadonlyArray<ListedRun>) => ({
  schema_version: 1,
  runs: runs.map((run) => ({
    run: run.run,
    state: run.state,
    started_at: new Date(run.startedAt).toISOString(),
    duration_ms: tookMs(run),
    agents: { done: doneOf(run), all: run.agents.length },
    budget: {
      tokens: { used: run.tally.charged, limit: run.limits.tokens },
      // `used` is null where a price is not known.
      usd: { used: inDollars(run.tally.nanoUsd), limit: inDollars(run.limits.nanoUsd) }
    },
    goal: run.agents[0]?.goal ?? ""
  }))
})

// internal

/** Agents that have ended, however. */
const doneOf = ({ agents }: ListedRun): number =>
  agents.filter(({ status }) => status !== "waiting" && status !== "running").length

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

const goalText = ({ agents }: ListedRun, style: Style): string =>
  cutTo(oneLine(agents[0]?.goal ?? ""), 48, style.marks.more)

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
