/**
 * Tasks that fail or hang, and two runners that meet.
 */
import { setTimeout as wait } from "node:timers/promises"
import { midway } from "./buildDeaths.ts"
import { control, effectsOf, type Kind, type Place, writePipeline } from "./buildPlace.ts"
import { build, orphansOf, startRunner, until } from "./buildRunner.ts"
import { middle, nxPipeline, stepsPipeline, tasks } from "./buildTasks.ts"
import { afterDeath, allDone, failed, type Seen, same, type Torture } from "./buildTruth.ts"

export const failures = (of: Kind): ReadonlyArray<Torture> => [
  { name: "a task fails twice and then passes", of, run: flaky },
  { name: "a task fails always, until it is mended", of, run: broken },
  { name: "a task hangs", of, run: (place) => hanging(place, "sleep 60") },
  {
    name: "a task hangs, prints on and ignores SIGTERM",
    of,
    run: (place) => hanging(place, "trap '' TERM; while :; do echo busy; sleep 0.1; done")
  },
  { name: "two runners at once", of, run: twoRunners },
  { name: "the first of two is killed, the second goes on", of, run: heir },
  { name: "the first is killed, its task writes on for a while", of, run: lateWriter }
]

// internal

const flaky = async (place: Place): Promise<Seen> => {
  control(place, middle, `test "$(grep -c "start ${middle} " "$TORTURE/effects")" -ge 3 || exit 1`)
  const end = await build(place)
  const { starts } = effectsOf(place)
  return {
    seen: `exit ${end.code}, ${starts.length} starts`,
    problems: [
      ...failed("the build", end),
      ...same("starts", starts.length, tasks.length + 2),
      ...(await allDone(place))
    ]
  }
}

/** Its three attempts, and nothing that needs it; then these, and nothing else. */
const broken = async (place: Place): Promise<Seen> => {
  control(place, middle, "exit 1")
  const end = await build(place)
  const before = effectsOf(place).starts
  const dependants = new Set([middle])
  for (const { name, needs } of tasks) if (needs.some((need) => dependants.has(need))) dependants.add(name)
  control(place, middle, null)
  const mended = await build(place)
  const after = effectsOf(place).starts.slice(before.length)
  return {
    seen: `exit ${end.code}, ${before.length} starts; mended: exit ${mended.code}, ${after.length} starts`,
    problems: [
      ...same("exit code", end.code, 1),
      ...same("starts", before.length, tasks.length - dependants.size + 3),
      ...failed("the mended build", mended),
      ...same("starts after it was mended", after.length, dependants.size),
      ...(await allDone(place))
    ]
  }
}

const hanging = async (place: Place, script: string): Promise<Seen> => {
  const timed = (pipeline: { readonly name: string; readonly steps: ReadonlyArray<object> }, timeout: string) => ({
    ...pipeline,
    steps: pipeline.steps.map((step) => ({ ...step, timeout, retries: 0 }))
  })
  writePipeline(place, place.kind === "nx" ? timed(nxPipeline(), "4s") : timed(stepsPipeline(), "2s"))
  control(place, middle, script)
  const end = await build(place)
  const orphans = await orphansOf(place)
  control(place, middle, null)
  const mended = await build(place)
  return {
    seen: `exit ${end.code} after ${(end.ms / 1_000).toFixed(1)} s; mended: exit ${mended.code}`,
    problems: [
      ...same("exit code", end.code, 1),
      ...(end.ms > 14_000 ? [`it took ${Math.round(end.ms)} ms`] : []),
      ...orphans.map((orphan) => `alive 2 s later: ${orphan}`),
      ...failed("the mended build", mended),
      ...(await allDone(place))
    ]
  }
}

const twoRunners = async (place: Place): Promise<Seen> => {
  const runners = [startRunner(place), startRunner(place)]
  await until("a task works", () => effectsOf(place).starts.length > 0)
  const refused = await build(place, "--no-wait")
  const ends = await Promise.all(runners.map(({ ended }) => ended))
  const { starts } = effectsOf(place)
  return {
    seen: `exit ${ends.map(({ code }) => code).join(" and ")}, ${starts.length} starts; --no-wait exit ${refused.code}`,
    problems: [
      ...ends.flatMap((end) => failed("a runner", end)),
      ...same("starts", starts.length, tasks.length),
      ...same("exit code of --no-wait", refused.code, 1),
      ...(runners.some(({ pid }) => refused.output.includes(String(pid)))
        ? []
        : ["--no-wait does not name the holder"]),
      ...(await allDone(place))
    ]
  }
}

const heir = async (place: Place): Promise<Seen> => {
  const first = startRunner(place, ["--parallel", "2"])
  await until("a task works", () => effectsOf(place).starts.length > 0)
  const second = startRunner(place, ["--parallel", "2"])
  await midway(place, first, 4)
  await wait(300)
  first.signal("SIGKILL")
  await first.ended
  const end = await second.ended
  return await afterDeath(place, { end, code: 0, jobs: 2 })
}

/** What the dead one left must be gone before the same is begun again: it would write over the new result. */
const lateWriter = async (place: Place): Promise<Seen> => {
  control(place, middle, "trap '' TERM; for i in 1 2 3 4 5 6 7 8 9; do sleep 0.5; echo rubbish >out/result; done")
  const first = startRunner(place, ["--parallel", "2"])
  await until("the task works", () => effectsOf(place).starts.some(({ task }) => task === middle) || first.hasEnded())
  const second = startRunner(place, ["--parallel", "2"])
  await wait(600)
  control(place, middle, null)
  first.signal("SIGKILL")
  await first.ended
  const end = await second.ended
  return await afterDeath(place, { end, code: 0, jobs: 2 })
}
