/**
 * What must be true of a run after whatever was done to it, by what the outside has seen of it.
 */
import { leftAfterPrune, type RunPlace, treeOf } from "./runPlace.ts"
import { type Known, knownOf, type Record, recordOf } from "./runRecord.ts"
import type { Ack } from "./runRunner.ts"
import { allEffects } from "./runScript.ts"
import { type Request, requestName, type Witness } from "./runWitness.ts"

/** What an unkilled run leaves. */
export interface Base {
  readonly tree: ReadonlyMap<string, string>
  readonly ends: Known["ends"]
  readonly state: ReadonlyArray<string>
  /** Acknowledged events, and milliseconds from start to end. */
  readonly acks: number
  readonly ms: number
  /** How often a conversation was summed up. */
  readonly summaries: number
}

/** A process that is dead, and what was on record then. */
export interface Death {
  /** Which one, from 1. */
  readonly process: number
  readonly known: Known
}

export interface Story {
  readonly place: RunPlace
  readonly witness: Witness
  readonly acks: Array<Ack>
  readonly deaths: Array<Death>
  /** Tokens that the run may use. */
  tokens: number
  readonly onUnknown: "ask" | "retry" | "skip"
  /** What has gone with its end: what was not synced when power was lost may be asked again, what was cut off anything. */
  loss: "none" | "unsynced" | "cut off"
  /** Its name on record, once that is known. */
  run: string | null
}

/** At every moment when no process is at work. */
export const alwaysTrue = ({ acks, place, tokens, witness }: Story, { events, problems }: Record, known: Known) => [
  ...problems,
  ...lost(acks, events),
  ...torn(place, known),
  ...over("the provider has billed", witness.billed(), tokens)
]

/** Of a run that has come to its end; null for `base` where it ended at a limit. */
export const trueInTheEnd = async (story: Story, base: Base | null): Promise<ReadonlyArray<string>> => {
  const { place, tokens, witness } = story
  const record = await recordOf(place, story.run)
  const known = knownOf(record.events)
  // Who left a file beside another is known by the record; where that was cut, nobody knows of it.
  const isKnown = (file: string): boolean => story.loss !== "cut off" || !isTemporary(file)
  const tree = new Map([...treeOf(place.workspace)].filter(([file]) => isKnown(file)))
  return [
    ...alwaysTrue(story, record, known),
    // Held against what was on record after the loss.
    ...(story.loss === "cut off" ? [] : [...paidTwice(story), ...ranTwice(story)]),
    ...(story.loss === "none" ? wentBack(story) : []),
    ...effectsOf(story, known, base !== null),
    ...over("charged", known.charged, tokens),
    ...(story.loss === "none" && known.charged < witness.billed()
      ? [`charged ${known.charged}, billed ${witness.billed()}`]
      : []),
    ...(known.status === null ? ["the run has no end on record"] : []),
    ...doubles(record),
    ...(base === null ? [] : unlike("files", tree, base.tree)),
    ...(base === null ? [] : unlike("agents", shown(known.ends), shown(base.ends))),
    ...leftovers(
      "the state folder",
      base === null ? [] : (await leftAfterPrune(place)).filter((file) => !base.state.includes(file))
    ),
    ...leftovers("the workspace", [...tree.keys()].filter(isTemporary))
  ]
}

export const few = (problems: ReadonlyArray<string>, most = 8): ReadonlyArray<string> =>
  problems.length > most ? [...problems.slice(0, most), `and ${problems.length - most} more`] : problems

// internal

const isTemporary = (file: string): boolean => /\.deputize-[0-9a-f]{16}\.tmp$/.test(file)

const leftovers = (where: string, files: ReadonlyArray<string>): ReadonlyArray<string> =>
  files.length === 0 ? [] : [`${files.length} files left in ${where}: ${files[0]}`]

/** Acknowledged, and not there as it was. */
const lost = (acks: ReadonlyArray<Ack>, events: Record["events"]): ReadonlyArray<string> => {
  const hashes = new Map(events.map(({ hash, seq }) => [seq, hash]))
  return acks
    .filter(({ hash, seq }) => hashes.get(seq) !== hash)
    .map(({ seq }) => `event ${seq} was acknowledged and is ${hashes.has(seq) ? "another" : "lost"}`)
}

/** Neither the old bytes of a change nor the new ones. */
const torn = ({ workspace }: RunPlace, { contents }: Known): ReadonlyArray<string> => {
  const tree = treeOf(workspace)
  return [...contents].flatMap(([path, allowed]) => {
    const found = tree.get(path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path)
    const hash = found?.split(" ")[1] ?? "none"
    return allowed.has(hash) ? [] : [`${path} is neither as before a change nor as after one`]
  })
}

const over = (what: string, found: number, limit: number): ReadonlyArray<string> =>
  found > limit ? [`${what} ${found} tokens of ${limit}`] : []

/** A request whose answer was on record when the process before died. */
const paidTwice = ({ deaths, witness }: Story): ReadonlyArray<string> =>
  deaths.flatMap(({ known, process }) =>
    witness.requests
      .filter((request) => request.process > process && known.turns.has(requestName(request)))
      .map(
        (request) =>
          `${requestName(request)} was answered before death ${process}, and asked again by process ${request.process}`
      )
  )

/**
 * A request for a turn or a summary that was over, whatever the record says: its agent had asked for the next one already.
 * What it asked for last may be asked again by another process.
 */
const wentBack = ({ witness }: Story): ReadonlyArray<string> => {
  const latest = new Map<string, Request>()
  return witness.requests.flatMap((request) => {
    const before = latest.get(request.key)
    const ahead = before === undefined ? 1 : placeOf(request) - placeOf(before)
    const mayCome = before === undefined || ahead > 0 || (ahead === 0 && request.process > before.process)
    if (mayCome) latest.set(request.key, request)
    return mayCome
      ? []
      : [
          `${requestName(request)} was asked for by process ${request.process}, after ${requestName(before)} by process ${before.process}`
        ]
  })
}

/** A summary comes right before the turn that it makes room for. */
const placeOf = ({ isSummary, turn }: Request): number => 2 * turn - (isSummary ? 1 : 0)

/** A call whose end was on record when the process before died. */
const ranTwice = ({ deaths, witness }: Story): ReadonlyArray<string> =>
  deaths.flatMap(({ known, process }) =>
    witness.runs
      .filter((run) => run.process > process && run.name !== "look_effect" && known.done.has(`${run.name}:${run.id}`))
      .map(
        ({ id, name, process: later }) =>
          `${name} ${id} was done before death ${process}, and run again by process ${later}`
      )
  )

/** Each once; more often only by the user's own decision, or where the record owns that nobody knows. */
const effectsOf = (
  { deaths, loss, onUnknown, witness }: Story,
  known: Known,
  isWhole: boolean
): ReadonlyArray<string> => {
  const counts = new Map<string, number>()
  for (const id of witness.effects) counts.set(id, (counts.get(id) ?? 0) + 1)
  const mayRepeat = (id: string): boolean => {
    if (loss === "cut off") return true
    const call = `post_effect:${id}`
    const wasCut = deaths.some(({ known }) => known.begun.has(call) && !known.done.has(call))
    return known.unknown.has(call) || (onUnknown === "retry" && wasCut)
  }
  return [
    ...[...counts]
      .filter(([id, count]) => count > 1 && !mayRepeat(id))
      .map(([id, count]) => `effect ${id} happened ${count} times, and nothing says that it was unknown`),
    ...[...counts]
      .filter(([, count]) => loss !== "cut off" && onUnknown === "ask" && count > 1)
      .map(([id, count]) => `effect ${id} happened ${count} times, though the agent looks before it repeats`),
    ...(isWhole ? allEffects.filter((id) => !counts.has(id)).map((id) => `effect ${id} never happened`) : [])
  ]
}

/** Two ends of one call. */
const doubles = ({ events }: Record): ReadonlyArray<string> => {
  const ends = new Set<string>()
  return events.flatMap(({ body, path, type }) => {
    if (type !== "tool.Done") return []
    const call = `${path} ${body.callId}`
    if (ends.has(call)) return [`the call ${call} has two ends on record`]
    ends.add(call)
    return []
  })
}

const shown = (ends: Known["ends"]): ReadonlyMap<string, string> =>
  new Map([...ends].map(([key, { answer, status }]) => [key, `${status}: ${answer}`]))

const unlike = (
  what: string,
  found: ReadonlyMap<string, string>,
  right: ReadonlyMap<string, string>
): ReadonlyArray<string> =>
  [...new Set([...found.keys(), ...right.keys()])]
    .filter((name) => found.get(name) !== right.get(name))
    .map((name) => `${what}: ${name} is ${found.get(name) ?? "not there"} instead of ${right.get(name) ?? "nothing"}`)
