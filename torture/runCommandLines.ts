/**
 * The command line over many agents: two of it at once, a provider that drops streams, one that was stopped or killed and is
 * taken up again.
 */
import { readdirSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import type { Answering, Received } from "@deputize/core/testing/ProviderServer"
import { until } from "./buildRunner.ts"
import { type Seen, same } from "./buildTruth.ts"
import { type Cli, type CliEnd, calls, withCli } from "./runCli.ts"
import { afterwards, inTime, range, resultOf } from "./runCliTruth.ts"
import { recordOf } from "./runRecord.ts"
import { orphansIn } from "./runRunner.ts"
import type { RunTorture } from "./runTorture.ts"

export const commandLines: ReadonlyArray<RunTorture> = [
  { name: "two command lines at once on one state folder", run: twoAtOnce },
  { name: "a provider that drops every third stream", run: dropping },
  { name: "Ctrl-C, then resume", run: interrupted },
  { name: "kill -9, then resume", run: killed }
]

// internal

/** Reads three files and answers. */
const reading: Answering = ({ toolOutputs }) =>
  toolOutputs.length < 3
    ? { ...calls(["read_file", { path: `src/file${toolOutputs.length}.ts` }]), delayMs: 30 }
    : { text: "Three files were read, and this says so in some words.", chunkDelayMs: 10 }

const eight = (...more: ReadonlyArray<string>): ReadonlyArray<string> => [
  "delegate-parallel",
  range(8)
    .map(() => "explorer")
    .join(","),
  ...range(8).flatMap((index) => ["--goal", `Look at part ${index}`]),
  "--budget",
  "1M",
  ...more
]

function twoAtOnce(): Promise<Seen> {
  return withCli(reading, async (cli) => {
    const ends = await Promise.all([cli.run(...eight("--json")), cli.run(...eight("--json"))])
    const completed = ends.flatMap((end) => resultOf(end).agents).filter(({ status }) => status === "completed").length
    const { stdout } = await cli.run("ps", "--json")
    const runs = JSON.parse(stdout)
    const count = Array.isArray(runs) ? runs.length : (runs.runs?.length ?? 0)
    return {
      seen: `exit ${ends.map(({ code }) => code).join(" and ")}, ${completed} agents completed, ${count} runs on record`,
      problems: [
        ...same("completed agents", completed, 16),
        ...same("runs on record", count, 2),
        ...(await afterwards(cli, 2_000_000))
      ]
    }
  })
}

function dropping(): Promise<Seen> {
  const points = ["after-headers", "mid-text", "before-terminal"] as const
  let dropped = 0
  const answering: Answering = async (received) => {
    const answer = await reading(received)
    if (received.index % 3 !== 2) return answer
    dropped += 1
    return { ...answer, fault: { kind: dropped % 2 === 0 ? "reset" : "end", at: points[dropped % 3] ?? "mid-text" } }
  }
  return withCli(answering, async (cli) => {
    const end = await cli.run(...eight("--json"))
    const { agents, budget } = resultOf(end)
    const completed = agents.filter(({ status }) => status === "completed").length
    return {
      seen: `${completed} of 8 completed, ${dropped} streams dropped, ${budget.tokens.used} charged, exit ${end.code}`,
      problems: [
        ...same("completed agents", completed, 8),
        ...same("exit code", end.code, 0),
        ...(dropped < 8 ? [`only ${dropped} streams were dropped`] : []),
        ...(budget.tokens.used < cli.server.billed.total ? [`billed ${cli.server.billed.total}`] : []),
        ...(await afterwards(cli, 1_000_000))
      ]
    }
  })
}

/** Ends within two seconds, with all that it has started; nothing that was answered is asked again. */
function interrupted(): Promise<Seen> {
  return withCli(reading, async (cli) => {
    const run = cli.start(...eight())
    await until("requests", () => cli.server.requests.length >= 12 || run.hasEnded())
    const from = performance.now()
    run.signal("SIGINT")
    const end = await run.ended
    const tookMs = performance.now() - from
    return await goOn(cli, end, 130, inTime("milliseconds until it had ended", tookMs, 2_000))
  })
}

function killed(): Promise<Seen> {
  return withCli(reading, async (cli) => {
    const run = cli.start(...eight())
    await until("requests", () => cli.server.requests.length >= 12 || run.hasEnded())
    run.signal("SIGKILL")
    return await goOn(cli, await run.ended, 137, [])
  })
}

const goOn = async (cli: Cli, before: CliEnd, code: number, problems: ReadonlyArray<string>): Promise<Seen> => {
  const orphans = await orphansIn(cli.place)
  const asked = cli.server.requests.map(turn)
  const answered = await answeredTurns(cli)
  const resumed = await cli.run("resume", "--json")
  // Whoever had asked for the next turn had been answered, whatever the record says.
  const latest = new Map(asked.map(({ goal, turn }) => [goal, turn]))
  const again = cli.server.requests
    .slice(asked.length)
    .map(turn)
    .filter(({ goal, turn }) => turn < (latest.get(goal) ?? 0) || turn <= (answered.get(goal) ?? 0))
  const { agents } = resultOf(resumed)
  const completed = agents.filter(({ status }) => status === "completed").length
  return {
    seen: `exit ${before.code}, ${asked.length} requests, ${sum(answered.values())} answers on record; resume exit ${resumed.code}, ${completed} of 8 completed`,
    problems: [
      ...problems,
      ...same("exit code", before.code, code),
      ...orphans.map((orphan) => `alive 2 s later: ${orphan}`),
      ...same("exit code of resume", resumed.code, 0),
      ...same("completed agents", completed, 8),
      ...(answered.size > 0 ? [] : ["no answer was on record when it ended"]),
      ...again.map(({ goal, turn }) => `turn ${turn} of "${goal}" was asked again`),
      ...(await afterwards(cli, 1_000_000))
    ]
  }
}

/** From 1, as on record. */
const turn = ({ goal, toolOutputs }: Received) => ({ goal, turn: toolOutputs.length + 1 })

/** The last turn of each goal whose answer is on record. */
const answeredTurns = async ({ place }: Cli): Promise<ReadonlyMap<string, number>> => {
  const files = readdirSync(place.state, { recursive: true, encoding: "utf8" })
  const record = files.find((file) => basename(file) === "journal.db")
  if (record === undefined) return new Map()
  const { events } = await recordOf({ base: place.base, state: dirname(join(place.state, record)) })
  const goals = new Map<string, string>()
  const turns = new Map<string, number>()
  for (const { body, path, type } of events) {
    if (type === "agent.Started") goals.set(path, body.goal)
    if (type === "agent.TurnCompleted") turns.set(goals.get(path) ?? path, body.turn)
  }
  return turns
}

const sum = (all: Iterable<number>): number => [...all].reduce((sum, each) => sum + each, 0)
