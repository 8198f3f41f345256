/**
 * What a loss of power, or a bad disk, leaves of the state: a record cut at every byte of its end or with flipped bits,
 * torn fingerprints, outputs that never reached the disk.
 *
 * A record that is cut opens with less in it, or is refused with a message; what it takes for finished was finished. So
 * many cuts are judged in this process; the seeds choose some that a whole build has to go on from.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { setTimeout as wait } from "node:timers/promises"
import { decode } from "@deputize/build-tools/fingerprint/StoredFingerprint"
import { JournalError } from "@deputize/core/journal/JournalError"
import { midway } from "./buildDeaths.ts"
import { effectsOf, type Kind, type Place, stateFolder } from "./buildPlace.ts"
import { build, orphansOf, startRunner } from "./buildRunner.ts"
import { outputOf, tasks, wrongOutputs } from "./buildTasks.ts"
import { allDone, failed, lastSession, type Seen, type Torture } from "./buildTruth.ts"

export const powerLosses = (of: Kind): ReadonlyArray<Torture> => [
  { name: "record cut at every byte of its last 4 KiB", of, run: (place, random) => judgeAll(place, random, cuts) },
  { name: "record with 1,000 flipped bits, one at a time", of, run: (place, random) => judgeAll(place, random, flips) },
  { name: "record at rest, cut at every byte", of, run: (place, random) => judgeAll(place, random, cuts, true) },
  { name: "record at rest, 1,000 flipped bits", of, run: (place, random) => judgeAll(place, random, flips, true) },
  { name: "record cut, and a build goes on from it", of, run: buildOnCut },
  { name: "fingerprints cut at every byte", of, run: tornFingerprints },
  { name: "outputs never reached the disk", of, run: lostOutputs }
]

// internal

/** One damage to a file of the record. */
interface Damage {
  readonly name: string
  readonly file: "record.db" | "record.db-wal"
  readonly apply: (whole: Buffer) => Buffer
}

type Damages = (files: Files, random: () => number) => ReadonlyArray<Damage>
type Files = Readonly<Record<Damage["file"], Buffer>>

const files = ["record.db", "record.db-wal"] as const

/** A record whose writer was killed, so that both of its files are there. */
const killedRecord = async (place: Place, random: () => number): Promise<string> => {
  const runner = startRunner(place, ["--parallel", "2"])
  await midway(place, runner, 4 + Math.floor(random() * 8))
  await wait(random() * 60)
  runner.signal("SIGKILL")
  await runner.ended
  await orphansOf(place)
  const folder = stateFolder(place)
  if (folder === undefined || !existsSync(join(folder, "record.db-wal"))) throw new Error("there is no record")
  return folder
}

const cuts: Damages = (whole) =>
  files.flatMap((file) =>
    Array.from({ length: Math.min(4_096, whole[file].length) }, (_, index) => ({
      name: `${file} cut by ${index + 1} bytes`,
      file,
      apply: (content: Buffer) => content.subarray(0, content.length - index - 1)
    }))
  )

const flips: Damages = (whole, random) =>
  Array.from({ length: 1_000 }, (_, index) => {
    const file = index % 2 === 0 || whole["record.db-wal"].length === 0 ? "record.db" : "record.db-wal"
    const bit = Math.floor(random() * whole[file].length * 8)
    return {
      name: `${file} with bit ${bit} flipped`,
      file,
      apply: (content: Buffer) => {
        const copy = Buffer.from(content)
        copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        return copy
      }
    } as const
  })

/** The record of a killed runner, or of one that has closed it: that has no -wal file. */
const judgeAll = async (place: Place, random: () => number, damages: Damages, isAtRest = false): Promise<Seen> => {
  if (isAtRest) await build(place)
  const folder = isAtRest ? (stateFolder(place) ?? place.home) : await killedRecord(place, random)
  const contentOf = (file: Damage["file"]) =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file)) : Buffer.alloc(0)
  const whole = { "record.db": contentOf("record.db"), "record.db-wal": contentOf("record.db-wal") }
  const truth = await stateIn(place, whole)
  if (truth._tag === "Refused") throw new Error(truth.message)
  const counts = { whole: 0, less: 0, refused: 0 }
  const problems: Array<string> = []
  for (const { apply, file, name } of damages(whole, random)) {
    const found = await stateIn(place, { ...whole, [file]: apply(whole[file]) }).catch((cause: unknown) => `${cause}`)
    if (typeof found === "string") problems.push(`${name}: neither opened nor refused: ${found}`)
    else if (found._tag === "Refused") counts.refused += 1
    else if (!found.facts.every((fact) => truth.facts.includes(fact))) {
      problems.push(`${name}: says ${found.facts.filter((fact) => !truth.facts.includes(fact)).join("; ")}`)
    } else if (found.facts.length === truth.facts.length) counts.whole += 1
    else counts.less += 1
  }
  return {
    seen: `${counts.whole} whole, ${counts.less} with less in it, ${counts.refused} refused`,
    problems: problems.length > 5 ? [...problems.slice(0, 5), `and ${problems.length - 5} more`] : problems
  }
}

type Found =
  /** What it takes for done, or for begun. */
  | { readonly _tag: "Opened"; readonly facts: ReadonlyArray<string> }
  | { readonly _tag: "Refused"; readonly message: string }

const stateIn = async ({ base }: Place, content: Files): Promise<Found> => {
  const folder = mkdtempSync(join(base, "copy-"))
  for (const file of files) if (content[file].length > 0) writeFileSync(join(folder, file), content[file])
  try {
    const session = await lastSession(folder)
    const steps = (session?.steps ?? []).flatMap(({ attempt, id, outcome, tasks: all }) => [
      ...(outcome === null ? [] : [`${id} ended as ${outcome._tag}`]),
      ...(attempt === null ? [] : [`${id} was tried`]),
      ...(attempt === null || attempt.outcome === null ? [] : [`${id} was tried: ${attempt.outcome._tag}`]),
      ...[...all].map(([task, state]) => `${task} ${state._tag === "Ended" ? `ended as ${state.status}` : "began"}`)
    ])
    // A task that is known to have begun where it is on record that it has ended is less, and not other.
    return {
      _tag: "Opened",
      facts: [...(session === null ? [] : [`session ${session.session}`]), ...steps, ...begun(session)]
    }
  } catch (cause) {
    const error = cause instanceof JournalError ? cause : undefined
    if (error === undefined || error.message === "") throw cause
    return { _tag: "Refused", message: error.message }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const begun = (session: Awaited<ReturnType<typeof lastSession>>): ReadonlyArray<string> =>
  (session?.steps ?? []).flatMap(({ tasks: all }) => [...all.keys()].map((task) => `${task} began`))

/** The cut may lose what was known to be done, so that it is done again; what comes out is right all the same. */
const buildOnCut = async (place: Place, random: () => number): Promise<Seen> => {
  const folder = await killedRecord(place, random)
  const file = random() < 0.5 ? "record.db" : "record.db-wal"
  const size = readFileSync(join(folder, file)).length
  const cut = Math.floor(random() * Math.min(size, 4_096))
  truncateSync(join(folder, file), size - cut)
  const resumed = await build(place, "--resume")
  const isRefused = resumed.code !== 0 && resumed.output.includes(folder)
  // What a user does who is told so.
  if (isRefused) for (const each of readdirSync(folder)) if (each.startsWith("record.db")) rmSync(join(folder, each))
  return {
    seen: `${file} cut by ${cut}: exit ${resumed.code}${isRefused ? ", refused by name" : ""}`,
    problems: [
      ...(isRefused ? failed("a build without the record", await build(place)) : failed("build --resume", resumed)),
      ...(await allDone(place))
    ]
  }
}

/** None is believed but the whole. */
const tornFingerprints = async (place: Place): Promise<Seen> => {
  const end = await build(place)
  const folder = join(stateFolder(place) ?? place.home, "fingerprints")
  const kept = readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"))
  let cutCount = 0
  const problems = kept.flatMap((text) => {
    const step = /"step":"([^"]+)"/.exec(text)?.[1] ?? ""
    if (decode(step, text) === undefined) return [`the whole one of ${step} is not read`]
    return Array.from({ length: text.length }, (_, length) => length).flatMap((length) => {
      cutCount += 1
      return decode(step, text.slice(0, length)) === undefined ? [] : [`${step} cut to ${length} bytes is believed`]
    })
  })
  // Some of them on the disk, before a build.
  for (const name of readdirSync(folder).slice(0, 3)) truncateSync(join(folder, name), 100)
  const before = effectsOf(place).starts.length
  const torn = await build(place)
  const more = effectsOf(place).starts.length - before
  return {
    seen: `${kept.length} files, ${cutCount} cuts; 3 torn: exit ${torn.code}, ${more} starts`,
    problems: [
      ...failed("the build", end),
      ...problems,
      ...failed("the build on torn ones", torn),
      ...(await allDone(place))
    ]
  }
}

/** All of the state was synced and nothing of what tasks wrote: files are empty, or not there. */
const lostOutputs = async (place: Place, random: () => number): Promise<Seen> => {
  await killedRecord(place, random)
  let lost = 0
  for (const { name } of tasks) {
    const file = join(place.workspace, outputOf(name))
    if (!existsSync(file)) continue
    lost += 1
    if (random() < 0.5) rmSync(file)
    else truncateSync(file, 0)
  }
  const resumed = await build(place, "--resume")
  return {
    seen: `${lost} outputs lost: exit ${resumed.code}`,
    problems: [...failed("build --resume", resumed), ...wrongOutputs(place.workspace), ...(await allDone(place))]
  }
}
