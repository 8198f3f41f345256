/**
 * A record that is cut at every byte of its end, that has flipped bits, or of which somebody has changed a word. It opens
 * as a beginning of what it was, or is refused with a message; it is never taken for another one. Most damages are judged
 * by reading and auditing in this process; the seeds choose some of which a process goes on.
 */
import { mkdtempSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import type { Seen } from "./buildTruth.ts"
import { type Bench, usual } from "./runBench.ts"
import { cuts, type Damages, filesIn, flip, flips, judgeEach, putFiles, stateOf } from "./runReading.ts"
import { type Event, recordOf } from "./runRecord.ts"
import { type Plan, type Session, toItsEnd, withSession } from "./runSession.ts"
import type { RunTorture } from "./runTorture.ts"
import { few } from "./runTruth.ts"
import { killAfter } from "./runWays.ts"

export const damages: ReadonlyArray<RunTorture> = [
  { name: "record cut at every byte of its last 4 KiB", run: judging(atWork, cuts) },
  { name: "record with 1,000 flipped bits, one at a time", run: judging(atWork, flips) },
  { name: "record in both files, each cut at every byte of its last 4 KiB", run: judging(inBoth, cuts) },
  { name: "record in both files, 1,000 flipped bits", run: judging(inBoth, flips) },
  { name: "record at rest, cut at every byte", run: judging(atRest, cuts) },
  { name: "record at rest, 1,000 flipped bits", run: judging(atRest, flips) },
  { name: "record cut, and the run goes on", run: goesOnCut, isSeeded: true },
  { name: "record with a flipped bit, and the run goes on", run: goesOnFlipped, isSeeded: true },
  { name: "somebody has changed a word of the record", run: forged }
]

// internal

/** Of a process that was killed: all is in the -wal file, beside the database's first page. */
function atWork(session: Session): Promise<void> {
  return ending(session, killAfter(60), 137)
}

/** Of one that was killed after another: what the other has written was moved to the database in between. */
async function inBoth(session: Session): Promise<void> {
  await ending(session, killAfter(60), 137)
  const db = new DatabaseSync(join(session.place.state, "journal.db"))
  db.exec("PRAGMA wal_checkpoint(TRUNCATE)")
  db.close()
  await ending(session, killAfter(30), 137)
}

/** Of one that has come to its end: all is in the database, and there is no -wal file. */
function atRest(session: Session): Promise<void> {
  return ending(session, toItsEnd, 0)
}

/** One process, that has to end like this, and until then all was well. */
async function ending(session: Session, plan: Plan, expected: number): Promise<void> {
  const { code, refused, stderr } = await session.next(plan)
  if (code !== expected) throw new Error(`the process ended with ${code}: ${refused ?? stderr.slice(-300)}`)
  if (session.problems.length > 0) throw new Error(session.problems.join("\n"))
}

function judging(making: (session: Session) => Promise<void>, damages: Damages): RunTorture["run"] {
  return (bench, random) =>
    withSession(bench, usual, async (session) => {
      const { place, story } = session
      await making(session)
      const whole = filesIn(place.state)
      if ((making === atRest) !== (whole["journal.db-wal"].length === 0))
        throw new Error("its -wal file is as it should not be")
      return await judgeEach(place.base, whole, story.acks, damages(whole, random))
    })
}

/** Refused by name, or gone on from, to the same end. */
const judged = async (session: Session, what: string): Promise<Seen> => {
  const { code, refused, stderr } = await session.next(toItsEnd)
  if (code === 0) return { seen: `${what}: went on`, problems: await session.finish() }
  const isSaid = refused !== null && /journal\.db|run r|there is no run/.test(refused)
  return {
    seen: `${what}: refused`,
    problems: isSaid ? [] : [`it ended with ${code} without a word of the record: ${refused ?? stderr.slice(-300)}`]
  }
}

/** Acknowledged events may be missing then: somebody else has removed them. */
const forgetAcks = ({ story }: Session): void => {
  story.acks.length = 0
  story.deaths.length = 0
  story.loss = "cut off"
}

function goesOnCut(bench: Bench, random: () => number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    await ending(session, killAfter(60 + Math.floor(random() * 300)), 137)
    const file = random() < 0.8 ? "journal.db-wal" : "journal.db"
    const { length } = filesIn(session.place.state)[file]
    const cut = Math.floor(random() * Math.min(4_096, length))
    truncateSync(join(session.place.state, file), length - cut)
    forgetAcks(session)
    return await judged(session, `${file} cut by ${cut}`)
  })
}

function goesOnFlipped(bench: Bench, random: () => number): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    await ending(session, killAfter(60 + Math.floor(random() * 300)), 137)
    const whole = filesIn(session.place.state)
    const { apply, file, name } = flip(whole, random, random() < 0.7 ? "journal.db-wal" : "journal.db")
    writeFileSync(join(session.place.state, file), apply(whole[file]))
    forgetAcks(session)
    return await judged(session, name)
  })
}

/** Each answer of a model alone is made one that leads its agent elsewhere: its hash does not fit any more. */
function forged(bench: Bench): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    const { place, witness } = session
    await ending(session, killAfter(250), 137)
    const whole = filesIn(place.state)
    const answers = (await recordOf(place)).events.filter(({ body, type }) => isForgeable(type, body))
    const folder = mkdtempSync(join(place.base, "forged-"))
    const problems = answers.length < 10 ? [`only ${answers.length} answers are on record`] : []
    const requests = witness.requests.length
    const resumed = new Set([0, Math.floor(answers.length / 2), answers.length - 1])
    for (const [index, { seq }] of answers.entries()) {
      putFiles(folder, whole)
      if (forge(folder, seq) !== 1) throw new Error(`event ${seq} was not changed`)
      const content = filesIn(folder)
      const found = await stateOf(folder, content)
      const isNamed = found._tag === "Refused" && found.message.includes(`event ${seq}:`)
      if (!isNamed)
        problems.push(`event ${seq} was changed: ${found._tag === "Refused" ? found.message : "it is read"}`)
      if (!resumed.has(index)) continue
      putFiles(place.state, content)
      const { code, refused } = await session.next(toItsEnd)
      if (code === 0 || refused?.includes("journal.db") !== true)
        problems.push(`event ${seq} was changed: taken up with exit ${code}, and it says: ${refused}`)
    }
    const sent = witness.requests.length - requests
    return {
      seen: `${answers.length} events, each alone: refused by name; ${resumed.size} processes, ${sent} requests`,
      problems: [...few(problems, 5), ...(sent === 0 ? [] : [`${sent} requests were sent on a changed record`])]
    }
  })
}

const forgedWords = ["goes on with its part", "gives it up at once now"] as const

const isForgeable = (type: string, body: Event["body"]): boolean =>
  type === "agent.TurnCompleted" && JSON.stringify(body).includes(forgedWords[0])

/** How many events it has changed. */
const forge = (folder: string, seq: number): number => {
  const db = new DatabaseSync(join(folder, "journal.db"))
  const { changes } = db
    .prepare("UPDATE events SET body = replace(body, ?, ?) WHERE seq = ? AND instr(body, ?) > 0")
    .run(...forgedWords, seq, forgedWords[0])
  db.close()
  return Number(changes)
}
