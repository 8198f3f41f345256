/**
 * Who may have a run: an owner that was stopped and not killed, two that want it at once, two runs on one state folder; a
 * clock that jumps, a budget that does not do.
 */
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { setTimeout as wait } from "node:timers/promises"
import { until } from "./buildRunner.ts"
import { type Seen, same } from "./buildTruth.ts"
import { type Bench, ordersOf, usual } from "./runBench.ts"
import { startWorker, type Worker, type WorkerEnd } from "./runRunner.ts"
import { needed } from "./runScript.ts"
import { type Plan, type Session, toItsEnd, withSession } from "./runSession.ts"
import type { RunTorture } from "./runTorture.ts"
import { killAfter } from "./runWays.ts"

export const owners: ReadonlyArray<RunTorture> = [
  { name: "the owner is stopped, another wants the run", run: stopped },
  { name: "another wants the run while the owner works", run: contested },
  { name: "the owner is killed, two want the run at once", run: heirs },
  { name: "two runs at once on one state folder", run: together },
  { name: "the clock jumps by days and years", run: jumping, isSeeded: true },
  { name: "a budget that does not do for the work", run: tight, isSeeded: true }
]

// internal

const acked = (worker: Worker, count: number): Promise<void> =>
  until(`${count} acknowledged events`, () => worker.acks() >= count || worker.hasEnded())

/** One more process for the run of `owner`. */
const wanting = ({ program }: Bench, { place, witness }: Session, owner: Worker): Worker =>
  startWorker(program, ordersOf(place, witness, { run: owner.run() }))

/** Ends as well where it got what it should not have: it is at work on it then, and may wait for others. */
const refusedOrAtWork = (worker: Worker): boolean => worker.hasEnded() || worker.run() !== null

/** It says who has the run. */
const refusedFor = ({ code, refused, stderr }: WorkerEnd, pid: number): ReadonlyArray<string> => [
  ...same("exit code of the second", code, 1),
  ...(refused?.includes(String(pid)) === true ? [] : [`the second does not name process ${pid}: ${refused ?? stderr}`])
]

function stopped(bench: Bench): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const owner = session.start(toItsEnd)
    await acked(owner, 150)
    owner.signal("SIGSTOP")
    // What was on its way when it was stopped.
    await wait(1_000)
    const [lines, requests] = [owner.acks(), session.witness.requests.length]
    await wait(2_000)
    const second = await wanting(bench, session, owner).ended
    const sent = session.witness.requests.length - requests
    const said = owner.acks() - lines
    owner.signal("SIGCONT")
    const end = await owner.ended
    await session.taken(toItsEnd, end)
    return {
      seen: `refused after ${Math.round(second.ms)} ms; the owner goes on: exit ${end.code}`,
      problems: [
        ...refusedFor(second, owner.pid),
        ...(sent > 0 || said > 0 ? [`${sent} requests and ${said} lines came while it stood still`] : []),
        ...same("exit code", end.code, 0),
        ...(await session.finish())
      ]
    }
  })
}

function contested(bench: Bench): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const release = session.witness.hold(needed)
    const owner = session.start(toItsEnd)
    await acked(owner, 60)
    const other = wanting(bench, session, owner)
    await until("the second is refused", () => refusedOrAtWork(other))
    const wasAtWork = !owner.hasEnded()
    release()
    const second = await other.ended
    const end = await owner.ended
    await session.taken(toItsEnd, end)
    return {
      seen: `refused after ${Math.round(second.ms)} ms; exit ${end.code}`,
      problems: [
        ...(wasAtWork ? [] : ["the owner had ended before"]),
        ...refusedFor(second, owner.pid),
        ...same("exit code", end.code, 0),
        ...(await session.finish())
      ]
    }
  })
}

function heirs(bench: Bench): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    await session.next(killAfter(200))
    // Who has it is at work until the other one has been refused.
    const release = session.witness.hold(needed)
    const both = [session.start(toItsEnd), session.start(toItsEnd)]
    await until("one is refused", () => both.some((each) => each.hasEnded()) || both.every(refusedOrAtWork))
    release()
    const ends = await Promise.all(both.map(({ ended }) => ended))
    for (const end of ends) await session.taken(toItsEnd, end)
    const codes = ends.map(({ code }) => code).toSorted()
    const loser = ends.findIndex(({ code }) => code !== 0)
    const [second, owner] = [ends[loser], both[1 - loser]]
    return {
      seen: `exit ${codes.join(" and ")}`,
      problems: [
        ...same("exit codes", codes.join(" and "), "0 and 1"),
        ...(second === undefined || owner === undefined ? [] : refusedFor(second, owner.pid)),
        ...(await session.finish())
      ]
    }
  })
}

/** Of two workspaces, each killed once. The record is looked at while nobody writes to it. */
function together(bench: Bench): Promise<Seen> {
  return withSession(bench, usual, (one) =>
    withSession(
      bench,
      { ...usual, wire: "responses" },
      async (other) => {
        const both = async (...plans: readonly [Plan, Plan]): Promise<ReadonlyArray<WorkerEnd>> => {
          const workers = [one.start(plans[0]), other.start(plans[1])]
          await Promise.all(workers.map((worker, index) => plans[index]?.kill?.(worker)))
          const ends = await Promise.all(workers.map(({ ended }) => ended))
          for (const [index, end] of ends.entries())
            await (index === 0 ? one : other).taken(plans[index] ?? toItsEnd, end)
          return ends
        }
        const codes = async (...plans: readonly [Plan, Plan]): Promise<string> =>
          (await both(...plans)).map(({ code }) => code).join(" and ")
        const killed = await codes(killAfter(200), killAfter(120))
        const ended = await codes(toItsEnd, toItsEnd)
        return {
          seen: `exit ${killed}, then ${ended}`,
          problems: [
            ...same("exit codes of the first two", killed, "137 and 137"),
            ...same("exit codes of the others", ended, "0 and 0"),
            ...(await one.finish()),
            ...(await other.finish())
          ]
        }
      },
      one.place.state
    )
  )
}

function jumping(bench: Bench, random: () => number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const ends: Array<WorkerEnd> = []
    const kills = [40, 40, 40].map((least) => killAfter(least + Math.floor(random() * 120)))
    for (const plan of [...kills, toItsEnd]) {
      ends.push(await session.next(plan, { clock: Math.floor(random() * 1e9) }))
    }
    const codes = ends.map(({ code }) => code).join(", ")
    const said = ends.flatMap(({ refused }) => refused ?? [])
    const found = await session.finish()
    const hours = hoursOnRecord(session)
    return {
      seen: `exit ${codes}; ${Math.round(hours)} hours from the first time on record to the last`,
      problems: [
        ...same("exit codes", codes, "137, 137, 137, 0"),
        ...said,
        ...(hours < 1 ? ["the times on record are less than an hour apart: the clock has not jumped"] : []),
        ...found
      ]
    }
  })
}

const hoursOnRecord = ({ place }: Session): number => {
  const db = new DatabaseSync(join(place.state, "journal.db"), { readOnly: true })
  const span = db.prepare("SELECT max(time) - min(time) AS ms FROM events").get()
  db.close()
  return Number(span?.ms) / 3_600_000
}

/** What the provider counts is the judge. With more tokens all that were named come to their end. */
function tight(bench: Bench, random: () => number): Promise<Seen> {
  const tokens = Math.floor(90_000 + random() * 100_000)
  return withSession(bench, { ...usual, tokens, isTight: true }, async (session) => {
    const paused = await session.next(toItsEnd)
    const billed = session.witness.billed()
    const more = 5_000_000
    session.story.tokens += more
    const end = await session.next(toItsEnd, { more })
    return {
      seen: `${billed} tokens billed of ${tokens}: ${paused.end?.status}; with more of them ${end.end?.status}`,
      problems: [
        ...(billed > tokens ? [`the provider has billed ${billed} tokens of ${tokens}`] : []),
        // It stops at its limit, and not for something else.
        ...(billed < tokens / 2 ? [`the provider has billed only ${billed} tokens of ${tokens}`] : []),
        ...same("status", end.end?.status ?? end.refused ?? "none", "completed"),
        // One that was started by another is over once that one has heard so.
        ...(end.end?.errors ?? []).filter((error) => /^\/root\/[^/]+: /.test(error)),
        ...(await session.finish())
      ]
    }
  })
}
