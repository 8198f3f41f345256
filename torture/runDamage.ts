/**
 * A record that is cut at every byte of its end, that has flipped bits, or of which somebody has changed a word. It opens
 * as a beginning of what it was, or is refused with a message; it is never taken for another one. Most damages are judged
 * by reading and auditing in this process; the seeds choose some of which a process goes on.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { Journal, JournalError, type JournalEvent } from "@deputize/core/journal/Journal"
import { SqliteReader } from "@deputize/core/journal/SqliteReader"
import * as Effect from "effect/Effect"
import type { Seen } from "./buildTruth.ts"
import { type Bench, usual } from "./runBench.ts"
import { type Session, toItsEnd, withSession } from "./runSession.ts"
import type { RunTorture } from "./runTorture.ts"
import { few } from "./runTruth.ts"
import { killAfter } from "./runWays.ts"

export const damages: ReadonlyArray<RunTorture> = [
  { name: "record cut at every byte of its last 4 KiB", run: (bench, random) => judgeAll(bench, random, cuts, 60) },
  {
    name: "record with 1,000 flipped bits, one at a time",
    run: (bench, random) => judgeAll(bench, random, flips, 120)
  },
  { name: "record at rest, cut at every byte", run: (bench, random) => judgeAll(bench, random, cuts, null) },
  { name: "record at rest, 1,000 flipped bits", run: (bench, random) => judgeAll(bench, random, flips, null) },
  { name: "record cut, and the run goes on", run: goesOnCut, isSeeded: true },
  { name: "record with a flipped bit, and the run goes on", run: goesOnFlipped, isSeeded: true },
  { name: "somebody has changed a word of the record", run: forged }
]

// internal

/** One damage to a file of the record. */
interface Damage {
  readonly name: string
  readonly file: FileName
  readonly apply: (whole: Buffer) => Buffer
}

type FileName = "journal.db" | "journal.db-wal"
type Files = Readonly<Record<FileName, Buffer>>
type Damages = (whole: Files, random: () => number) => ReadonlyArray<Damage>

const names = ["journal.db", "journal.db-wal"] as const

const cuts: Damages = (whole) =>
  names.flatMap((file) =>
    Array.from({ length: Math.min(4_096, whole[file].length) }, (_, index) => ({
      name: `${file} cut by ${index + 1} bytes`,
      file,
      apply: (content: Buffer) => content.subarray(0, content.length - index - 1)
    }))
  )

const flips: Damages = (whole, random) =>
  Array.from({ length: 1_000 }, (_, index) => flip(whole, random, index % 2 === 0 ? "journal.db" : "journal.db-wal"))

const flip = (whole: Files, random: () => number, wanted: FileName): Damage => {
  const file = whole[wanted].length > 0 ? wanted : wanted === "journal.db" ? "journal.db-wal" : "journal.db"
  const bit = Math.floor(random() * whole[file].length * 8)
  return {
    name: `${file} with bit ${bit} flipped`,
    file,
    apply: (content) => {
      const copy = Buffer.from(content)
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return copy
    }
  }
}

const filesIn = (folder: string): Files => {
  const content = (name: FileName) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : Buffer.alloc(0)
  return { "journal.db": content("journal.db"), "journal.db-wal": content("journal.db-wal") }
}

/** Of a process that was killed after so many lines, or of one that has closed it: that has no -wal file. */
const judgeAll = (bench: Bench, random: () => number, damages: Damages, acks: number | null): Promise<Seen> =>
  withSession(bench, usual, async ({ next, place }) => {
    await next(acks === null ? toItsEnd : killAfter(acks))
    const whole = filesIn(place.state)
    const folder = mkdtempSync(join(place.base, "judged-"))
    const truth = await stateOf(folder, whole)
    if (truth._tag === "Refused") throw new Error(truth.message)
    const counts = { whole: 0, less: 0, refused: 0 }
    const problems: Array<string> = []
    for (const { apply, file, name } of damages(whole, random)) {
      const found = await stateOf(folder, { ...whole, [file]: apply(whole[file]) }).catch(
        (cause: unknown) => `${cause}`
      )
      if (typeof found === "string") problems.push(`${name}: neither opened nor refused: ${found}`)
      else if (found._tag === "Refused") counts.refused += 1
      else if (found.hashes.some((hash, index) => hash !== truth.hashes[index]))
        problems.push(`${name}: another record`)
      else if (found.hashes.length === truth.hashes.length) counts.whole += 1
      else counts.less += 1
    }
    return {
      seen: `${counts.whole} whole, ${counts.less} with less in it, ${counts.refused} refused`,
      problems: few(problems, 5)
    }
  })

type Found =
  /** By the product's reader: the content of each event, run by run. */
  | { readonly _tag: "Opened"; readonly hashes: ReadonlyArray<string> }
  | { readonly _tag: "Refused"; readonly message: string }

const stateOf = async (folder: string, content: Files): Promise<Found> => {
  for (const name of names) {
    rmSync(join(folder, name), { force: true })
    if (content[name].length > 0) writeFileSync(join(folder, name), content[name])
  }
  rmSync(join(folder, "journal.db-shm"), { force: true })
  try {
    return { _tag: "Opened", hashes: await Effect.runPromise(audited(join(folder, "journal.db"))) }
  } catch (cause) {
    if (!(cause instanceof JournalError) || cause.message === "" || cause.hint === "") throw cause
    return { _tag: "Refused", message: cause.message }
  }
}

const audited = (file: string) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const runs = yield* journal.list
    const read = yield* Effect.forEach(runs, ({ run }) => Effect.andThen(journal.verify(run), journal.read(run)))
    return read.flat().map(shown)
  }).pipe(Effect.provide(SqliteReader.layer({ file })))

/** What an event says, and not only by which hash it goes. */
const shown = ({ body, hash, path, type }: JournalEvent): string => `${hash} ${type} ${path} ${JSON.stringify(body)}`

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
    await session.next(killAfter(60 + Math.floor(random() * 300)))
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
    await session.next(killAfter(60 + Math.floor(random() * 300)))
    const whole = filesIn(session.place.state)
    const { apply, file, name } = flip(whole, random, random() < 0.7 ? "journal.db-wal" : "journal.db")
    writeFileSync(join(session.place.state, file), apply(whole[file]))
    forgetAcks(session)
    return await judged(session, name)
  })
}

/** One that leads an agent to another answer: the hash does not fit any more. */
function forged(bench: Bench): Promise<Seen> {
  return withSession(bench, usual, async (session) => {
    await session.next(killAfter(250))
    const db = new DatabaseSync(join(session.place.state, "journal.db"))
    const { changes } = db
      .prepare(
        "UPDATE events SET body = replace(body, 'goes on with its part', 'gives it up at once now') WHERE type = 'TurnCompleted'"
      )
      .run()
    db.close()
    const requests = session.witness.requests.length
    const { code, refused } = await session.next(toItsEnd)
    const sent = session.witness.requests.length - requests
    return {
      seen: `${changes} events changed: exit ${code}, ${sent} requests`,
      problems: [
        ...(code !== 0 && sent === 0
          ? []
          : [`it went on with a record that is not what was written: exit ${code}, ${sent} requests`]),
        ...(refused?.includes("journal.db") === true || code === 0 ? [] : [`it does not say so: ${refused}`])
      ]
    }
  })
}
