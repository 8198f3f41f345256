/**
 * A run from its start to its end over as many processes as it takes, with its witness beside it: what every torture of
 * runs is made of.
 */
import { type Bench, type Choice, ordersOf } from "./runBench.ts"
import { mostMs } from "./runGroups.ts"
import { type RunPlace, withRunPlace } from "./runPlace.ts"
import { type Event, type Known, knownOf, recordOf } from "./runRecord.ts"
import { type Ack, orphansIn, outliving, startWorker, type Worker, type WorkerEnd } from "./runRunner.ts"
import { forgotten, named, needed } from "./runScript.ts"
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
  /** Whether it was killed, if at all, in the way that was meant: what is waited for may not come. */
  readonly kill?: (worker: Worker) => Promise<boolean>
  /** The run does not come to its end before: one of its agents gets no answer. */
  readonly isSure?: boolean
}

export const toItsEnd: Plan = { text: "to its end" }

export interface Ended extends WorkerEnd {
  readonly wasAsMeant: boolean
}

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
  /** It has ended at its limit, and the next process brings more tokens. */
  readonly isPaused: () => boolean
  /** It was complete, and no agent was cut short by the budget: it was held against the run that nobody killed. */
  readonly isWhole: () => boolean
  /** What dead processes have left running for longer than they may; waits for it. */
  readonly orphans: () => Promise<ReadonlyArray<string>>
  /** Starts the run or takes it up again; `taken` has to be called once the process has ended. */
  readonly start: (plan: Plan, more?: Partial<Orders>) => Worker
  /** Notes what a dead process leaves, and what is wrong with it. */
  readonly taken: (plan: Plan, end: WorkerEnd) => Promise<void>
  /** Both, with what the plan does between them. */
  readonly next: (plan: Plan, more?: Partial<Orders>) => Promise<Ended>
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

/** How often a run gets more tokens: each time it comes a good part further. */
const mostPurses = 30

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
  const looks: Array<Promise<ReadonlyArray<string>>> = []
  const base = bench.bases[choice.wire]
  const lastKnown = () => deaths.at(-1)?.known
  let isOver = false
  let isPaused = false
  let isShort = false
  let offered = 0
  let count = 0

  const start: Session["start"] = ({ isSure, wrapper }, given = {}) => {
    count += 1
    const left = story.tokens - (lastKnown()?.charged ?? 0)
    const getsMore = choice.more !== undefined && (isPaused || (story.run !== null && left < (choice.least ?? 0)))
    const more: Partial<Orders> = getsMore ? { more: choice.more, ...given } : given
    offered += more.more ?? 0
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
    if (release !== null) worker.ended.then(release, release)
    return worker
  }
  const taken: Session["taken"] = async ({ text }, end) => {
    looks.push(outliving(place))
    acks.push(...end.acks)
    told.push(`process ${count}: ${text}; exit ${end.code} after ${Math.round(end.ms)} ms, ${end.acks.length} acks`)
    // Where nobody was told of the run it is on record, or it has not begun.
    story.run ??= end.run ?? (await recordOf(place)).events[0]?.run ?? null
    const record = await recordOf(place, story.run)
    const known = knownOf(record.events)
    if (choice.isTight) {
      const purse = purseOf(record.events)
      isShort = purse.isShort
      // What a dead process was to bring may not have come.
      story.tokens = choice.tokens + purse.granted
      if (purse.granted > offered) problems.push(`${purse.granted} more tokens are on record, of ${offered} given`)
      if (known.status !== null && known.status !== "completed") problems.push(...purse.otherEnds)
    }
    problems.push(...alwaysTrue(story, record, known))
    deaths.push({ process: count, known })
    if (story.run === null && witness.requests.length > 0)
      problems.push("a request was sent before anything was on record")
    const isAtLimit = choice.isTight && known.status !== null && known.status !== "completed"
    isPaused = isAtLimit && choice.more !== undefined
    isOver = known.status === "completed" || (isAtLimit && !isPaused)
    if (end.wasLate) problems.push(`process ${count} had not ended after ${mostMs} ms`)
    if (isPaused && offered / (choice.more ?? 1) >= mostPurses)
      problems.push(`the run is not complete with ${story.tokens} tokens`)
  }
  const next: Session["next"] = async (plan, more) => {
    await plan.prepare?.()
    const worker = start(plan, more)
    const wasAsMeant = (await plan.kill?.(worker)) ?? true
    const end = await worker.ended
    await taken(plan, end)
    return { ...end, wasAsMeant }
  }
  const orphans: Session["orphans"] = async () =>
    (await Promise.all(looks)).flat().map((orphan) => `alive 2 s after a death: ${orphan}`)
  const isWhole = () => lastKnown()?.status === "completed" && !isShort
  const finish: Session["finish"] = async (more) => {
    while (!isOver && problems.length === 0) {
      const { code, refused, stderr } = await next(toItsEnd, more)
      if (!isOver && !isPaused) problems.push(`process ${count} ended with ${code}: ${refused ?? stderr.slice(-500)}`)
    }
    const found = [
      ...problems,
      ...(await orphans()),
      ...(await orphansIn(place)).map((orphan) => `alive 2 s after the end: ${orphan}`),
      ...(await trueInTheEnd(isShort ? inOrder(story) : story, isWhole() ? base : null)),
      ...(lastKnown()?.status === "completed" ? otherAnswers(lastKnown()?.ends, base.ends) : [])
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
    isPaused: () => isPaused,
    isWhole,
    orphans,
    start,
    taken,
    next,
    finish
  }
}

/** What is summed up, and when, is by the tokens that are left: a turn that got no answer may need it when it is asked again. */
const inOrder = (story: Story): Story => {
  const asked = new Set<string>()
  const requests = story.witness.requests.filter(({ isSummary, key, turn }) => {
    if (!isSummary) asked.add(`${key}:${turn}`)
    return !isSummary || !asked.has(`${key}:${turn}`)
  })
  return { ...story, witness: { ...story.witness, requests } }
}

/** Of the agents that the run was started with; one whose results are gone says so. */
const otherAnswers = (found: Known["ends"] | undefined, right: Known["ends"]): ReadonlyArray<string> =>
  named.flatMap(({ key }) => {
    const [answer, wanted] = [found?.get(key)?.answer, right.get(key)?.answer]
    return answer === wanted || answer?.includes(forgotten) === true ? [] : [`${key} has answered: ${answer}`]
  })

interface Purse {
  /** Tokens that came to the first ones, as far as that is on record. */
  readonly granted: number
  /** An agent was closed, kept from starting another or left without a summary: it does less than in a whole run. */
  readonly isShort: boolean
  /** Of agents whose last end is another one than their own or at a limit. */
  readonly otherEnds: ReadonlyArray<string>
}

const purseOf = (events: ReadonlyArray<Event>): Purse => {
  const ends = new Map<string, string>()
  let granted = 0
  let isShort = false
  for (const { body, path, type } of events) {
    if (type === "run.Resumed") granted += body.more.tokens ?? 0
    if (type === "agent.TurnRequested" && body.why === "budget") isShort = true
    if (type === "agent.Compacted" && body.summary === null) isShort = true
    if (type === "tool.Done" && !body.ok && /tokens/.test(body.text)) isShort = true
    if (type !== "agent.Ended") continue
    const { error, status } = body.result
    if (error?.tag === "BudgetExceeded") isShort = true
    ends.set(path, status === "completed" || error?.tag === "BudgetExceeded" ? "" : `${status}: ${error?.message}`)
  }
  const otherEnds = [...ends].flatMap(([path, why]) =>
    why === "" ? [] : [`${path} has ended for another reason: ${why}`]
  )
  return { granted, isShort, otherEnds }
}

const describe = ({ isTight, maxParallel, onUnknown, tokens, wire }: Choice): string =>
  `${wire}, ${isTight ? `${tokens} tokens, ` : ""}${maxParallel} at once, unknown calls: ${onUnknown}`
