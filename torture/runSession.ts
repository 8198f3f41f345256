/**
 * A run from its start to its end over as many processes as it takes, with its witness beside it: what every torture of
 * runs is made of.
 */
import { type Bench, type Choice, ordersOf } from "./runBench.ts"
import { type RunPlace, withRunPlace } from "./runPlace.ts"
import { knownOf, recordOf } from "./runRecord.ts"
import { type Ack, orphansIn, startWorker, type Worker, type WorkerEnd } from "./runRunner.ts"
import { needed } from "./runScript.ts"
import { alwaysTrue, type Death, few, type Story, trueInTheEnd } from "./runTruth.ts"
import { startWitness, type Witness } from "./runWitness.ts"
import type { Orders } from "./runWorkload.ts"

/** What is done to one process. */
export interface Plan {
  /** For the story of one that fails. */
  readonly text: string
  /** Stands before the program: a tracer. */
  readonly wrapper?: ReadonlyArray<string>
  /** Before the process is started. */
  readonly prepare?: () => Promise<void>
  readonly kill?: (worker: Worker) => Promise<void>
  /** The run does not come to its end before: one of its agents gets no answer. */
  readonly isSure?: boolean
}

export const toItsEnd: Plan = { text: "to its end" }

export interface Session {
  readonly place: RunPlace
  readonly witness: Witness
  readonly story: Story
  /** What was found wrong until now. */
  readonly problems: ReadonlyArray<string>
  /** A line for each process. */
  readonly told: ReadonlyArray<string>
  /** The run is on record, and by what name. */
  readonly run: () => string | null
  /** The run has come to its end. */
  readonly isOver: () => boolean
  /** Starts the run or takes it up again; `taken` has to be called once the process has ended. */
  readonly start: (plan: Plan, more?: Partial<Orders>) => Worker
  /** Notes what a dead process leaves, and what is wrong with it. */
  readonly taken: (plan: Plan, end: WorkerEnd) => Promise<void>
  /** Both, with what the plan does between them. */
  readonly next: (plan: Plan, more?: Partial<Orders>) => Promise<WorkerEnd>
  /** Processes until the run is over, and everything that has to be true then. */
  readonly finish: (more?: Partial<Orders>) => Promise<ReadonlyArray<string>>
}

/** With a state folder of its own, unless it is another's. */
export const withSession = <A>(
  bench: Bench,
  choice: Choice,
  body: (session: Session) => Promise<A>,
  state?: string
): Promise<A> =>
  withRunPlace(async (place) => {
    const witness = await startWitness(`${place.base}/effects`)
    try {
      return await body(sessionOf(bench, choice, { ...place, state: state ?? place.state }, witness))
    } finally {
      await witness.close()
    }
  })

// internal

/** A process that takes longer hangs. */
const mostMs = 180_000

const sessionOf = (bench: Bench, choice: Choice, place: RunPlace, witness: Witness): Session => {
  const acks: Array<Ack> = []
  const deaths: Array<Death> = []
  const problems: Array<string> = []
  const told: Array<string> = []
  const story: Story = {
    place,
    witness,
    acks,
    deaths,
    tokens: choice.tokens,
    onUnknown: choice.onUnknown,
    run: null,
    loss: "none"
  }
  let isOver = false
  let count = 0

  const start: Session["start"] = ({ isSure, wrapper }, more = {}) => {
    count += 1
    const from = acks.at(-1)?.seq ?? 0
    const { onUnknown, tokens, wire, maxParallel } = choice
    const worker = startWorker(
      bench.program,
      ordersOf(place, witness, {
        wire,
        tokens,
        maxParallel,
        onUnknown,
        run: story.run,
        from,
        process: count,
        ...bench.more,
        ...more
      }),
      wrapper
    )
    const release = isSure === true ? witness.hold(needed) : null
    if (release !== null) void worker.ended.finally(release)
    return worker
  }
  const taken: Session["taken"] = async ({ text }, end) => {
    acks.push(...end.acks)
    told.push(`process ${count}: ${text}; exit ${end.code} after ${Math.round(end.ms)} ms, ${end.acks.length} acks`)
    // Where nobody was told of the run it is on record, or it has not begun.
    story.run ??= end.run ?? (await recordOf(place)).events[0]?.run ?? null
    const record = await recordOf(place, story.run)
    const known = knownOf(record.events)
    problems.push(...alwaysTrue(story, record, known))
    deaths.push({ process: count, known })
    if (story.run === null && witness.requests.length > 0)
      problems.push("a request was sent before anything was on record")
    isOver = known.status !== null && (known.status === "completed" || choice.isTight)
    if (end.ms > mostMs) problems.push(`process ${count} had not ended after ${mostMs} ms`)
  }
  const next: Session["next"] = async (plan, more) => {
    await plan.prepare?.()
    const worker = start(plan, more)
    const late = setTimeout(() => worker.signal("SIGKILL"), mostMs)
    await plan.kill?.(worker)
    const end = await worker.ended
    clearTimeout(late)
    await taken(plan, end)
    return end
  }
  const finish: Session["finish"] = async (more) => {
    while (!isOver && problems.length === 0) {
      const { code, refused, stderr } = await next(toItsEnd, more)
      if (!isOver) problems.push(`process ${count} ended with ${code}: ${refused ?? stderr.slice(-500)}`)
    }
    const found = [
      ...problems,
      ...(await trueInTheEnd(story, choice.isTight ? null : bench.bases[choice.wire])),
      ...(await orphansIn(place)).map((orphan) => `alive 2 s after the end: ${orphan}`)
    ]
    return found.length === 0 ? [] : [...few([...new Set(found)]), describe(choice), ...told]
  }
  return {
    place,
    witness,
    story,
    problems,
    told,
    run: () => story.run,
    isOver: () => isOver,
    start,
    taken,
    next,
    finish
  }
}

const describe = ({ isTight, maxParallel, onUnknown, tokens, wire }: Choice): string =>
  `${wire}, ${isTight ? `${tokens} tokens, ` : ""}${maxParallel} at once, unknown calls: ${onUnknown}`
