/**
 * What must be true of a build after whatever was done to it, and what its record says of it.
 */
import { existsSync } from "node:fs"
import { join } from "node:path"
import { BuildRecord } from "@deputize/build-tools/record/BuildRecord"
import type { BuildState } from "@deputize/build-tools/record/BuildState"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type Effects, effectsOf, type Kind, overlapsOf, type Place, stateFolder } from "./buildPlace.ts"
import { build, orphansOf, type RunnerEnd } from "./buildRunner.ts"
import { tasks, wrongOutputs } from "./buildTasks.ts"

export interface Torture {
  readonly name: string
  readonly of: Kind
  readonly run: (place: Place, random: () => number) => Promise<Seen>
}

export interface Seen {
  /** In a few words. */
  readonly seen: string
  readonly problems: ReadonlyArray<string>
}

/** The same numbers, at least 0 and less than 1, for the same seed. */
export const randomOf = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

export const same = <A>(what: string, found: A, right: A): ReadonlyArray<string> =>
  found === right ? [] : [`${what}: ${found} instead of ${right}`]

/** The last session; null where none is on record. */
export const lastSession = (folder: string): Promise<BuildState | null> =>
  Effect.runPromise(
    BuildRecord.use(({ last }) => Effect.map(last, Option.getOrNull)).pipe(Effect.provide(BuildRecord.layer(folder)))
  )

/** Tasks that are known to be done: passed on record, or passed with the mark that its shell leaves. */
export const knownDone = async (
  place: Place,
  by: "record" | "record and marks" = "record and marks"
): Promise<ReadonlySet<string>> => {
  const folder = stateFolder(place)
  const session = folder === undefined ? null : await lastSession(folder)
  // One that completed is no session that goes on: whatever runs after it runs for another reason.
  if (session?.status === "completed") return new Set()
  return new Set((session?.steps ?? []).flatMap((step) => [...doneIn(step, by), ...tasksDoneIn(step)]))
}

/** How many tasks work at this moment. */
export const working = ({ ends, starts }: Effects): number => starts.length - ends.length

export interface Death {
  /** How the runner ended. */
  readonly end: RunnerEnd
  /** The code that it had to end with. */
  readonly code: number
  /** How much may run twice: what was at work, and had not been known to be done. */
  readonly jobs: number
}

/** Everything that has to hold once a runner is dead, up to the build that has nothing more to do. */
export const afterDeath = async (place: Place, { code, end, jobs }: Death): Promise<Seen> => {
  const orphans = await orphansOf(place)
  const done = await knownDone(place)
  const before = effectsOf(place)
  const resumed = await build(place, "--resume")
  const after = effectsOf(place)
  const again = after.starts.slice(before.starts.length).filter(({ task }) => done.has(task))
  const twice = after.starts.length - tasks.length
  return {
    seen: `exit ${end.code}, ${before.ends.length} done, ${twice} twice, resume exit ${resumed.code}`,
    problems: [
      ...same("exit code", end.code, code),
      ...orphans.map((orphan) => `alive 2 s later: ${orphan}`),
      ...failed("build --resume", resumed),
      ...again.map(({ task }) => `${task} ran again, though it was known to be done`),
      ...(twice > jobs ? [`${twice} tasks ran twice, where ${jobs} can have been at work`] : []),
      ...(await allDone(place))
    ]
  }
}

/** The outputs are right, and one more build has nothing to do. */
export const allDone = async (place: Place): Promise<ReadonlyArray<string>> => {
  const wrong = wrongOutputs(place.workspace)
  const before = effectsOf(place).starts.length
  const last = await build(place)
  const more = effectsOf(place).starts.length - before
  return [
    ...wrong,
    ...overlapsOf(place).map((task) => `${task} began while it was at work already`),
    ...failed("one more build", last),
    ...same("tasks that one more build started", more, 0),
    ...(await orphansOf(place)).map((orphan) => `alive 2 s after the last build: ${orphan}`)
  ]
}

export const failed = (what: string, { code, output }: RunnerEnd): ReadonlyArray<string> =>
  code === 0 ? [] : [`${what} ended with ${code}:\n${output.trimEnd().split("\n").slice(-4).join("\n")}`]

// internal

type StepState = BuildState["steps"][number]

const doneIn = ({ attempt, id, outcome }: StepState, by: "record" | "record and marks"): ReadonlyArray<string> => {
  const isPassed = outcome !== null && ["Ran", "UpToDate", "Adopted", "Resumed"].includes(outcome._tag)
  if (isPassed || attempt?.outcome?._tag === "Passed") return [id]
  if (by === "record") return []
  return attempt !== null && existsSync(join(attempt.log.replace(/\.log$/, ".passed"))) ? [id] : []
}

const tasksDoneIn = ({ tasks }: StepState): ReadonlyArray<string> =>
  [...tasks].flatMap(([task, state]) =>
    state._tag === "Ended" && state.status !== "failure" && state.status !== "skipped" ? [task.split(":")[0] ?? ""] : []
  )
