/**
 * What the product's reader makes of a record that is cut or has a flipped bit, held against what the record is known to
 * have held before the place of the damage.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { Journal, JournalError, type JournalEvent } from "@deputize/core/journal/Journal"
import { SqliteReader } from "@deputize/core/journal/SqliteReader"
import * as Effect from "effect/Effect"
import type { Seen } from "./buildTruth.ts"
import type { Ack } from "./runRunner.ts"
import { few } from "./runTruth.ts"

/** One damage to a file of the record. */
export interface Damage {
  readonly name: string
  readonly file: FileName
  /** The first byte that is not what it was. */
  readonly at: number
  readonly apply: (whole: Buffer) => Buffer
}

export type FileName = "journal.db" | "journal.db-wal"
export type Files = Readonly<Record<FileName, Buffer>>
export type Damages = (whole: Files, random: () => number) => ReadonlyArray<Damage>

export const filesIn = (folder: string): Files => {
  const content = (name: FileName) =>
    existsSync(join(folder, name)) ? readFileSync(join(folder, name)) : Buffer.alloc(0)
  return { "journal.db": content("journal.db"), "journal.db-wal": content("journal.db-wal") }
}

/** In the place of what is there; an empty one is none. */
export const putFiles = (folder: string, content: Files): void => {
  for (const name of names) {
    rmSync(join(folder, name), { force: true })
    if (content[name].length > 0) writeFileSync(join(folder, name), content[name])
  }
  rmSync(join(folder, "journal.db-shm"), { force: true })
}

export const cuts: Damages = (whole) =>
  names.flatMap((file) =>
    Array.from({ length: Math.min(4_096, whole[file].length) }, (_, index) => ({
      name: `${file} cut by ${index + 1} bytes`,
      file,
      at: whole[file].length - index - 1,
      apply: (content: Buffer) => content.subarray(0, content.length - index - 1)
    }))
  )

export const flips: Damages = (whole, random) =>
  Array.from({ length: 1_000 }, (_, index) => flip(whole, random, index % 2 === 0 ? "journal.db" : "journal.db-wal"))

export const flip = (whole: Files, random: () => number, wanted: FileName): Damage => {
  const file = whole[wanted].length > 0 ? wanted : wanted === "journal.db" ? "journal.db-wal" : "journal.db"
  const bit = Math.floor(random() * whole[file].length * 8)
  return {
    name: `${file} with bit ${bit} flipped`,
    file,
    at: bit >> 3,
    apply: (content) => {
      const copy = Buffer.from(content)
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return copy
    }
  }
}

export type Found =
  /** Each event by its hash and its content, in the order of the record. */
  | { readonly _tag: "Opened"; readonly events: ReadonlyArray<string> }
  | { readonly _tag: "Refused"; readonly message: string }

/** By the product's reader, which leaves both files as they are. */
export const stateOf = async (folder: string, content: Files): Promise<Found> => {
  putFiles(folder, content)
  try {
    return { _tag: "Opened", events: await Effect.runPromise(audited(join(folder, "journal.db"))) }
  } catch (cause) {
    if (!(cause instanceof JournalError) || cause.message === "" || cause.hint === "") throw cause
    return { _tag: "Refused", message: cause.message }
  } finally {
    const touched = names.filter((name) => sizeOf(join(folder, name)) !== content[name].length)
    // biome-ignore lint/correctness/noUnsafeFinally: worse than whatever was thrown.
    if (touched.length > 0) throw new Error(`the reader has touched ${touched.join(", ")}`)
  }
}

/** Every damage to one record of a run, of which these events were acknowledged. */
export const judgeEach = async (
  base: string,
  whole: Files,
  acks: ReadonlyArray<Ack>,
  damages: ReadonlyArray<Damage>
): Promise<Seen> => {
  const folder = mkdtempSync(join(base, "judged-"))
  const truth = await stateOf(folder, whole)
  if (truth._tag === "Refused") throw new Error(truth.message)
  const least = leastOf(whole, truth.events)
  const counts = { whole: 0, less: 0, refused: 0 }
  const problems: Array<string> = [
    ...acks
      .filter(({ hash, seq }) => truth.events[seq - 1]?.startsWith(`${hash} `) !== true)
      .map(({ seq }) => `event ${seq} was acknowledged, and the undamaged record does not have it`),
    ...(truth.events.length === 0 || damages.length === 0 ? ["there is nothing to damage"] : [])
  ]
  for (const { apply, at, file, name } of damages) {
    const found = await stateOf(folder, { ...whole, [file]: apply(whole[file]) }).catch((cause: unknown) => `${cause}`)
    if (typeof found === "string") problems.push(`${name}: neither opened nor refused: ${found}`)
    else if (found._tag === "Refused") counts.refused += 1
    else {
      const { length } = found.events
      const { events, isEmptied } = least(file, at)
      if (found.events.some((event, index) => event !== truth.events[index])) problems.push(`${name}: another record`)
      else if (length < events) problems.push(`${name}: ${length} events, and ${events} stand before the damage`)
      else if (length === 0 && isEmptied) problems.push(`${name}: opens as if nothing had ever been recorded`)
      if (length === truth.events.length) counts.whole += 1
      else counts.less += 1
    }
  }
  return {
    seen: `${counts.whole} whole, ${counts.less} with less in it, ${counts.refused} refused`,
    problems: few(problems, 5)
  }
}

// internal

const names = ["journal.db", "journal.db-wal"] as const

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0

const audited = (file: string) =>
  Effect.gen(function* () {
    const journal = yield* Journal
    const runs = yield* journal.list
    const read = yield* Effect.forEach(runs, ({ run }) => Effect.andThen(journal.verify(run), journal.read(run)))
    return read.flat().map(shown)
  }).pipe(Effect.provide(SqliteReader.layer({ file })))

/** What an event says, and not only by which hash it goes. */
const shown = ({ body, hash, path, type }: JournalEvent): string => `${hash} ${type} ${path} ${JSON.stringify(body)}`

interface Least {
  /** How many there must be, if any are shown. */
  readonly events: number
  /** Not even the tables can be there: that is no beginning of a record. */
  readonly isEmptied: boolean
}

/**
 * A -wal file is read up to the commit that is damaged: all events of those before are there. Of a database all are, also
 * of one that is damaged.
 */
const leastOf = (whole: Files, events: ReadonlyArray<string>): ((file: FileName, at: number) => Least) => {
  const wal = whole["journal.db-wal"]
  const commits = commitEnds(wal)
  const endOf = (hash: string): number => {
    if (whole["journal.db"].includes(hash)) return 0
    const at = wal.indexOf(hash)
    return at < 0 ? wal.length : (commits.find((end) => end > at) ?? wal.length)
  }
  // One whose hash lies on two pages is not found, and is no later than the next.
  const ends = events.map((event) => endOf(event.slice(0, event.indexOf(" "))))
  for (let index = ends.length - 2; index >= 0; index -= 1)
    ends[index] = Math.min(ends[index] ?? 0, ends[index + 1] ?? 0)
  return (file, at) =>
    file === "journal.db"
      ? { events: events.length, isEmptied: true }
      : { events: ends.filter((end) => end <= at).length, isEmptied: at < (commits[0] ?? 0) }
}

/** Where the commits of a -wal file end: https://sqlite.org/fileformat2.html#the_write_ahead_log */
const commitEnds = (wal: Buffer): ReadonlyArray<number> => {
  const frame = 24 + 4_096
  const count = Math.max(0, Math.floor((wal.length - 32) / frame))
  return Array.from({ length: count }, (_, index) => 32 + index * frame)
    .filter((at) => wal.readUInt32BE(at + 4) > 0)
    .map((at) => at + frame)
}
